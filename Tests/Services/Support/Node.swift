import HostedConnection
import Kafka
import Messaging
import Schema
import ServiceKit
import Store
import Synchronization
import Testing

/// One service of the network, on a database in memory that outlives its engine.
final class Node<Application: EngineApplication> {
    private let broker: MemoryBroker
    private let clock: ManualClock
    private let configuration: StoreConfiguration
    private let make: (any StoreConnection) throws(StoreError) -> Application
    private(set) var log: MemoryLog
    private(set) var engine: Engine<Application>
    /// The engine's connection, for tests that write past the rules.
    private(set) var connection: any StoreConnection
    private var starts: UInt64 = 0

    init(
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

    /// Ends the service and starts it again on its database; what was not acknowledged is forgotten by the log's client.
    func restart() throws {
        try engine.close()
        starts += 1
        clock.advance(by: .seconds(1))
        log = MemoryLog(broker, clock: clock)
        connection = try configuration.openWriter()
        engine = try Self.start(connection, make, log, clock, broker, seed: 100 + starts)
    }

    @discardableResult
    func turn(perPartition limit: Int = 500) throws -> Bool { try engine.turn(log, perPartition: limit) }

    /// Gives one command a batch of its own.
    func answer(
        _ command: Application.Command, actor: String = "operator:ada", claim: IdempotencyClaim? = nil, isDryRun: Bool = false
    ) throws -> CommandAnswer {
        try answers([command], actor: actor, claim: claim, isDryRun: isDryRun)[0]
    }

    /// Gives several commands in one batch.
    func answers(
        _ commands: [Application.Command], actor: String = "operator:ada", claim: IdempotencyClaim? = nil, isDryRun: Bool = false
    ) throws -> [CommandAnswer] {
        let answers = Answers()
        let requests = commands.map { command in
            CommandRequest(command, actor: actor, idempotency: claim, isDryRun: isDryRun) { answer in
                answers.list.withLock { $0.append(answer) }
            }
        }
        try engine.turn(log, commands: requests)
        let list = answers.list.withLock { $0 }
        try #require(list.count == commands.count)
        return list
    }

    private final class Answers: Sendable {
        let list = Mutex<[CommandAnswer]>([])
    }

    @discardableResult
    func ok(_ command: Application.Command, sourceLocation: SourceLocation = #_sourceLocation) throws -> CommandAnswer {
        let answer = try answer(command)
        try #require(answer.status < 300, "\(String(decoding: answer.body, as: UTF8.self))", sourceLocation: sourceLocation)
        return answer
    }

    func ok<View: WireMessage>(
        _ command: Application.Command, as view: View.Type, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> View {
        try View(json: try ok(command, sourceLocation: sourceLocation).body)
    }

    /// The refusal of a command.
    func refusal(
        _ command: Application.Command, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (status: UInt16, error: ErrorDetail) {
        let answer = try answer(command)
        try #require(answer.status >= 400, "\(String(decoding: answer.body, as: UTF8.self))", sourceLocation: sourceLocation)
        return (answer.status, try #require(try ErrorBody(json: answer.body).error, sourceLocation: sourceLocation))
    }

    func read<Value>(_ body: (any StoreConnection) throws -> Value) throws -> Value {
        let reader = try configuration.openReader()
        let value = try body(reader)
        try reader.close()
        return value
    }

    /// The whole content of a table, for comparisons.
    func rows(of table: String) throws -> Int64 {
        try read { reader in
            try reader.prepare("SELECT COUNT(*) FROM \(table)").first { row throws(StoreError) in row.int64(0) } ?? 0
        }
    }
}
