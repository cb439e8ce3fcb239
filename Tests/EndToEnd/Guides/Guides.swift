import HostedConnection
import LocalCluster
import ServiceKit
import Testing

extension EndToEnd {
    /// Each procedure of the two guides, named after its heading there, through the admin APIs alone: every party with its own
    /// token. What the access device does is read from the network simulator's log, money from the billing simulator's ledger,
    /// what people are told from its topic.
    @Suite("The procedures of the guides", .onSharedStages)
    struct Guides {
        /// The brokers on which each procedure is carried out.
        static let levels: [Stage.Level] = Environment.kafkaHome == nil ? [.embedded] : [.embedded, .kafka]

        /// Runs a procedure with a carrier and a tenant of its own, and closes the books: what both services and the ledger say of
        /// its ports is the same, and nothing is left that could not be handled.
        static func run(_ level: Stage.Level, _ body: (Business) throws -> Void) throws {
            let (stage, notices) = try SharedStages.all.stage(level)
            let business = try Business(on: stage, notices)
            try body(business)
            try business.closeTheBooks()
        }
    }
}

/// The systems that all procedures share, one for each broker, started when a procedure first asks for it.
///
/// Sendable, although the compiler can't see it: the end-to-end suite is serialized, so that one test after the other asks, and
/// the suite itself when all of them are done.
final class SharedStages: @unchecked Sendable {
    static let all = SharedStages()

    private var stages: [Stage.Level: (stage: Stage, notices: NoticeBoard)] = [:]
    private var businesses: UInt64 = 0

    /// A number that no other business has.
    func newNumber() -> UInt64 {
        businesses += 1
        return businesses
    }

    /// The system on a broker, and what people are told on it.
    func stage(_ level: Stage.Level) throws -> (Stage, NoticeBoard) {
        if let known = stages[level] { return known }
        let stage = try Stage.start(on: level, "guides")
        let notices = try NoticeBoard(stage.cluster)
        stages[level] = (stage, notices)
        return (stage, notices)
    }

    fileprivate func end() {
        for (stage, notices) in stages.values {
            notices.close()
            stage.end()
        }
        stages = [:]
    }
}

struct SharedStagesTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        defer { SharedStages.all.end() }
        try await function()
    }
}

extension Trait where Self == SharedStagesTrait {
    /// The suite's systems end with it.
    static var onSharedStages: SharedStagesTrait { SharedStagesTrait() }
}
