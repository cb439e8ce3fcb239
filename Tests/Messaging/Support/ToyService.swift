import HostedConnection
import Kafka
import Schema
import ServiceKit
import Store
import Synchronization
import Testing

@testable import Messaging

/// What commands were answered, in order.
final class Answers: Sendable {
    private let answers = Mutex<[CommandAnswer]>([])

    var all: [CommandAnswer] { answers.withLock { $0 } }
    var statuses: [UInt16] { all.map(\.status) }
    var bodies: [String] { all.map { String(decoding: $0.body, as: UTF8.self) } }

    func add(_ answer: CommandAnswer) { answers.withLock { $0.append(answer) } }
}

/// A toy engine with its database, its access to the log, and ways to crash and restart it.
final class ToyService {
    let side: Side
    let database: StoreConfiguration
    let broker: MemoryBroker
    let clock: ManualClock
    let faults = Faults()
    var settings: EngineSettings
    private(set) var log: MemoryLog
    private var running: Engine<ToyApplication>?
    private var connection: (any StoreConnection)?
    private var random: SeededRandom
    /// What stands between the engine and the log; nothing by default.
    private let wrap: (MemoryLog) -> any EventLog

    init(
        _ side: Side, _ broker: MemoryBroker, _ clock: ManualClock, seed: UInt64 = 1, settings: EngineSettings = EngineSettings(),
        database: StoreConfiguration? = nil, wrap: @escaping (MemoryLog) -> any EventLog = { $0 }
    ) throws {
        self.wrap = wrap
        self.side = side
        self.broker = broker
        self.clock = clock
        self.settings = settings
        self.database = try database ?? StoreConfiguration(location: .memory(MemoryDatabase()))
        random = SeededRandom(seed: seed)
        log = MemoryLog(broker, clock: clock)
        let writer = try self.database.openWriter()
        try Self.migrate(writer)
        try writer.close()
        try start()
    }

    static func migrate(_ writer: any StoreConnection) throws {
        try Migrator.apply(try MessagingMigrations.all(), to: writer, at: Instant(seconds: 0))
        try writer.execute(script: try writer.dialect.expand(ToyRow.schema))
    }

    var engine: Engine<ToyApplication> {
        get throws { try #require(running) }
    }

    func start() throws {
        log = MemoryLog(broker, clock: clock)
        let connection = FaultyConnection(try database.openWriter(), faults)
        self.connection = connection
        var random = random.split()
        running = try Engine(
            try ToyApplication(side, connection), connection: connection, log: wrap(log), clock: clock, incarnation: broker.incarnation,
            random: { random.next() }, settings: settings)
    }

    /// The process dies: nothing is written down any more.
    func crash() throws {
        running = nil
        try connection?.close()
        connection = nil
    }

    /// Dies and starts again, in a later second and so in a later epoch.
    func restart() throws {
        try crash()
        clock.advance(by: .seconds(1))
        try start()
    }

    /// Runs batches until nothing is left to do.
    func settle(limit: Int = 500) throws {
        for _ in 0..<1000 where try engine.turn(log, perPartition: limit) == false { return }
        Issue.record("the engine does not come to rest")
    }

    /// Has the commands carried out in one batch.
    @discardableResult
    func run(_ commands: ToyCommand..., isDryRun: Bool = false, claim: IdempotencyClaim? = nil) throws -> Answers {
        let answers = Answers()
        try engine.turn(
            log,
            commands: commands.map { CommandRequest($0, actor: "tester", idempotency: claim, isDryRun: isDryRun, reply: answers.add) })
        return answers
    }

    /// Has a dead letter tried again or given up.
    @discardableResult
    func order(_ action: DeadLetterOrder.Action, _ number: Int64) throws -> Answers {
        let answers = Answers()
        var intake = Intake<ToyCommand>()
        intake.orders = [DeadLetterOrder(action, deadLetter: number, actor: "operator", reply: answers.add)]
        try engine.run(intake)
        return answers
    }

    /// Gives the engine these records as one batch.
    func take(_ batch: RecordBatch) throws {
        var intake = Intake<ToyCommand>()
        intake.batches = [batch]
        try engine.run(intake)
    }

    // MARK: What the database says

    func row(_ port: PortID) throws -> ToyRow? {
        let connection = try #require(connection)
        let select = try connection.prepare(ToyRow.selectSQL)
        select.bind(1, port.bits)
        return try select.first { row throws(StoreError) in try ToyRow(row: row) }
    }

    func numbers(_ port: PortID) throws -> [UInt32] { try row(port)?.numbers ?? [] }

    func count(_ table: String, where condition: String = "1 = 1") throws -> Int {
        try number("SELECT COUNT(*) FROM \(table) WHERE \(condition)")
    }

    func number(_ sql: String) throws -> Int {
        let connection = try #require(connection)
        return try connection.prepare(sql).first { row throws(StoreError) in Int(row.int64(0)) } ?? 0
    }

    func texts(_ sql: String) throws -> [String] {
        let connection = try #require(connection)
        var texts: [String] = []
        try connection.prepare(sql).query { row throws(StoreError) in texts.append(try row.text(0)) }
        return texts
    }
}

/// A fresh port id; numbers from 1 on, so that tests can name their ports.
func port(_ number: UInt64) -> PortID {
    PortID(bits: ID128(milliseconds: 1_700_000_000_000 + number, kind: PortKind.code, sequence: 0, random: number))
}
