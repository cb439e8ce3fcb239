@testable import BillingSimulator
import HostedConnection
import Messaging
import Schema
import ServiceKit
import ServiceTesting
import Store
import Testing

@Suite("The billing simulator")
struct BillingTests {
    private let subscription = SubscriptionID(of: PortID(bits: ID128(milliseconds: 9, kind: PortKind.code, sequence: 0, random: 12)))

    private func request(attempt: UInt8 = 1) -> ChargeRequested {
        ChargeRequested(
            subscriptionID: subscription, chargeID: subscription.charge(attempt: attempt), payerAccountID: Network.customer,
            portID: subscription.port, region: "eu-central-1", bandwidthMbps: 200)
    }

    @Test("Conditions of a decline rule, each by itself, for the first attempts only") func declining() {
        var rules = [DeclineRule](repeating: .never, count: 4)
        rules[0].accounts = [Network.customer]
        rules[1].regions = ["eu-central-1"]
        rules[2].bandwidths = [Bandwidth(megabitsPerSecond: 200)]
        rules[3].oneIn = 4
        for rule in rules {
            #expect(rule.declines(request()))
            #expect(!rule.declines(request(attempt: 2)))
            var patient = rule
            patient.attempts = 2
            #expect(patient.declines(request(attempt: 2)))
        }
        var other = DeclineRule()
        other.accounts = [Network.otherCustomer]
        other.oneIn = 5
        #expect(!other.declines(request()))
        #expect(!DeclineRule.never.declines(request()))
    }

    @Test("Prices by bandwidth, else by megabit") func prices() {
        let list = PriceList(monthly: [Bandwidth(megabitsPerSecond: 100): 999], perMegabit: 10, currency: "USD")
        #expect(list.price(of: Bandwidth(megabitsPerSecond: 100)) == Amount(minor: 999, currency: "USD"))
        #expect(list.price(of: Bandwidth(megabitsPerSecond: 200)) == Amount(minor: 2_000, currency: "USD"))
    }

    @Test(
        "A month later is the same day of the next month, or its last day",
        arguments: [
            ("2026-11-26T10:00:00.000Z", "2026-12-26T10:00:00.000Z"), ("2026-12-31T23:59:59.999Z", "2027-01-31T23:59:59.999Z"),
            ("2027-01-31T00:00:00.000Z", "2027-02-28T00:00:00.000Z"), ("2028-01-31T00:00:00.000Z", "2028-02-29T00:00:00.000Z"),
            ("2026-03-31T12:00:00.000Z", "2026-04-30T12:00:00.000Z"), ("2000-02-29T00:00:00.000Z", "2000-03-29T00:00:00.000Z"),
            ("2100-02-28T00:00:00.000Z", "2100-03-28T00:00:00.000Z"),
        ])
    func month(_ from: String, _ to: String) throws {
        let start = try #require(try? Timestamp(json: Array("\"\(from)\"".utf8))).instant
        #expect(start.oneMonthLater.rfc3339 == to)
    }

    private func refund(_ port: PortID, attempt: UInt8 = 1, id: String = "rfd-1") -> RefundRequested {
        RefundRequested(
            subscriptionID: SubscriptionID(of: port), chargeID: SubscriptionID(of: port).charge(attempt: attempt),
            payerAccountID: Network.carrier, reason: "withdrawn", refundID: id)
    }

