import HostedConnection
import Kafka
import Schema
import ServiceKit
import Store

@testable import Messaging

/// Two toy services that talk to each other, and hear from a billing system, over one log with every fault that the engine has
/// to bear, drawn by lot from a seed.
final class EngineSimulation {
    private static let ports = (1...12).map { port(UInt64($0)) }
    private static let accounts = (1...3).map { AccountID(number: 2_000_000_000_000_000 + UInt64($0)) }

    private let broker = MemoryBroker()
    private let clock = ManualClock()
    private var random: Seeded
    private var services: [Side: ToyService] = [:]
    private var lossy: [Side: LossyLog] = [:]
    /// How many messages each side was told to send on each port, replies not counted.
    private var told: [Side: [PortID: Int]] = [.partner: [:], .tenant: [:]]
    private var charges: [ToyRecord] = []
    private var chargeIDs: Set<String> = []
    private(set) var counts: [String: Int] = [:]
    /// What was found to be wrong at the end.
    private(set) var complaints: [String] = []

    init(seed: UInt64) throws {
        random = Seeded(seed)
        for side in Side.allCases {
            var settings = EngineSettings()
            settings.publishWindow = 50
            settings.backlogChunk = 20
            services[side] = try ToyService(side, broker, clock, seed: seed &+ UInt64(side == .partner ? 1 : 2), settings: settings) {
                [weak self] log in
                let lossy = LossyLog(log)
                self?.lossy[side] = lossy
                return lossy
            }
        }
    }

    private static func subscription(_ number: Int) -> SubscriptionID {
        SubscriptionID(bits: ID128(milliseconds: UInt64(number), kind: SubscriptionKind.code, sequence: 0, random: 9))
    }

    // MARK: Steps

    func run(steps: Int) throws {
        // Both connections are there before the first message, so that both logs of the simulation are wrapped.
        for side in Side.allCases { try restart(side) }
        for _ in 0..<steps {
            clock.advance(by: .milliseconds(random.below(200)))
            try step(random.chance(50) ? .partner : .tenant)
        }
        try heal()
        try compare()
    }

    private func note(_ what: String) { counts[what, default: 0] += 1 }

    private func service(_ side: Side) -> ToyService { services[side]! }

    private func step(_ side: Side) throws {
        switch random.below(1000) {
        case ..<330: try command(side)
        case ..<600: try service(side).engine.turn(service(side).log, perPartition: 1 + random.below(20))
        case ..<780: lossy[side]?.deliver(random.below(30))
        case ..<820: duplicate(side)
        case ..<850: try rewind(side)
        case ..<870: try crash(side)
        case ..<890:
            note("acknowledgements dropped")
            _ = service(side).log.fetchDelivery()
        case ..<905: try loseProducer(side)
        case ..<910: try forgetLog()
        case ..<935: try failBatch(side)
        case ..<970: charge()
        case ..<980: try learn(side)
        case ..<990: try service(side).engine.maintain()
        default: try retryDeadLetters(side)
        }
    }

    private func command(_ side: Side) throws {
        var commands: [(ToyCommand, PortID)] = []
        for _ in 0...random.below(3) {
            let port = Self.ports[random.below(Self.ports.count)]
            let name =
                switch random.below(10) {
                case ..<4: ""
                case ..<7: "reply"
                case 7: "account:\(Self.accounts[random.below(3)])"
                case 8: "moody"
                default: "arm:\(random.below(3))"
                }
            commands.append(
                random.chance(20)
                    ? (.bulk([ToyItem(port: port, label: "label-\(random.below(8))")], refusesAtLast: false), port)
                    : (.send(port, name: name), port))
        }
        let answers = Answers()
        var intake = Intake<ToyCommand>()
        intake.commands = commands.map { CommandRequest($0.0, actor: "sim", isDryRun: false, reply: answers.add) }
        if random.chance(20) {
            intake.commands.append(CommandRequest(.send(Self.ports[0], name: ""), actor: "sim", isDryRun: true) { _ in })
        }
        try service(side).engine.run(intake)
        for ((_, port), answer) in zip(commands, answers.bodies) {
            if answer == "1" { told[side]?[port, default: 0] += 1 } else { note("items refused by the schema") }
        }
    }

