import HostedConnection
import Kafka
import Schema
import ServiceKit
import Store
import Testing

@testable import Messaging

/// One batch, one transaction: all of it or nothing, whatever fails and wherever the process dies.
@Suite struct AtomicityTests {
    let broker = MemoryBroker()
    let clock = ManualClock()

    private func offer(_ port: PortID, _ sequence: UInt64, name: String = "") -> ToyRecord {
        .offer(from: .partner, port, sequence, epoch: 1, after: sequence == 1 ? .beginning : nil, name: name)
    }

    private func sent(_ side: Side) throws -> [PortOffered] { try broker.messages(PortOffered.self, on: side.outgoing) }

    // MARK: Items of a batch

    @Test func aMessageThatBreaksARuleOfTheSchemaIsTheOnlyDeadLetter() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(
            batch(
                offer(port(1), 1, name: "label:x"), offer(port(2), 1, name: "reply"), offer(port(3), 1),
                offer(port(3), 2, name: "label:x"), offer(port(3), 3), offer(port(4), 1, name: "arm:60"), offer(port(1), 2)))
        #expect(try tenant.engine.currentStatistics().isolatedBatches == 1)
        #expect(try tenant.engine.currentStatistics().records == 7, "a batch done twice is counted once")
        #expect(try tenant.engine.currentStatistics().deadLettered == 1)
        #expect(try tenant.texts("SELECT cause FROM dead_letter") == ["internal_error"])
        #expect(try tenant.numbers(port(1)) == [1, 2])
        #expect(try tenant.numbers(port(2)) == [1])
        #expect(try tenant.numbers(port(3)) == [1])
        #expect(try tenant.row(port(1))?.label == "x")
        #expect(try tenant.count("timer") == 1)
        #expect(try tenant.engine.nextDue == clock.now() + .seconds(60))
        #expect(try sent(.tenant).map(\.portID) == [port(2)])
        try tenant.order(.discard, 1)
        #expect(try tenant.numbers(port(3)) == [1, 3])
    }

    /// What an earlier item changed in memory only must not go with the item that is undone.
    @Test func anUndoneItemTakesNothingOfEarlierOnesWithIt() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 1, name: "label:x")))
        let skippable = ToyRecord.offer(from: .partner, port(1), 2, epoch: 1, type: "hostedconnections.v9.New", skippable: true)
        try tenant.take(batch(skippable, offer(port(2), 1, name: "label:x"), offer(port(1), 3)))
        #expect(try tenant.row(port(1))?.channel.handled == ChannelPosition(epoch: 1, sequence: 3))
        #expect(try tenant.numbers(port(1)) == [1, 3])
        #expect(try tenant.engine.currentStatistics().heldChannels == 1)
    }

    @Test func commandsOfABatchAreKeptApart() throws {
        let partner = try ToyService(.partner, broker, clock)
        try partner.run(.bulk([ToyItem(port: port(1), label: "x")], refusesAtLast: false))
        let answers = try partner.run(
            .send(port(2), name: ""), .bulk([ToyItem(port: port(3), label: "x")], refusesAtLast: false),
            .refuseAfterSending(port(4)), .send(port(2), name: ""))
        #expect(answers.statuses == [200, 200, 409, 200])
        #expect(answers.bodies[1] == "0", "the item that broke the rule was refused, the call was answered")
        #expect(try sent(.partner).map(\.portID).sorted() == [port(1), port(2), port(2)])
        #expect(try partner.count("outbox") == 3)
        #expect(try partner.row(port(3)) == nil)
        #expect(try partner.row(port(4)) == nil)
    }

    @Test func itemsOfABulkCallAreKeptApart() throws {
        let partner = try ToyService(.partner, broker, clock)
        let items = [("a", 1), ("b", 2), ("a", 3), ("refuse", 4), ("c", 5)].map { ToyItem(port: port($0.1), label: $0.0) }
        #expect(try partner.run(.bulk(items, refusesAtLast: false)).bodies == ["3"])
        #expect(try partner.texts("SELECT label FROM toy ORDER BY label") == ["a", "b", "c"])
        #expect(try sent(.partner).map(\.portID).sorted() == [port(1), port(2), port(5)])
        #expect(try partner.number("SELECT MAX(id) FROM outbox") == 3)
    }

    /// In a batch done item by item the items of a bulk call are written one after the other; if the call is refused in the
    /// end, they go.
    @Test func aBulkCallRefusedAtLastLeavesNothing() throws {
        let partner = try ToyService(.partner, broker, clock)
        try partner.run(.bulk([ToyItem(port: port(1), label: "x")], refusesAtLast: false))
        let answers = try partner.run(
            .bulk([ToyItem(port: port(2), label: "y"), ToyItem(port: port(3), label: "x")], refusesAtLast: true),
            .send(port(4), name: ""), .send(port(5), name: ""))
        #expect(answers.statuses == [409, 200, 200])
        #expect(try partner.row(port(2)) == nil)
        #expect(try sent(.partner).map(\.portID).sorted() == [port(1), port(4), port(5)])
        // The table says the same as the log.
        broker.forgetEverything()
        try partner.restart()
        #expect(try sent(.partner).map(\.portID).sorted() == [port(1), port(4), port(5)])
        #expect(try partner.count("outbox") == 3)
    }

    @Test func whatNoDatabaseTakesIsRefusedAndNothingElse() throws {
        let partner = try ToyService(.partner, broker, clock)
        let bad = [ToyItem(port: port(2), label: "a\0b"), ToyItem(port: port(3), label: "fine")]
        let answers = try partner.run(
            .send(port(1), name: ""), .bulk(bad, refusesAtLast: false), .send(port(1), name: ""))
        #expect(answers.bodies == ["1", "1", "1"])
        #expect(try partner.row(port(2)) == nil)
        #expect(try partner.row(port(3))?.label == "fine")
        let claim = IdempotencyClaim(caller: "a", key: "k\0", digest: [1])
        #expect(try partner.run(.send(port(1), name: ""), claim: claim).statuses == [400])
        #expect(try partner.row(port(1))?.channel.sent.sequence == 2)
    }

    /// It would never leave the outbox, nor would anything behind it.
    @Test func aMessageThatNoTopicTakesIsRefused() throws {
        let partner = try ToyService(.partner, broker, clock)
        let long = String(repeating: "x", count: Topic.maximumMessageBytes)
        let answers = try partner.run(.send(port(1), name: ""), .send(port(1), name: long), .send(port(1), name: ""))
        #expect(answers.statuses == [200, 400, 200])
        #expect(try sent(.partner).map(\.bandwidthMbps) == [1, 2])
        #expect(try partner.run(.send(port(1), name: long), isDryRun: true).statuses == [400])
        #expect(try partner.run(.send(port(1), name: "")).statuses == [200])
    }

    // MARK: Commands

    @Test func anIdempotencyKeyGivesTheSameAnswerAgain() throws {
        let partner = try ToyService(.partner, broker, clock)
        let claim = IdempotencyClaim(caller: "a", key: "k", digest: [1])
        #expect(try partner.run(.send(port(1), name: ""), .send(port(1), name: ""), claim: claim).bodies == ["1", "1"])
        try partner.restart()
        #expect(try partner.run(.send(port(1), name: ""), claim: claim).statuses == [200])
        #expect(try partner.count("outbox") == 1)
        let other = IdempotencyClaim(caller: "a", key: "k", digest: [2])
        #expect(try partner.run(.send(port(1), name: ""), claim: other).statuses == [409])
        let stranger = IdempotencyClaim(caller: "b", key: "k", digest: [2])
        #expect(try partner.run(.send(port(1), name: ""), claim: stranger).statuses == [200])
        #expect(try partner.count("outbox") == 2)
    }

    @Test func aDryRunChangesNothing() throws {
        let partner = try ToyService(.partner, broker, clock)
        let timer = TimerKey(owner: port(1).bits, name: 1)
        try partner.run(.send(port(1), name: ""), .bulk([ToyItem(port: port(2), label: "x")], refusesAtLast: false))
        let before = try partner.row(port(1))
        let claim = IdempotencyClaim(caller: "a", key: "k", digest: [1])
        let answers = try partner.run(
            .send(port(1), name: ""), .arm(timer, clock.now()), .bulk([ToyItem(port: port(3), label: "x")], refusesAtLast: false),
            .refuseAfterSending(port(1)), isDryRun: true, claim: claim)
        #expect(answers.statuses == [200, 200, 200, 409])
        #expect(answers.bodies[2] == "0", "the rules of the schema are asked too")
        #expect(try partner.row(port(1)) == before)
        #expect(try partner.row(port(3)) == nil)
        #expect(try partner.count("outbox") == 2)
        #expect(try partner.count("timer") == 0)
        #expect(try partner.count("idempotency") == 0)
        #expect(try partner.engine.nextDue == nil)
        #expect(try sent(.partner).count == 2)
    }

    @Test func aDryRunAmongOthersTouchesNoneOfThem() throws {
        let partner = try ToyService(.partner, broker, clock)
        let answers = Answers()
        let requests = [
            CommandRequest(ToyCommand.send(port(1), name: ""), actor: "a", reply: answers.add),
            CommandRequest(ToyCommand.send(port(1), name: ""), actor: "a", isDryRun: true, reply: answers.add),
            CommandRequest(ToyCommand.send(port(1), name: ""), actor: "a", reply: answers.add),
        ]
        try partner.engine.turn(partner.log, commands: requests)
        #expect(answers.statuses == [200, 200, 200])
        #expect(try sent(.partner).map(\.bandwidthMbps) == [1, 2])
        #expect(try sent(.partner).map(\.common.sequence) == [1, 2])
        #expect(try partner.count("outbox") == 2)
        broker.forgetEverything()
        try partner.restart()
        #expect(try sent(.partner).map(\.common.sequence) == [1, 2])
    }

    // MARK: A database that fails

    static let points: [(Faults.Point, StoreError)] = [
        (.begin, .busy("told to")), (.commit, .diskFull("told to")), (.commit, .connectionLost("told to")),
    ]

    @Test(arguments: points) func aFailedBatchLeavesNothingAndCanBeTriedAgain(point: Faults.Point, error: StoreError) throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 1)))
        let records = batch(
            offer(port(1), 2, name: "reply"), offer(port(2), 2), offer(port(3), 1, name: "refuse"), offer(port(4), 1, name: "arm:5"),
            from: 1)
        let before = try tenant.engine.currentStatistics()
        let answers = Answers()
        var intake = Intake<ToyCommand>()
        intake.batches = [records]
        intake.commands = [CommandRequest(.send(port(5), name: ""), actor: "a", reply: answers.add)]
        tenant.faults.fail(point, error)
        #expect(throws: error) { try tenant.engine.run(intake) }
        #expect(answers.statuses == [503])
        #expect(try tenant.engine.currentStatistics() == before)
        #expect(try tenant.engine.nextOffsets == [TopicPartition(.partner, 0): 1])
        #expect(try tenant.numbers(port(1)) == [1])
        #expect(try sent(.tenant).isEmpty)
        #expect(try tenant.engine.nextDue == nil)
        intake.commands = []
        try tenant.engine.run(intake)
        #expect(try tenant.numbers(port(1)) == [1, 2])
        #expect(try sent(.tenant).map(\.portID) == [port(1)])
        #expect(try tenant.engine.currentStatistics().parkedNow == 2)
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 1)
        #expect(try tenant.count("dead_letter") == 1)
        #expect(try tenant.number("SELECT COUNT(DISTINCT id) FROM outbox") == 2)
    }

    @Test func aRollbackThatFailsTooIsMadeUpForLater() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let records = batch(offer(port(1), 2), offer(port(2), 1, name: "refuse"))
        tenant.faults.fail(.rollback, .connectionLost("told to"), times: 2)
        var intake = Intake<ToyCommand>()
        intake.batches = [batch(offer(port(8), 1, name: "label:x"), offer(port(9), 1, name: "label:x")), records]
        #expect(throws: StoreError.connectionLost("told to")) { try tenant.engine.run(intake) }
        #expect(tenant.faults.isSpent)
        try tenant.engine.run(intake)
        #expect(try tenant.engine.currentStatistics().parkedNow == 3)
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 2)
        #expect(try tenant.engine.currentStatistics().heldChannels == 3)
        #expect(try tenant.numbers(port(8)) == [1])
    }

    @Test func answersSayWhenItIsNotKnownWhetherTheChangeWasKept() throws {
        let partner = try ToyService(.partner, broker, clock)
        partner.faults.fail(.afterCommit, .commitUncertain("told to"))
        let answers = Answers()
        var intake = Intake<ToyCommand>()
        intake.commands = [CommandRequest(.send(port(1), name: ""), actor: "a", reply: answers.add)]
        #expect(throws: StoreError.commitUncertain("told to")) { try partner.engine.run(intake) }
        #expect(answers.statuses == [503])
        #expect(answers.bodies[0].contains("not known"))
        #expect(try sent(.partner).isEmpty, "nothing is sent whose commit is not certain")
        try partner.restart()
        #expect(try sent(.partner).map(\.common.sequence) == [1], "it was kept, so it is sent")
    }

    // MARK: A process that dies

    enum Death: String, CaseIterable, CustomTestStringConvertible {
        case beforeCommit, afterCommit, beforeAcknowledgement
        var testDescription: String { rawValue }
    }

    @Test(arguments: Death.allCases, [true, false]) func whereverItDiesTheEndIsTheSame(death: Death, onFile: Bool) throws {
        let folder = try TemporaryFolder()
        let location: DatabaseLocation? = onFile ? .file(folder.path + "/toy.sqlite") : nil
        let partner = try ToyService(.partner, broker, clock)
        let tenant = try ToyService(.tenant, broker, clock, seed: 2, database: location.map { StoreConfiguration(location: $0) })
        for number in 1...5 { try partner.run(.send(port(1), name: "reply"), .send(port(UInt64(10 + number)), name: "reply")) }
        for _ in 1...3 {
            switch death {
            case .beforeCommit:
                tenant.faults.fail(.commit, .ioError("told to"))
                #expect(throws: StoreError.ioError("told to")) { try tenant.engine.turn(tenant.log, perPartition: 2) }
            case .afterCommit:
                tenant.faults.fail(.afterCommit, .commitUncertain("told to"))
                #expect(throws: StoreError.commitUncertain("told to")) { try tenant.engine.turn(tenant.log, perPartition: 2) }
            case .beforeAcknowledgement:
                try tenant.engine.turn(tenant.log, perPartition: 2)
            }
            try tenant.restart()
        }
        try tenant.settle()
        try partner.settle()
        #expect(try tenant.numbers(port(1)) == [1, 2, 3, 4, 5])
        #expect(try partner.numbers(port(1)) == [1, 2, 3, 4, 5])
        for number in 11...15 { #expect(try partner.numbers(port(UInt64(number))) == [1]) }
        #expect(try tenant.engine.currentStatistics().outboxUnacknowledged == 0)
        #expect(try partner.engine.currentStatistics().heldChannels == 0)
        try tenant.crash()
    }
}