    @Test("R-176: a subscription is refunded once and the refund answered as often as it is asked, whatever it is called")
    func refundOnce() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit(), payer: .partner)
        try network.settle()
        for (number, request) in [refund(port), refund(port), refund(port, attempt: 9, id: "rfd-2")].enumerated() {
            network.broker.add(request, id: messageID(UInt64(number + 1)), source: "partner-service", to: .billingRequests)
        }
        try network.settle()
        #expect(try network.ledger().map(\.outcome) == ["refunded"])
        #expect(try network.ledger().map(\.refundedMinor) == [24_000])
        #expect(try network.ledger().allSatisfy { $0.refundedAt != nil })
        let subscription = try #require(try network.subscription(port))
        #expect(subscription.state == "refunded")
        #expect(subscription.refundID == "rfd-1")
        #expect(subscription.refundRequests == 3)
        #expect(subscription.refundedMinor == 24_000)
        #expect(try network.partnerView(port)?.billing == "refunded")
        #expect(try network.tenantView(port)?.billing == "refunded")
        #expect(network.partner.statistics.openDeadLetters == 0)
        #expect(network.billing.statistics.openDeadLetters == 0)
    }

    @Test("R-175: a refund gives back what is unused of everything paid, in days: first time, upgrade and renewal") func refundOfAll()
        throws
    {
        let network = try Network()
        let (port, _) = try network.connectedPort(payer: .partner)
        let subscription = SubscriptionID(of: port)
        var upgrade = ChargeRequested(
            subscriptionID: subscription, chargeID: subscription.charge(attempt: 2), payerAccountID: Network.carrier, portID: port,
            region: "eu-central-1", bandwidthMbps: 500)
        network.broker.add(upgrade, id: messageID(1), source: "partner-service", to: .billingRequests)
        try network.settle()
        try network.billing.ok(BillingCommand(.renew(subscription), by: Network.staff))
        network.clock.advance(by: .seconds(10 * 86_400))
        network.broker.add(refund(port, attempt: 2), id: messageID(2), source: "partner-service", to: .billingRequests)
        try network.settle()
        let ledger = try network.ledger()
        #expect(ledger.map(\.kind) == ["first", "upgrade", "renewal"])
        #expect(ledger.map(\.amountMinor) == [24_000, 36_000, 60_000])
        #expect(ledger.allSatisfy { $0.outcome == "refunded" })
        // Of the month that has begun ten days are over, or nearly; the next one is untouched.
        #expect(ledger[2].refundedMinor == 60_000)
        #expect(ledger[0].refundedMinor < 24_000 && ledger[0].refundedMinor > 12_000)
        let view = try #require(try network.subscription(port))
        #expect(view.refundedMinor == ledger.map(\.refundedMinor).reduce(0, +))
        // nothing is charged afterwards.
        upgrade.chargeID = subscription.charge(attempt: 3)
        network.broker.add(upgrade, id: messageID(3), source: "partner-service", to: .billingRequests)
        try network.settle()
        #expect(try network.ledger().first { $0.chargeID == upgrade.chargeID }?.outcome == "declined")
        #expect(try network.billing.refusal(BillingCommand(.renew(subscription), by: Network.staff)).error.code == "contradicts_state")
    }

    @Test("A refund of what was never paid is answered too, with nothing; a charge asked for afterwards is declined") func refundOfNothing()
        throws
    {
        let network = try Network()
        network.broker.add(refund(subscription.port), id: messageID(1), source: "partner-service", to: .billingRequests)
        network.broker.add(request(), id: messageID(2), source: "tenant-service", to: .billingRequests)
        try network.billing.turn()
        #expect(try network.subscription(subscription.port)?.refundedMinor == 0)
        #expect(try network.ledger().map(\.outcome) == ["declined"])
        #expect(network.broker.records(of: .billingEvents).records.count == 2)
    }

    @Test("R-174, R-177: a stop ends a subscription without a refund, and nothing is charged for it any more") func stop() throws {
        let network = try Network()
        let (port, _) = try network.connectedPort(payer: .partner)
        try network.billing.ok(BillingCommand(.expire(SubscriptionID(of: port)), by: Network.staff))
        network.broker.add(
            StopRequested(subscriptionID: SubscriptionID(of: port), payerAccountID: Network.carrier, reason: "deleted"), id: messageID(4),
            source: "partner-service", to: .billingRequests)
        try network.settle()
        let view = try #require(try network.subscription(port))
        #expect(view.state == "stopped")
        #expect(view.reason == "deleted")
        #expect(view.refundedMinor == 0)
        #expect(view.endedAt != nil)
        #expect(try network.ledger().map(\.outcome) == ["settled"])
        for action in [BillingCommand.Action.expire(SubscriptionID(of: port)), .renew(SubscriptionID(of: port))] {
            #expect(try network.billing.refusal(BillingCommand(action, by: Network.staff)).error.code == "contradicts_state")
        }
    }

    @Test("Only staff steers the simulator; what is unknown is said to be; what is so already is told once") func commands() throws {
        let network = try Network()
        let stranger = try network.billing.refusal(BillingCommand(.lock(Network.customer, true), by: .account(Network.customer)))
        #expect(stranger.status == 403)
        #expect(try network.billing.refusal(BillingCommand(.expire(subscription), by: Network.staff)).status == 404)
        for isLocked in [true, true, false, false] {
            let view = try network.billing.ok(
                BillingCommand(.lock(Network.customer, isLocked), by: Network.staff), as: BilledAccountView.self)
            #expect(view.locked == isLocked)
        }
        let view = try network.billing.ok(
            BillingCommand(.enableOutboundBilling(Network.customer), by: Network.staff), as: BilledAccountView.self)
        #expect(view.outboundBilling)
        #expect(view.version == 3)
        #expect(network.broker.records(of: .billingEvents).records.count == 3)
    }

    @Test("Charges that name no payer, subscription or attempt are dead letters") func broken() throws {
        let network = try Network()
        for (number, change)
            in ([
                { $0.payerAccountID = .none }, { $0.subscriptionID = .none }, { $0.chargeID = .none }, { $0.bandwidthMbps = 0 },
                { $0.chargeID = self.subscription.charge(attempt: 0) },
            ] as [(inout ChargeRequested) -> Void]).enumerated()
        {
            var broken = request()
            change(&broken)
            network.broker.add(broken, id: messageID(UInt64(number + 1)), source: "partner-service", to: .billingRequests)
        }
        try network.settle()
        #expect(try network.billing.deadLetterCauses() == [String](repeating: "missing_field", count: 5))
        #expect(try network.ledger().isEmpty)
    }
}