    // MARK: Faults

    private func duplicate(_ side: Side) {
        let partition = TopicPartition(random.chance(20) ? .billingEvents : side.outgoing, Int32(random.below(Int(Topic.partitionCount))))
        let end = Int(broker.endOffset(of: partition))
        guard end > 0 else { return }
        var batch = RecordBatch()
        broker.read(partition, from: Int64(random.below(end)), limit: 1 + random.below(4), into: &batch)
        for record in batch.records { broker.append(record, of: batch, timestamp: 0) }
        note("records appended twice")
    }

    private func rewind(_ side: Side) throws {
        var offsets = try service(side).engine.nextOffsets
        for partition in offsets.keys.sorted() where random.chance(50) {
            offsets[partition] = Int64(random.below(Int(offsets[partition] ?? 0) + 1))
        }
        var intake = Intake<ToyCommand>()
        intake.batches = [service(side).log.poll([side.incoming, .billingEvents], from: offsets, perPartition: 1 + random.below(30))]
        try service(side).engine.run(intake)
        note("rewinds")
    }

    private func crash(_ side: Side) throws {
        lossy[side]?.deliver(random.below(20))
        let toy = service(side)
        switch random.below(3) {
        case 0: break
        case 1:
            toy.faults.fail(.commit, .ioError("simulated"))
            _ = try? toy.engine.turn(toy.log)
        default:
            toy.faults.fail(.afterCommit, .commitUncertain("simulated"))
            _ = try? toy.engine.turn(toy.log)
        }
        toy.faults.fail(.begin, .busy("none"), times: 0)
        try restart(side)
        note("crashes")
    }

    private func restart(_ side: Side) throws {
        try service(side).crash()
        clock.advance(by: .milliseconds(random.below(1500)))
        try service(side).start()
    }

    private func loseProducer(_ side: Side) throws {
        let toy = service(side)
        lossy[side]?.loseQueue()
        toy.log.generation += 1
        var intake = Intake<ToyCommand>()
        intake.signals = [.producerLost(generation: toy.log.generation)]
        try toy.engine.run(intake)
        note("producers lost")
    }

    private func forgetLog() throws {
        broker.forgetEverything()
        // The billing system tells its events again too.
        broker.append(charges)
        for side in Side.allCases {
            if random.chance(30) {
                try restart(side)
                continue
            }
            let toy = service(side)
            lossy[side]?.loseQueue()
            toy.log.generation += 1
            var intake = Intake<ToyCommand>()
            intake.signals = [.incarnation(broker.incarnation, generation: toy.log.generation)]
            try toy.engine.run(intake)
        }
        note("logs forgotten")
    }

    private func failBatch(_ side: Side) throws {
        let toy = service(side)
        toy.faults.fail(random.chance(50) ? .begin : .commit, .busy("simulated"))
        _ = try? toy.engine.turn(toy.log, perPartition: 1 + random.below(20))
        toy.faults.fail(.begin, .busy("none"), times: 0)
        note("batches failed")
    }

    // MARK: The rest of the world

    private func charge() {
        if !charges.isEmpty, random.chance(30) {
            broker.append([charges[random.below(charges.count)]])
            return note("charges told again")
        }
        let id = "charge-\(charges.count)"
        let record = ToyRecord.charge(Self.subscription(random.below(6)), id: id)
        charges.append(record)
        chargeIDs.insert(id)
        broker.append([record])
    }

    private func learn(_ side: Side) throws {
        if random.chance(50) {
            try service(side).run(.know(Self.accounts[random.below(3)]))
        } else {
            try service(side).run(.subscribe(Self.subscription(random.below(6))))
        }
    }

