import HostedConnection
import Kafka
import Schema
import ServiceKit
import Store
import Testing

@testable import Messaging

/// Events of other systems: any order, repeats, no place.
@Suite struct ForeignEventTests {
    let broker = MemoryBroker()
    let clock = ManualClock()
    let subscription = SubscriptionID(bits: ID128(milliseconds: 1, kind: SubscriptionKind.code, sequence: 0, random: 1))
    let other = SubscriptionID(bits: ID128(milliseconds: 2, kind: SubscriptionKind.code, sequence: 0, random: 2))

    private func charged(_ service: ToyService, _ subscription: SubscriptionID) throws -> Int64? {
        try service.engine.application.facts.row(subscription.bits)?.number
    }

    @Test func aRepeatedEventIsHandledOnce() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.run(.subscribe(subscription))
        try tenant.take(batch(.charge(subscription, id: "a"), .charge(subscription, id: "a")))
        try tenant.restart()
        try tenant.take(batch(.charge(subscription, id: "a"), .charge(subscription, id: "b")))
        #expect(try charged(tenant, subscription) == 2)
        #expect(try tenant.engine.currentStatistics().repeated == 1)
        #expect(try tenant.count("inbox") == 2)
    }

    @Test func anIDUsedTwiceIsADeadLetterAndHoldsNothing() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.run(.subscribe(subscription))
        try tenant.take(
            batch(.charge(subscription, id: "a"), .charge(subscription, id: "a", amount: 7), .charge(subscription, id: "b")))
        #expect(try charged(tenant, subscription) == 2)
        #expect(try tenant.texts("SELECT cause FROM dead_letter") == ["id_reused"])
        try tenant.take(batch(.charge(subscription, id: "a", amount: 7, source: "another billing system")))
        #expect(try charged(tenant, subscription) == 3, "ids are a source's own")
    }

    @Test func eventsOfAccountsHeldElsewhereArePassedOver() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let stranger = AccountID(number: 4_000_000_000_000_004)
        try tenant.take(batch(.charge(subscription, id: "a", payer: stranger)))
        #expect(try tenant.engine.currentStatistics().passedOver == 1)
        #expect(try tenant.count("inbox") == 0)
        #expect(try tenant.count("parked_event") == 0)
    }

    @Test func anEventWaitsForItsSubscription() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.run(.subscribe(other))
        try tenant.take(batch(.charge(subscription, id: "a"), .charge(other, id: "b"), .charge(subscription, id: "a")))
        #expect(try charged(tenant, other) == 1)
        #expect(try tenant.engine.currentStatistics().parkedNow == 1)
        try tenant.restart()
        #expect(try tenant.engine.currentStatistics().parkedNow == 1)
        try tenant.run(.subscribe(subscription))
        #expect(try charged(tenant, subscription) == 1)
        #expect(try tenant.engine.currentStatistics().parkedNow == 0)
        #expect(try tenant.count("parked_event") == 0)
    }

    @Test func anEventThatWaitsTooLongIsADeadLetter() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(.charge(subscription, id: "a")))
        clock.advance(by: .seconds(6 * 86_400))
        try tenant.engine.maintain()
        #expect(try tenant.count("parked_event") == 1)
        clock.advance(by: .seconds(2 * 86_400))
        try tenant.engine.maintain()
        #expect(try tenant.count("parked_event") == 0)
        #expect(try tenant.engine.currentStatistics().parkedNow == 0)
        #expect(try tenant.texts("SELECT cause FROM dead_letter") == ["waited_too_long"])
        #expect(try broker.messages(DeadLetter.self, on: .tenantDeadLetters).map(\.cause) == ["waited_too_long"])
        try tenant.run(.subscribe(subscription))
        #expect(try tenant.order(.retry, 1).statuses == [200])
        #expect(try charged(tenant, subscription) == 1)
    }

    @Test func aRefusedEventCanBeRetried() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.run(.subscribe(subscription))
        try tenant.take(batch(.charge(subscription, id: "a", amount: -1), .charge(subscription, id: "b")))
        #expect(try charged(tenant, subscription) == 1, "a refused event holds nothing")
        #expect(try tenant.texts("SELECT cause FROM dead_letter") == ["invalid_value"])
        try tenant.engine.application.isMoody = false
        #expect(try tenant.order(.retry, 1).statuses == [200])
        #expect(try charged(tenant, subscription) == 2)
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 0)
    }

    @Test func anUnknownTypeIsADeadLetterThatALaterVersionCanRetry() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.run(.subscribe(subscription))
        try tenant.take(batch(ToyRecord.charge(subscription, id: "a").with("ce_type", "hostedconnections.billing.v9.Blessed")))
        #expect(try tenant.texts("SELECT cause FROM dead_letter") == ["unknown_type"])
        #expect(try tenant.order(.retry, 1).statuses == [200])
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 1)
        let connection = try tenant.engine.connection
        try connection.transaction { () throws(StoreError) in
            try connection.execute(script: "UPDATE dead_letter SET type = '\(MessageType.chargeSettled.fullName)'")
        }
        #expect(try tenant.order(.retry, 2).statuses == [200])
        #expect(try charged(tenant, subscription) == 1)
    }

    @Test func aParkedEventWhoseTypeIsForgottenDoesNotVanish() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(.charge(subscription, id: "a")))
        let connection = try tenant.engine.connection
        try connection.transaction { () throws(StoreError) in
            try connection.execute(script: "UPDATE parked_event SET type = 'hostedconnections.billing.v9.Blessed'")
        }
        try tenant.run(.subscribe(subscription))
        #expect(try tenant.texts("SELECT cause FROM dead_letter") == ["unknown_type"])
    }

    @Test func brokenEventsHoldNothing() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.run(.subscribe(subscription))
        let good = ToyRecord.charge(subscription, id: "good")
        try tenant.take(
            batch(
                good.body([0xff, 0xff]), good.without("ce_id"), good.with("ce_id", "\0"), good.with("ce_source", "\0"),
                good.body([UInt8](repeating: 0x5a, count: 900_000)).with("content-type", "application/json"), good))
        #expect(try charged(tenant, subscription) == 1)
        #expect(
            try tenant.texts("SELECT cause FROM dead_letter ORDER BY id") == [
                "unreadable_body", "missing_attribute", "invalid_attribute", "invalid_attribute", "unreadable_body",
            ])
        #expect(try tenant.count("parked") + tenant.count("parked_event") == 0)
    }
}
