import Glibc
import ServiceKit
import Testing

/// A service's program with a configuration of its own, in a folder of its own that is gone when the test is.
final class Program {
    let folder: String
    let name: String
    private(set) var process: ChildProcess?

    init(_ name: String = "partner-service") throws {
        self.name = name
        var template = Array("/tmp/service-runtime-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } }
        folder = try #require(made)
        try write("operator.token", "operator-token\n")
    }

    deinit {
        _ = process?.stop(grace: .seconds(5))
        _ = try? ChildProcess(.init("rm", ["-rf", folder])).wait()
    }

    /// Where the programs lie: beside the tests.
    static var programs: String {
        let folder = CommandLine.arguments[0].split(separator: "/").dropLast().joined(separator: "/")
        return "\(CommandLine.arguments[0].hasPrefix("/") ? "/" : "")\(folder)"
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func write(_ name: String, _ text: String) throws {
        let descriptor = open(path(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        #expect(bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
    }

    func read(_ name: String) -> String? {
        let descriptor = open(path(name), O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += block[..<count]
        }
    }

    /// A configuration that is good but for what is replaced.
    func configuration(kafka: String, http: String = "port: 0", database: String? = nil, more: String = "") -> String {
        """
        database:
          path: "\(database ?? path("service.db"))"
        kafka:
          \(kafka)
        http:
          portFile: "\(path("address"))"
          \(http)
        admin:
          operatorTokenFile: "\(path("operator.token"))"
        \(more)

        """
    }

    func start(_ configuration: String, environment: [String: String] = [:], arguments: [String] = []) throws {
        try write("service.yaml", configuration)
        // Output is appended.
        unlink(path("errors"))
        var command = ChildProcess.Command("\(Self.programs)/\(name)", ["--config", path("service.yaml")] + arguments)
        command.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        command.output = .file(path("output"))
        command.errorOutput = .file(path("errors"))
        process = try ChildProcess(command)
    }

    /// Runs the program to its end; tells how it ended and the lines it wrote on standard error.
    func run(_ configuration: String, environment: [String: String] = [:], arguments: [String] = []) async throws -> Ending {
        try start(configuration, environment: environment, arguments: arguments)
        let status = try await process?.waitInTask(until: .patience)
        return Ending(status: status, lines: errorLines)
    }

    var errorLines: [String] { (read("errors") ?? "").split(separator: "\n").map(String.init) }

    /// Waits until the program serves; nil if it ends or is not ready in time.
    func waitForAddress() async -> String? {
        let deadline = MonotonicInstant.patience
        while true {
            if let address = read("address")?.split(separator: "\n").first { return String(address) }
            guard MonotonicInstant.now < deadline, process?.ended == nil else { return nil }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}

/// How a program ended.
struct Ending {
    let status: ChildProcess.Status?
    let lines: [String]
}

extension MonotonicInstant {
    /// When a test gives up. Far off: a loaded machine may pause any thread for seconds.
    static var patience: MonotonicInstant { .now + .seconds(120) }
}

/// Asks again and again until it is so; false when it is not in time.
func eventually(_ condition: () throws -> Bool) async rethrows -> Bool {
    let deadline = MonotonicInstant.patience
    while try !condition() {
        guard MonotonicInstant.now < deadline else { return false }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return true
}
