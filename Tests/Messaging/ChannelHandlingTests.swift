import HostedConnection
import Kafka
import Schema
import ServiceKit
import Store
import Testing

@testable import Messaging

/// What the engine does with messages of channels.
@Suite struct ChannelHandlingTests {
    let broker = MemoryBroker()
    let clock = ManualClock()

    private func offer(
        _ port: PortID, _ sequence: UInt64, epoch: UInt64 = 1, after: ChannelPosition? = nil, name: String = ""
    ) -> ToyRecord {
        .offer(from: .partner, port, sequence, epoch: epoch, after: sequence == 1 ? .beginning : after, name: name)
    }

    private func place(_ epoch: UInt64, _ sequence: UInt64) -> ChannelPosition { ChannelPosition(epoch: epoch, sequence: sequence) }

    @Test func messagesAreHandledInOrderOverTheLog() throws {
        let partner = try ToyService(.partner, broker, clock)
        let tenant = try ToyService(.tenant, broker, clock, seed: 2)
        for _ in 1...10 { try partner.run(.send(port(1), name: ""), .send(port(2), name: "")) }
        try tenant.settle(limit: 3)
        #expect(try tenant.numbers(port(1)) == Array(1...10))
        #expect(try tenant.numbers(port(2)) == Array(1...10))
        let sent = try partner.row(port(1))?.channel.sent
        #expect(try tenant.row(port(1))?.channel.handled == sent)
        #expect(sent?.sequence == 10)
    }

