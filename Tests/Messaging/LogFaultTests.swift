import HostedConnection
import Kafka
import Schema
import ServiceKit
import Store
import Testing

@testable import Messaging

/// A log that forgets, a producer that breaks, acknowledgements that come late or never.
@Suite struct LogFaultTests {
    let broker = MemoryBroker()
    let clock = ManualClock()

    private func signal(_ service: ToyService, _ signal: LogSignal) throws {
        var intake = Intake<ToyCommand>()
        intake.signals = [signal]
        try service.engine.run(intake)
    }

    private func sequences() throws -> [UInt64] {
        try broker.messages(PortOffered.self, on: .partner).filter { $0.portID == port(1) }.map(\.common.sequence)
    }

    @Test func aLogThatForgetsIsToldEverythingAgain() throws {
        let partner = try ToyService(.partner, broker, clock)
        let tenant = try ToyService(.tenant, broker, clock, seed: 2)
        for _ in 1...5 { try partner.run(.send(port(1), name: "reply")) }
        try tenant.settle()
        try partner.settle()
        broker.forgetEverything()
        for service in [partner, tenant] {
            service.log.generation = 1
            try signal(service, .incarnation(broker.incarnation, generation: 1))
        }
        #expect(try sequences() == [1, 2, 3, 4, 5])
        try tenant.settle()
        try partner.settle()
        #expect(try tenant.numbers(port(1)) == [1, 2, 3, 4, 5])
        #expect(try partner.numbers(port(1)) == [1, 2, 3, 4, 5])
        #expect(try tenant.engine.currentStatistics().repeated == 5)
        try partner.run(.send(port(1), name: ""))
        try tenant.settle()
        try partner.settle()
        #expect(try tenant.numbers(port(1)) == [1, 2, 3, 4, 5, 6])
        #expect(try partner.engine.currentStatistics().outboxUnacknowledged == 0)
        #expect(try tenant.texts("SELECT text FROM engine_state WHERE name = 'incarnation'") == [broker.incarnation])
    }

    @Test func aLogThatForgotWhileTheServiceWasDownIsNoticedAtTheStart() throws {
        let partner = try ToyService(.partner, broker, clock)
        let tenant = try ToyService(.tenant, broker, clock, seed: 2)
        for _ in 1...3 { try partner.run(.send(port(1), name: "")) }
        try tenant.settle()
        try partner.settle()
        broker.forgetEverything()
        try partner.restart()
        try tenant.restart()
        #expect(try tenant.engine.nextOffsets == [:])
        try tenant.settle()
        #expect(try tenant.numbers(port(1)) == [1, 2, 3])
        #expect(try sequences() == [1, 2, 3])
        try partner.restart()
        #expect(try sequences().count == 6, "not acknowledged before it died")
        try partner.settle()
        try partner.engine.maintain()
        try partner.restart()
        #expect(try sequences().count == 6)
    }

