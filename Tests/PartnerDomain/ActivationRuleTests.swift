import HostedConnection
import PartnerDomain
import Schema
import Testing

@Suite("Acceptance, payment and activation on the partner's side")
struct ActivationRuleTests {
    private func accepted(_ port: SuppliedPort) -> PortAccepted {
        PortAccepted(
            connectionID: port.connection, portID: port.id,
            subscriptionID: port.payer == .tenant ? SubscriptionID(of: port.id) : .none)
    }

    private func result(_ port: SuppliedPort, _ outcome: PaymentOutcome, attempt: UInt8 = 1, reason: String = "") -> PaymentResult {
        PaymentResult(
            connectionID: port.connection, portID: port.id, subscriptionID: SubscriptionID(of: port.id),
            chargeID: SubscriptionID(of: port.id).charge(attempt: attempt), outcome: outcome, amountMinor: 24_000, currency: "EUR",
            reason: reason)
    }

    private func settled(_ port: SuppliedPort, attempt: UInt8 = 1) -> ChargeSettled {
        ChargeSettled(
            subscriptionID: SubscriptionID(of: port.id), chargeID: SubscriptionID(of: port.id).charge(attempt: attempt),
            payerAccountID: partnerID, version: 1, amountMinor: 24_000, currency: "EUR")
    }

    @Test("R-071, R-072: a tenant-paid port is active only when accepted and paid") func tenantPays() throws {
        let offer = try offered().port
        let pending = try ActivationRules.accepted(offer, accepted(offer), now: now)
        #expect(pending.port.axes.acceptance == .confirmed)
        #expect(pending.port.axes.service == .allocated)
        #expect(pending.messages.isEmpty)
        let paid = try ActivationRules.paymentResult(pending.port, result(offer, .settled), now: later)
        #expect(paid.port.axes.isActive)
        #expect(paid.port.activatedAt == later)
        #expect(paid.port.subscription.amount == Amount(minor: 24_000, currency: "EUR"))
        #expect(paid.messages.count == 1)
        guard case .portActivated(let message) = paid.messages.first else { throw Missing() }
        #expect(message.activatedAt?.instant == later)
    }

    @Test("R-073: a partner-paid port is active with the acceptance if it is paid by then") func partnerPaidFirst() throws {
        let offer = try offered(payer: .partner).port
        let paid = try PaymentRules.folded(offer, .settled(settled(offer)), now: now)
        #expect(paid.port.axes.billing == .paid)
        #expect(paid.port.axes.service == .allocated)
        #expect(paid.port.axes.acceptance == .unconfirmed)
        let active = try ActivationRules.accepted(paid.port, accepted(offer), now: later)
        #expect(active.port.axes.isActive)
        #expect(active.history.map(\.action) == [.accepted, .activated])
    }

    @Test("A-14: a partner's late payment activates the port that was accepted before") func partnerPaidLate() throws {
        let offer = try offered(payer: .partner).port
        let pending = try ActivationRules.accepted(offer, accepted(offer), now: now)
        #expect(!pending.port.axes.isActive)
        #expect(pending.port.waitingFor == "billing to settle the partner's charge")
        let active = try PaymentRules.folded(pending.port, .settled(settled(offer)), now: later)
        #expect(active.port.axes.isActive)
        #expect(active.messages.count == 2)
        guard case .paymentResult(let told) = active.messages.first, case .portActivated = active.messages.last else { throw Missing() }
        #expect(told.outcome == .settled)
    }

    @Test("R-075: accepting again changes nothing") func acceptedTwice() throws {
        let offer = try offered().port
        let once = try ActivationRules.accepted(offer, accepted(offer), now: now).port
        let twice = try ActivationRules.accepted(once, accepted(offer), now: later)
        #expect(twice == SupplyDecision(once))
    }

    @Test("R-078: acceptance leaves VLAN and bandwidth as offered") func offerIsKept() throws {
        let offer = try offered().port
        let port = try ActivationRules.accepted(offer, accepted(offer), now: now).port
        #expect(port.vlan == offer.vlan)
        #expect(port.bandwidth == offer.bandwidth)
    }

    @Test("An acceptance of a withdrawn offer is answered") func tooLate() throws {
        var withdrawn = try offered().port
        withdrawn.axes.acceptance = .withdrawn
        let decision = try ActivationRules.accepted(withdrawn, accepted(withdrawn), now: now)
        guard case .acceptRefused(let answer) = decision.messages.first else { throw Missing() }
        #expect(answer.code == "offer_not_pending")
        #expect(decision.port.axes == withdrawn.axes)
        #expect(decision.port.subscription.charge == .requested, "what the tenant is charged is known, to be told of its refund")
    }