    private func retryDeadLetters(_ side: Side) throws {
        let toy = service(side)
        try toy.engine.application.isMoody = random.chance(30)
        for number in try toy.texts("SELECT CAST(id AS TEXT) FROM dead_letter WHERE state = 1 ORDER BY id").prefix(5) {
            try toy.order(.retry, Int64(number) ?? 0)
            note("dead letters tried again")
        }
        try toy.engine.application.isMoody = true
    }

    // MARK: The end

    /// No more faults: everything that was sent arrives.
    private func heal() throws {
        for side in Side.allCases {
            let toy = service(side)
            for account in Self.accounts { try toy.run(.know(account)) }
            for number in 0..<6 { try toy.run(.subscribe(Self.subscription(number))) }
        }
        // Dropped acknowledgements come back with a new producer.
        for side in Side.allCases { try loseProducer(side) }
        for _ in 0..<200 {
            var isBusy = false
            clock.advance(by: .milliseconds(100))
            for side in Side.allCases {
                let toy = service(side)
                try toy.engine.application.isMoody = false
                for number in try toy.texts("SELECT CAST(id AS TEXT) FROM dead_letter WHERE state = 1") {
                    try toy.order(.retry, Int64(number) ?? 0)
                    isBusy = true
                }
                lossy[side]?.deliver(.max)
                if try toy.engine.turn(toy.log) { isBusy = true }
                if try toy.engine.currentStatistics().outboxUnacknowledged > 0 { isBusy = true }
            }
            if !isBusy { return }
        }
        complaints.append("the services do not come to rest")
    }

    private func compare() throws {
        for side in Side.allCases {
            let sender = service(side)
            let receiver = service(side.other)
            let asked = try repliesAsked(of: side)
            for port in Self.ports {
                let sent = try sender.row(port)?.channel.sent ?? .beginning
                let handled = try receiver.row(port)?.channel.handled ?? .beginning
                let numbers = try receiver.numbers(port)
                if sent != handled { complaints.append("\(side) sent \(sent) on \(port), handled is \(handled)") }
                if numbers != (0..<sent.sequence).map({ UInt32($0 + 1) }) {
                    complaints.append("\(port) from \(side): \(sent.sequence) sent, handled in this order: \(numbers)")
                }
                let expected = (told[side]?[port] ?? 0) + (asked[port] ?? 0)
                if expected != Int(sent.sequence) {
                    complaints.append("\(side) was told to send \(expected) on \(port) and has sent \(sent.sequence)")
                }
            }
            let statistics = try receiver.engine.currentStatistics()
            if statistics.parkedNow != 0 || statistics.heldChannels != 0 || statistics.openDeadLetters != 0 {
                complaints.append("\(side.other) is left with \(statistics)")
            }
            let parked = try receiver.count("parked") + receiver.count("parked_event") + receiver.count("channel_hold")
            if parked != 0 { complaints.append("\(side.other) has \(parked) rows parked or held") }
            let settled = try receiver.number("SELECT SUM(number) FROM toy_fact")
            if settled != chargeIDs.count { complaints.append("\(side.other) has counted \(settled) of \(chargeIDs.count) charges") }
            let ids = try sender.texts("SELECT CAST(MAX(id) - MIN(id) + 1 - COUNT(*) AS TEXT) FROM outbox")
            if ids != ["0"] { complaints.append("\(side)'s outbox has holes: \(ids)") }
        }
    }

    /// How often this side was asked for a reply, told from the other side's outbox.
    private func repliesAsked(of side: Side) throws -> [PortID: Int] {
        let rows = try service(side.other).engine.tables.outbox.load(1...1_000_000, source: "outbox")
        var asked: [PortID: Int] = [:]
        for record in rows.batch.records where record.topic == side.incoming {
            let offer = try PortOffered(decoding: try EventEnvelope(record: record, in: rows.batch), in: rows.batch)
            if offer.name == "reply" { asked[offer.portID, default: 0] += 1 }
        }
        return asked
    }
}