    /// Offsets of the old log would make the new one's first records be passed over.
    @Test func recordsOfTheOldLogLeaveNoOffsetsInTheNewOne() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let mailbox = Mailbox<ToyCommand>()
        let offers = (1...3).map { ToyRecord.offer(from: .partner, port(1), $0, epoch: 1, after: $0 == 1 ? .beginning : nil) }
        _ = mailbox.deliver(batch(offers[0], from: 500))
        var first = take(mailbox).intake
        _ = mailbox.deliver(batch(offers[1], from: 501))
        mailbox.signal(.incarnation("another", generation: 1))
        _ = mailbox.deliver(batch(offers[2], from: 0))
        mailbox.putBack(first)
        first = take(mailbox).intake
        #expect(first.orphans.count == 2)
        #expect(first.recordCount == 3)
        try tenant.engine.run(first)
        #expect(try tenant.numbers(port(1)) == [1, 2, 3], "what was read is not thrown away")
        #expect(try tenant.engine.nextOffsets == [TopicPartition(.partner, 0): 1])
    }

    @Test func theSameLogAtAnotherAddressIsNotToldEverythingAgain() throws {
        let partner = try ToyService(.partner, broker, clock)
        try partner.run(.send(port(1), name: ""))
        try partner.settle()
        broker.append([.offer(from: .tenant, port(2), 1, epoch: 1, after: .beginning)])
        try partner.run(.send(port(1), name: ""))
        let offsets = try partner.engine.nextOffsets
        #expect(offsets.count == 1)
        partner.log.generation = 1
        try signal(partner, .incarnation(broker.incarnation, generation: 1))
        #expect(try sequences() == [1, 2, 2], "only what was not acknowledged")
        #expect(try partner.engine.nextOffsets == offsets)
        #expect(try partner.engine.currentStatistics().replays == 0)
    }

    @Test func aReplacementThatTheDatabaseDidNotTakeIsTriedAgain() throws {
        let partner = try ToyService(.partner, broker, clock)
        try partner.run(.send(port(1), name: ""))
        try partner.settle()
        broker.forgetEverything()
        partner.log.generation = 1
        partner.faults.fail(.commit, .busy("told to"))
        #expect(throws: StoreError.busy("told to")) { try signal(partner, .incarnation(broker.incarnation, generation: 1)) }
        try signal(partner, .incarnation(broker.incarnation, generation: 1))
        #expect(try sequences() == [1])
        #expect(try partner.texts("SELECT text FROM engine_state WHERE name = 'incarnation'") == [broker.incarnation])
    }

    @Test func offsetsOfAReplacedLogAreGoneForGood() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(.offer(from: .partner, port(1), 1, epoch: 1, after: .beginning), from: 500))
        broker.forgetEverything()
        try signal(tenant, .incarnation(broker.incarnation, generation: 1))
        #expect(try tenant.engine.nextOffsets == [:])
        try tenant.restart()
        #expect(try tenant.engine.nextOffsets == [:])
    }

    private func take(_ mailbox: Mailbox<ToyCommand>) -> Taken<ToyCommand> {
        mailbox.take(until: .now, isReading: true, wakesForClosing: true, wakesForDeliveries: true, isPatient: false)
    }

    @Test func aLostProducersRowsAreSentAgainInOrder() throws {
        let partner = try ToyService(.partner, broker, clock)
        try partner.run(.send(port(1), name: ""), .send(port(1), name: ""), .send(port(1), name: ""))
        // Two of them are acknowledged, the last before the second.
        let tags = partner.log.fetchDelivery().tags
        var intake = Intake<ToyCommand>()
        intake.deliveries = [Delivery(generation: 0, tags: [tags[2], tags[0]])]
        try partner.engine.run(intake)
        #expect(try partner.engine.currentStatistics().outboxUnacknowledged == 2)
        partner.log.generation = 1
        try signal(partner, .producerLost(generation: 1))
        #expect(try sequences() == [1, 2, 3, 2, 3])
        // The old producer's late word says nothing.
        intake.deliveries = [Delivery(generation: 0, tags: [tags[1]])]
        try partner.engine.run(intake)
        #expect(try partner.engine.currentStatistics().outboxUnacknowledged == 2)
        try partner.settle()
        #expect(try partner.engine.currentStatistics().outboxUnacknowledged == 0)
    }

    @Test(arguments: [1, 2, 7]) func aSmallLogGetsEverythingInOrder(capacity: Int) throws {
        var settings = EngineSettings()
        settings.publishWindow = 20
        settings.backlogChunk = 6
        let partner = try ToyService(.partner, broker, clock, settings: settings)
        partner.log.capacity = capacity
        for _ in 1...10 { try partner.run(.send(port(1), name: ""), .send(port(1), name: ""), .send(port(1), name: "")) }
        if capacity < 3 { #expect(try sequences().count < 30) }
        try partner.settle()
        #expect(try sequences() == Array(1...30))
        #expect(try partner.engine.currentStatistics().outboxUnacknowledged == 0)
    }

    @Test func unacknowledgedRowsAreSentAgainAfterARestart() throws {
        let partner = try ToyService(.partner, broker, clock)
        for _ in 1...4 { try partner.run(.send(port(1), name: "")) }
        try partner.restart()
        let sent = try sequences()
        #expect(sent.count > 4)
        #expect(Array(sent.suffix(1)) == [4])
        let tenant = try ToyService(.tenant, broker, clock, seed: 2)
        try tenant.settle()
        #expect(try tenant.numbers(port(1)) == [1, 2, 3, 4])
    }

    @Test func lostRecordsAreCounted() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try signal(tenant, .lost(TopicPartition(.partner, 0), from: 3, to: 9))
        #expect(try tenant.engine.currentStatistics().lostRanges == 1)
    }

    @Test func aRowThatCantBeReadBackStopsTheServiceInsteadOfSilence() throws {
        let partner = try ToyService(.partner, broker, clock)
        try partner.run(.send(port(1), name: ""))
        let connection = try partner.engine.connection
        try connection.transaction { () throws(StoreError) in try connection.execute(script: "UPDATE outbox SET type = 9999") }
        #expect(throws: StoreError.self) { try partner.restart() }
    }

    @Test func aRewoundReaderDropsAllItHasHandled() throws {
        let partner = try ToyService(.partner, broker, clock)
        let tenant = try ToyService(.tenant, broker, clock, seed: 2)
        for _ in 1...20 { try partner.run(.send(port(1), name: ""), .send(port(2), name: "")) }
        try tenant.settle()
        var intake = Intake<ToyCommand>()
        intake.batches = [tenant.log.poll([Topic.partner], from: [:])]
        try tenant.engine.run(intake)
        #expect(try tenant.numbers(port(1)) == Array(1...20))
        #expect(try tenant.engine.currentStatistics().repeated == 40)
        #expect(try tenant.engine.currentStatistics().handled == 40)
    }
}
