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

    @Test("R-176: a refund is settled once and answered again; of what was never settled there is none") func refund() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit(), payer: .partner)
        try network.settle()
        let charge = SubscriptionID(of: port).charge(attempt: 1)
        let refund = RefundRequested(
            subscriptionID: SubscriptionID(of: port), chargeID: charge, payerAccountID: Network.carrier, reason: "withdrawn",
            refundID: "ref-1")
        network.broker.add(refund, id: messageID(1), source: "partner-service", to: .billingRequests)
        network.broker.add(refund, id: messageID(2), source: "partner-service", to: .billingRequests)
        var unknown = refund
        unknown.chargeID = SubscriptionID(of: port).charge(attempt: 9)
        network.broker.add(unknown, id: messageID(3), source: "partner-service", to: .billingRequests)
        network.broker.add(
            StopRequested(subscriptionID: SubscriptionID(of: port), payerAccountID: Network.carrier), id: messageID(4),
            source: "partner-service", to: .billingRequests)
        try network.settle()
        #expect(try network.ledger().map(\.outcome) == ["refunded"])
        #expect(try network.billing.deadLetterCauses() == ["contradicts_state"])
        #expect(network.billing.statistics.passedOver == 1)
        #expect(try network.partnerView(port)?.billing == "refunded")
        #expect(try network.tenantView(port)?.billing == "refunded")
        #expect(network.partner.statistics.openDeadLetters == 0)
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
