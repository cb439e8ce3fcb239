import HostedConnection
import Kafka
import Schema
import ServiceKit
import Store
import Synchronization

@testable import Messaging

/// A log that takes everything and acknowledges at once, or never.
final class ObligingLog: EventLog {
    private let mailbox: Mailbox<ToyCommand>
    private let acknowledges: Bool
    private let commits: Mutex<[TopicPartition: Int64]>

    init(_ mailbox: Mailbox<ToyCommand>, acknowledges: Bool) {
        self.mailbox = mailbox
        self.acknowledges = acknowledges
        commits = Mutex([:])
    }

    func publish(_ batch: borrowing RecordBatch, from start: Int) -> Int {
        let tags = batch.records[start...].map(\.tag)
        if acknowledges { mailbox.acknowledge(Delivery(generation: 0, tags: tags)) }
        return tags.count
    }

    func commit(_ offsets: [TopicPartition: Int64]) { commits.withLock { $0.merge(offsets) { $1 } } }
}

/// A toy tenant-service on an engine thread of its own.
struct RunningToy: Sendable {
    let database: StoreConfiguration
    let mailbox: Mailbox<ToyCommand>
    let faults: Faults
    let thread: EngineThread<ToyApplication>
    let health = HealthRegistry()

    init(
        database: StoreConfiguration? = nil, mailbox: Mailbox<ToyCommand> = Mailbox(), acknowledges: Bool = true,
        settings: EngineSettings = EngineSettings(), faults: Faults = Faults()
    ) throws {
        let isNew = database == nil
        let database = try database ?? StoreConfiguration(location: .memory(MemoryDatabase()))
        self.database = database
        self.mailbox = mailbox
        self.faults = faults
        if isNew {
            let writer = try database.openWriter()
            try ToyService.migrate(writer)
            try writer.close()
        }
        let silent = Logger(service: "toy", output: .function { _ in })
        thread = try EngineThread.start(
            named: "toy-engine", mailbox: mailbox, heartbeat: health.heartbeat("engine", limit: .seconds(5)), logger: silent,
            resume: {}
        ) { () throws(StoreError) in
            let connection = FaultyConnection(try database.openWriter(), faults)
            var random = SeededRandom(seed: 1)
            return try Engine(
                try ToyApplication(.tenant, connection), connection: connection,
                log: ObligingLog(mailbox, acknowledges: acknowledges), clock: SystemClock(), incarnation: "one",
                random: { random.next() }, settings: settings)
        }
    }

    func submit(_ command: ToyCommand, _ answers: Answers) -> Bool {
        mailbox.submit(CommandRequest(command, actor: "tester", reply: answers.add))
    }
}