    @Test("What contradicts what is known is refused") func contradictions() throws {
        let offer = try offered().port
        var foreign = accepted(offer)
        foreign.subscriptionID = SubscriptionID(of: id(99))
        #expect(refusal { () throws(Refusal) in try ActivationRules.accepted(offer, foreign, now: now) }?.code == .contradictsState)
        let early = result(offer, .settled)
        #expect(refusal { () throws(Refusal) in try ActivationRules.paymentResult(offer, early, now: now) }?.code == .contradictsState)
        let pending = try ActivationRules.accepted(offer, accepted(offer), now: now).port
        var wrongCharge = early
        wrongCharge.chargeID = SubscriptionID(of: id(99)).charge(attempt: 1)
        #expect(
            refusal { () throws(Refusal) in try ActivationRules.paymentResult(pending, wrongCharge, now: now) }?.code == .contradictsState)
        let vague = result(offer, .unspecified)
        #expect(refusal { () throws(Refusal) in try ActivationRules.paymentResult(pending, vague, now: now) }?.code == .contradictsState)
        let other = try offered(payer: .partner).port
        let misdirected = result(other, .settled)
        #expect(
            refusal { () throws(Refusal) in try ActivationRules.paymentResult(other, misdirected, now: now) }?.code == .contradictsState)
    }

    @Test("A declined charge keeps the acceptance, tells why, and only then can be retried") func declined() throws {
        let offer = try offered(payer: .partner).port
        #expect(
            refusal { () throws(Refusal) in try PaymentRules.retry(offer, region: "r", now: now) }?.code == .chargeNotRetriable)
        let event = ChargeDeclined(
            subscriptionID: offer.subscription.id, chargeID: offer.subscription.chargeID, payerAccountID: partnerID, version: 1,
            reason: "No funds")
        let declined = try PaymentRules.folded(offer, .declined(event), now: later)
        #expect(declined.port.subscription.declineReason == "No funds")
        #expect(declined.history.first?.sentence == "\(offer.subscription.chargeID): No funds")
        #expect(try PaymentRules.folded(declined.port, .declined(event), now: later) == SupplyDecision(declined.port))
        let retried = try PaymentRules.retry(declined.port, region: "eu-central-1", now: later)
        guard case .chargeRequested(let request) = retried.messages.first else { throw Missing() }
        #expect(request.chargeID == offer.subscription.id.charge(attempt: 2))
        let port = try offered().port
        #expect(refusal { () throws(Refusal) in try PaymentRules.retry(port, region: "r", now: now) }?.code == .chargeNotRetriable)
    }

    @Test("Billing's events count by charge: repeats change nothing, a second payment contradicts") func foldsByCharge() throws {
        let offer = try offered(payer: .partner).port
        let paid = try PaymentRules.folded(offer, .settled(settled(offer)), now: now).port
        #expect(try PaymentRules.folded(paid, .settled(settled(offer)), now: later) == SupplyDecision(paid))
        let second = settled(offer, attempt: 2)
        #expect(refusal { () throws(Refusal) in try PaymentRules.folded(paid, .settled(second), now: later) }?.code == .contradictsState)
    }

    @Test("R-176: a refund is folded once, told, and follows a payment only") func refunded() throws {
        let offer = try offered(payer: .partner).port
        let refund = SubscriptionEvent.refunded(
            RefundSettled(
                subscriptionID: offer.subscription.id, payerAccountID: partnerID, version: 2, amountMinor: 24_000, currency: "EUR"))
        #expect(refusal { () throws(Refusal) in try PaymentRules.folded(offer, refund, now: now) }?.code == .contradictsState)
        let paid = try PaymentRules.folded(offer, .settled(settled(offer)), now: now).port
        let back = try PaymentRules.folded(paid, refund, now: later)
        #expect(back.port.axes.billing == .refunded)
        #expect(back.port.waitingSince == paid.waitingSince)
        #expect(back.history.map(\.sentence) == ["\(offer.subscription.chargeID): 24000 EUR"])
        guard case .paymentResult(let told) = back.messages.first else { throw Missing() }
        #expect(told.outcome == .refunded)
        #expect(told.chargeID == offer.subscription.chargeID)
        #expect(try PaymentRules.folded(back.port, refund, now: later) == SupplyDecision(back.port))
    }

    @Test("R-059: one VBR for a port") func oneVBR() throws {
        let before = try active()
        let event = VBRCreated(connectionID: before.connection, portID: before.id, vbrID: id(7))
        let associated = try ActivationRules.vbrCreated(before, event, now: now)
        #expect(associated.port.axes.association == .associated)
        #expect(try ActivationRules.vbrCreated(associated.port, event, now: later) == SupplyDecision(associated.port))
        var second = event
        second.vbrID = id(8)
        let port = associated.port
        #expect(refusal { () throws(Refusal) in try ActivationRules.vbrCreated(port, second, now: later) }?.code == .contradictsState)
    }
}