    @Test func repeatsAreDroppedByTheMark() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let records = batch((1...5).map { offer(port(1), $0) })
        try tenant.take(records)
        try tenant.take(records)
        #expect(try tenant.numbers(port(1)) == [1, 2, 3, 4, 5])
        #expect(try tenant.engine.currentStatistics().repeated == 5)
        #expect(try tenant.engine.currentStatistics().handled == 5)
    }

    @Test func aGapIsParkedAndReplayedInOrderWithoutDelayingOthers() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 1), offer(port(1), 4), offer(port(1), 3), offer(port(2), 1)))
        #expect(try tenant.numbers(port(1)) == [1])
        #expect(try tenant.numbers(port(2)) == [1], "another channel does not wait")
        #expect(try tenant.engine.currentStatistics().parkedNow == 2)
        #expect(try tenant.engine.currentStatistics().heldChannels == 1)
        try tenant.take(batch(offer(port(1), 3), from: 4))
        #expect(try tenant.engine.currentStatistics().parkedNow == 2, "parked already")
        try tenant.take(batch(offer(port(1), 2), from: 5))
        #expect(try tenant.numbers(port(1)) == [1, 2, 3, 4])
        #expect(try tenant.engine.currentStatistics().parkedNow == 0)
        #expect(try tenant.engine.currentStatistics().heldChannels == 0)
        #expect(try tenant.count("parked") == 0)
        #expect(try tenant.count("channel_hold") == 0)
    }

    @Test func aGapBecomesAnAlarmAfterItsTime() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 2)))
        clock.advance(by: .seconds(299))
        #expect(try tenant.engine.currentStatistics().gapsOverdue == 0)
        clock.advance(by: .seconds(2))
        #expect(try tenant.engine.currentStatistics().gapsOverdue == 1)
        try tenant.take(batch(offer(port(1), 4), offer(port(1), 1), from: 1))
        #expect(try tenant.numbers(port(1)) == [1, 2])
        #expect(try tenant.engine.currentStatistics().heldChannels == 1, "3 is missing")
        #expect(try tenant.engine.currentStatistics().gapsOverdue == 0, "another gap, which has just begun")
    }

    @Test func parkedMessagesSurviveARestart() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 3), offer(port(1), 2)))
        try tenant.restart()
        #expect(try tenant.engine.currentStatistics().parkedNow == 2)
        try tenant.take(batch(offer(port(1), 1), from: 2))
        #expect(try tenant.numbers(port(1)) == [1, 2, 3])
    }

    @Test func aRestartedSenderIsLinkedByWhatItComesAfter() throws {
        let partner = try ToyService(.partner, broker, clock)
        let tenant = try ToyService(.tenant, broker, clock, seed: 2)
        try partner.run(.send(port(1), name: ""))
        let first = try #require(try partner.row(port(1))).channel.sent
        try partner.restart()
        try partner.run(.send(port(1), name: ""), .send(port(1), name: ""))
        let second = try #require(try partner.row(port(1))).channel.sent
        #expect(first.epoch < second.epoch)
        #expect(second.sequence == 3)
        try tenant.settle()
        #expect(try tenant.numbers(port(1)) == [1, 2, 3])
        // The first of each epoch says after which one it comes; whatever was sent twice says the same again.
        for offer in try broker.messages(PortOffered.self, on: .partner) {
            #expect((offer.common.after == nil) == (offer.common.sequence == 3))
        }
    }

    @Test func anEpochGrowsEvenIfTheClockStepsBack() throws {
        let partner = try ToyService(.partner, broker, clock)
        let first = try partner.engine.epoch
        clock.stepWallClock(to: Instant(seconds: 1000))
        try partner.restart()
        #expect(try partner.engine.epoch == first + 1)
    }

    @Test func aSenderThatHasForgottenHoldsItsChannel() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 1), offer(port(1), 2), offer(port(1), 3)))
        try tenant.take(
            batch(
                offer(port(1), 2, epoch: 9, after: place(1, 1)), offer(port(1), 3, epoch: 9), offer(port(2), 1), from: 3))
        #expect(try tenant.numbers(port(1)) == [1, 2, 3], "nothing of the diverged channel is handled")
        #expect(try tenant.numbers(port(2)) == [1])
        #expect(try tenant.number("SELECT reason FROM channel_hold") == 2)
        #expect(try tenant.engine.currentStatistics().parkedNow == 2)
        try tenant.restart()
        #expect(try tenant.engine.holds.values.map(\.reason) == [.diverged])
    }

    @Test func anUnknownTypeHoldsItsChannelUntilAVersionKnowsIt() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let unknown = offer(port(1), 2).with("ce_type", "hostedconnections.v9.PortBlessed")
        try tenant.take(batch(offer(port(1), 1), unknown, offer(port(1), 3), offer(port(2), 1)))
        #expect(try tenant.numbers(port(1)) == [1])
        #expect(try tenant.numbers(port(2)) == [1])
        #expect(try tenant.number("SELECT reason FROM channel_hold") == 4)
        #expect(try tenant.texts("SELECT cause FROM dead_letter WHERE state = 1") == ["unknown_type"])
        try tenant.restart()
        #expect(try tenant.numbers(port(1)) == [1], "still unknown")
        #expect(try tenant.count("dead_letter") == 1, "tried again in vain it is the same dead letter")
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 1)
        // The next version knows the name.
        let connection = try tenant.engine.connection
        try connection.transaction { () throws(StoreError) in
            try connection.execute(script: "UPDATE parked SET type = '\(MessageType.portOffered.fullName)' WHERE sequence = 2")
        }
        try tenant.restart()
        #expect(try tenant.numbers(port(1)) == [1, 2, 3])
        #expect(try tenant.count("channel_hold") == 0)
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 0)
        #expect(try tenant.number("SELECT state FROM dead_letter") == Int64(DeadLetterState.retried.rawValue))
    }

    @Test func anOperatorCanDiscardAMessageOfAnUnknownType() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let unknown = offer(port(1), 2).with("ce_type", "hostedconnections.v9.PortBlessed")
        try tenant.take(batch(offer(port(1), 1), unknown, offer(port(1), 3)))
        #expect(try tenant.order(.discard, 1).statuses == [200])
        #expect(try tenant.numbers(port(1)) == [1, 3])
        #expect(try tenant.count("channel_hold") == 0)
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 0)
    }

    @Test func anOperatorWhoTriesAnUnknownTypeAgainInVainHasItBack() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 1), offer(port(1), 2).with("ce_type", "hostedconnections.v9.PortBlessed")))
        #expect(try tenant.order(.retry, 1).statuses == [200])
        #expect(try tenant.texts("SELECT cause FROM dead_letter WHERE state = 1") == ["unknown_type"])
        #expect(try tenant.number("SELECT reason FROM channel_hold") == 4)
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 1)
    }

    @Test func aMessageThatBreaksARuleAtTheStartDoesNotKeepTheServiceDown() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let unknown = offer(port(2), 1, name: "label:x").with("ce_type", "hostedconnections.v9.PortBlessed")
        try tenant.take(batch(offer(port(1), 1, name: "label:x"), unknown))
        let connection = try tenant.engine.connection
        try connection.transaction { () throws(StoreError) in
            try connection.execute(script: "UPDATE parked SET type = '\(MessageType.portOffered.fullName)'")
        }
        try tenant.restart()
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 1)
        #expect(try tenant.texts("SELECT cause FROM dead_letter WHERE state = 1") == ["internal_error"])
    }

    @Test func anUnknownTypeThatIsSkippableIsPassed() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let skippable = ToyRecord.offer(
            from: .partner, port(1), 2, epoch: 1, type: "hostedconnections.v9.PortBlessed", skippable: true)
        try tenant.take(batch(offer(port(1), 1), skippable, offer(port(1), 3)))
        #expect(try tenant.numbers(port(1)) == [1, 3])
        #expect(try tenant.engine.currentStatistics().skipped == 1)
        #expect(try tenant.row(port(1))?.channel.handled == place(1, 3))
    }

    @Test func aMessageWaitsForItsAccountAndGoesOnInOrder() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let account = try #require(AccountID("2000000000000002"))
        try tenant.take(
            batch(
                offer(port(1), 1, name: "account:2000000000000002"), offer(port(1), 2), offer(port(2), 1),
                offer(port(3), 1, name: "account:3000000000000003")))
        #expect(try tenant.numbers(port(1)) == [])
        #expect(try tenant.numbers(port(2)) == [1])
        try tenant.take(batch(offer(port(1), 1, name: "account:2000000000000002"), offer(port(1), 3), from: 4))
        #expect(try tenant.engine.currentStatistics().parkedNow == 4)
        try tenant.restart()
        try tenant.run(.know(account))
        #expect(try tenant.numbers(port(1)) == [1, 2, 3])
        #expect(try tenant.numbers(port(3)) == [], "waits for another account")
        #expect(try tenant.engine.currentStatistics().heldChannels == 1)
        #expect(try tenant.engine.currentStatistics().parkedNow == 1)
    }

    @Test func aDryRunReleasesNobody() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let account = try #require(AccountID("2000000000000002"))
        try tenant.take(batch(offer(port(1), 1, name: "account:2000000000000002")))
        #expect(try tenant.run(.know(account), isDryRun: true).statuses == [200])
        #expect(try tenant.numbers(port(1)) == [])
        #expect(try tenant.count("toy_fact") == 0)
    }
}
