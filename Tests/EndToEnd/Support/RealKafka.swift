import LocalCluster
import ServiceKit
import Testing

/// The real Kafka of this run: one broker by deploy/local-kafka.sh, started when a test first asks for it.
final class RealKafka: Sendable {
    static let shared = RealKafka()

    private struct State: Sendable {
        var folder: String?
        var bootstrap: String?
    }

    private let state = ConditionLock(State())

    /// Starts the broker unless it runs.
    /// - Returns: its address, the same over all restarts.
    func start() throws -> String {
        try state.withLock { state in
            let folder = try state.folder ?? Environment.newFolder("kafka")
            state.folder = folder
            let output = try Self.script("start", folder, within: .seconds(150))
            let bootstrap = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
            state.bootstrap = bootstrap
            return bootstrap
        }
    }

    /// `kill -9`.
    func kill() throws { try perform("kill") }
    func stop() throws { try perform("stop") }
    /// Freezes it: connections stay open, nothing answers.
    func pause() throws { try perform("pause") }
    func resume() throws { try perform("resume") }

    /// Ends the broker and forgets its data.
    func remove() {
        state.withLock { state in
            guard let folder = state.folder else { return }
            _ = try? Self.script("kill", folder)
            Files.removeFolder(folder)
            state = State()
        }
    }

    private func perform(_ command: String) throws {
        guard let folder = state.withLock({ $0.folder }) else { throw ClusterError("no Kafka was started") }
        try Self.script(command, folder)
    }

    @discardableResult
    private static func script(_ command: String, _ folder: String, within limit: Duration = .seconds(60)) throws -> [UInt8] {
        try Program.run("\(Environment.repository)/deploy/local-kafka.sh", [command, "--data", folder], within: limit)
    }
}

struct RealKafkaTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        defer { RealKafka.shared.remove() }
        try await function()
    }
}

extension Trait where Self == RealKafkaTrait {
    /// The run's Kafka ends with the suite.
    static var endingKafka: RealKafkaTrait { RealKafkaTrait() }
}
