import HostedConnection
import Kafka
public import Messaging
public import Schema
public import ServiceKit
public import Store
import Synchronization

/// What a test expected of a service and did not get.
public enum UnexpectedAnswer: Error {
    case refused(status: UInt16, body: String)
    case carriedOut(status: UInt16, body: String)
    case unanswered
}

/// One service on a log in memory, with a database in memory that outlives its engine.
public final class Node<Application: EngineApplication> {
    private let broker: MemoryBroker
    private let clock: ManualClock
    private let configuration: StoreConfiguration
    private let make: (any StoreConnection) throws(StoreError) -> Application
    private var log: MemoryLog
    public private(set) var engine: Engine<Application>
    /// The engine's connection, for tests that write past the rules.
    public private(set) var connection: any StoreConnection
    private var starts: UInt64 = 0

    public init(
        _ broker: MemoryBroker, _ clock: ManualClock, migrations: [Migration],
        make: @escaping (any StoreConnection) throws(StoreError) -> Application
    ) throws {
        self.broker = broker
        self.clock = clock
        self.make = make
        configuration = StoreConfiguration(location: .memory(try MemoryDatabase()))
        log = MemoryLog(broker, clock: clock)
        connection = try configuration.openWriter()
        try Migrator.apply(migrations, to: connection, at: clock.now())
        engine = try Self.start(connection, make, log, clock, broker, seed: 1)
    }

    private static func start(
        _ connection: any StoreConnection, _ make: (any StoreConnection) throws(StoreError) -> Application, _ log: MemoryLog,
        _ clock: ManualClock, _ broker: MemoryBroker, seed: UInt64
    ) throws -> Engine<Application> {
        var random = SeededRandom(seed: seed)
        return try Engine(
            try make(connection), connection: connection, log: log, clock: clock, incarnation: broker.incarnation,
            random: { random.next() })
    }

    /// Ends the service and starts it again on its database.
    public func restart() throws {
        try engine.close()
        starts += 1
        clock.advance(by: .seconds(1))
        log = MemoryLog(broker, clock: clock)
        connection = try configuration.openWriter()
        engine = try Self.start(connection, make, log, clock, broker, seed: 100 + starts)
    }

    @discardableResult
    public func turn(perPartition limit: Int = 500) throws -> Bool { try engine.turn(log, perPartition: limit) }

    public var statistics: EngineStatistics { engine.currentStatistics() }

    /// Gives one command a batch of its own.
    public func answer(
        _ command: Application.Command, claim: IdempotencyClaim? = nil, region: String = "", isDryRun: Bool = false
    ) throws -> CommandAnswer {
        try answers([command], claim: claim, region: region, rehearsing: isDryRun ? [0] : [])[0]
    }

    /// Gives several commands in one batch.
    /// - Parameters:
    ///   - region: the one that the callers work in.
    ///   - rehearsing: the places of those that are dry runs.
    ///   - crossing: whether what others have sent is still on its way.
    public func answers(
        _ commands: [Application.Command], claim: IdempotencyClaim? = nil, region: String = "", rehearsing: Set<Int> = [],
        crossing: Bool = false
    ) throws -> [CommandAnswer] {
        let answers = Answers()
        let requests = commands.enumerated().map { place, command in
            CommandRequest(command, actor: "operator:ada", idempotency: claim, region: region, isDryRun: rehearsing.contains(place)) {
                answer in
                answers.list.withLock { $0.append(answer) }
            }
        }
        if crossing { try engine.turn(log, commands: requests, perPartition: 0) } else { try engine.turn(log, commands: requests) }
        let list = answers.list.withLock { $0 }
        guard list.count == commands.count else { throw UnexpectedAnswer.unanswered }
        return list
    }

    private final class Answers: Sendable {
        let list = Mutex<[CommandAnswer]>([])
    }

    /// Gives a command that must be carried out.
    /// - Parameter crossing: whether what others have sent is still on its way.
    @discardableResult
    public func ok(_ command: Application.Command, crossing: Bool = false) throws -> CommandAnswer {
        let answer = try answers([command], crossing: crossing)[0]
        guard answer.status < 300 else {
            throw UnexpectedAnswer.refused(status: answer.status, body: String(decoding: answer.body, as: UTF8.self))
        }
        return answer
    }

    public func ok<View: WireMessage>(_ command: Application.Command, as view: View.Type) throws -> View {
        try View(json: try ok(command).body)
    }

    /// The refusal of a command that must be refused.
    public func refusal(_ command: Application.Command) throws -> (status: UInt16, error: ErrorDetail) {
        let answer = try answer(command)
        guard answer.status >= 400, let error = try ErrorBody(json: answer.body).error else {
            throw UnexpectedAnswer.carriedOut(status: answer.status, body: String(decoding: answer.body, as: UTF8.self))
        }
        return (answer.status, error)
    }

    public func read<Value>(_ body: (any StoreConnection) throws -> Value) throws -> Value {
        let reader = try configuration.openReader()
        let value = try body(reader)
        try reader.close()
        return value
    }

    public func rows(of table: String) throws -> Int64 {
        try read { reader in
            try reader.prepare("SELECT COUNT(*) FROM \(table)").first { row throws(StoreError) in row.int64(0) } ?? 0
        }
    }

    /// The causes of the dead letters, in the order in which they came.
    public func deadLetterCauses() throws -> [String] {
        try read { reader in
            var causes: [String] = []
            try reader.prepare("SELECT cause FROM dead_letter ORDER BY id").query { row throws(StoreError) in
                causes.append(try row.text(0))
            }
            return causes
        }
    }
}
