import HostedConnection
import PartnerDomain
import Schema
import Testing

@Suite("Offers that end without being taken")
struct OfferEndingTests {
    private static let open = PartnerPolicy(mayWithdraw: true, offerLifetime: .seconds(60))

    private func withdraw(_ port: SuppliedPort, policy: PartnerPolicy = open) throws(Refusal) -> SupplyDecision {
        try OfferEndingRules.withdraw(port, reason: "changed our mind", policy: policy, now: later)
    }

    @Test("A-39: a pending offer is withdrawn: nothing is held, and the tenant hears of it") func withdrawn() throws {
        let decision = try withdraw(try offered().port)
        #expect(decision.port.axes.acceptance == .withdrawn)
        #expect(decision.port.axes.service == .released)
        #expect(decision.port.ending == PortEnding(at: later, reason: "changed our mind"))
        #expect(decision.sent == ["offerEnded"])
        #expect(decision.done == [.withdrawn])
        #expect(try withdraw(decision.port) == SupplyDecision(decision.port), "again: no effect")
    }

    @Test("A-39: what the guides do not know is off until it is switched on") func off() throws {
        let refused = objection { try withdraw(offered().port, policy: .standard) }
        #expect(refused?.code == .notEnabled)
        #expect(refused?.next?.contains("offers.withdraw") == true)
        var decision = try offered()
        OfferEndingRules.arm(&decision, policy: .standard, now: now)
        #expect(decision.timers.isEmpty)
        OfferEndingRules.arm(&decision, policy: Self.open, now: now)
        #expect(decision.timers.map(\.due) == [now + .seconds(60)])
    }

    @Test("A-39: only a pending offer is withdrawn", arguments: [Acceptance.confirmed, .rejected, .lapsed, .deleted])
    func notPending(_ acceptance: Acceptance) throws {
        var port = try offered().port
        port.axes.acceptance = acceptance
        let refused = objection { try withdraw(port) }
        #expect(refused?.code == (acceptance == .confirmed ? .offerNotPending : .portEnded))
        #expect(refused?.object == port.id.description)
    }

    @Test("R-176, A-39: a paying partner gets back what it has, or may have, paid, once")
    func refunds() throws {
        var unanswered = try offered(payer: .partner).port
        let first = try withdraw(unanswered)
        #expect(first.sent == ["refundRequested", "offerEnded"])
        #expect(first.port.subscription.charge == .refunding)
        unanswered.subscription.charge = .declined
        #expect(try withdraw(unanswered).sent == ["offerEnded"], "nothing was paid")
        #expect(try withdraw(try offered(payer: .tenant).port).sent == ["offerEnded"], "the tenant pays")
    }

    @Test("A-39: a charge that billing settles after the end goes back too") func lateSettlement() throws {
        var port = try offered(payer: .partner).port
        port.subscription.charge = .declined
        port = try withdraw(port).port
        let subscription = port.subscription.id
        let settled = ChargeSettled(
            subscriptionID: subscription, chargeID: subscription.charge(attempt: 2), payerAccountID: partnerID, version: 3,
            amountMinor: 24_000, currency: "EUR")
        let decision = try PaymentRules.folded(port, .settled(settled), now: later)
        #expect(decision.sent == ["paymentResult", "refundRequested"])
        #expect(decision.port.axes.acceptance == .withdrawn)
        #expect(decision.port.subscription.charge == .refunding)
    }

    @Test("A-39: an ended offer is not charged again") func noRetry() throws {
        var port = try offered(payer: .partner).port
        port.subscription.charge = .declined
        port = try withdraw(port).port
        let refused = objection { try PaymentRules.retry(port, region: "eu-central-1", now: later) }
        #expect(refused?.code == .chargeNotRetriable)
    }

    @Test("A-39: an offer lapses when nobody has taken it in time; one that was taken does not") func lapses() throws {
        let pending = try offered(payer: .partner).port
        let lapsed = OfferEndingRules.lapse(pending, now: later)
        #expect(lapsed.port.axes.acceptance == .lapsed)
        #expect(lapsed.port.axes.service == .released)
        #expect(lapsed.sent == ["refundRequested", "offerEnded"])
        #expect(OfferEndingRules.lapse(try active(), now: later) == SupplyDecision(try active()))
    }

    @Test("A-39: a rejection ends the offer; one that met a withdrawal or a lapse changes nothing") func rejected() throws {
        let event = OfferRejected(portID: id(2), reason: "too dear")
        let decision = try OfferEndingRules.rejected(try offered(payer: .partner).port, event, now: later)
        #expect(decision.port.axes.acceptance == .rejected)
        #expect(decision.port.ending?.reason == "too dear")
        #expect(decision.sent == ["refundRequested"])
        let withdrawn = try withdraw(try offered().port).port
        #expect(try OfferEndingRules.rejected(withdrawn, event, now: later) == SupplyDecision(withdrawn))
        let refused = objection { try OfferEndingRules.rejected(active(), event, now: later) }
        #expect(refused?.code == .contradictsState)
    }

    @Test("A-39: an acceptance that meets the end is answered, and the tenant's payment is known from then on")
    func crossing() throws {
        let withdrawn = try withdraw(try offered().port).port
        let accepted = PortAccepted(
            connectionID: withdrawn.connection, portID: withdrawn.id, subscriptionID: SubscriptionID(of: withdrawn.id))
        let decision = try ActivationRules.accepted(withdrawn, accepted, now: later)
        #expect(decision.sent == ["acceptRefused"])
        #expect(decision.port.axes.acceptance == .withdrawn)
        let subscription = decision.port.subscription
        let paid = PaymentResult(
            portID: withdrawn.id, subscriptionID: subscription.id, chargeID: subscription.chargeID, outcome: .settled,
            amountMinor: 24_000, currency: "EUR")
        let after = try ActivationRules.paymentResult(decision.port, paid, now: later).port
        #expect(after.axes.service == .released)
        #expect(after.activatedAt == nil)
    }

    @Test("R-178: what an ended connection held is free again, once") func freed() throws {
        var circuit = circuit(capacity: 300)
        let routed = try #require(VLANID(0))
        try circuit.allocate(vlan: routed, bandwidth: Bandwidth(megabitsPerSecond: 300), holder: nil)
        circuit.release(bandwidth: Bandwidth(megabitsPerSecond: 300), keeping: nil)
        #expect(circuit.allocated == 0)
        #expect(circuit.connections == 0)
        #expect(!circuit.isRouted)
    }
}
