import HostedConnection
import Schema
import TenantDomain
import Testing

@Suite("Acceptance and payment on the tenant's side")
struct AcceptanceRuleTests {
    @Test("R-040, R-074: an offer shows region and specification as the partner made them") func offer() throws {
        let port = try offered()
        #expect(port.axes == .offered)
        #expect(port.region == "eu-central-1")
        #expect(port.bandwidth.megabitsPerSecond == 200)
        #expect(port.vlan.number == 100)
        #expect(port.waitingFor == "you to accept and pay")
        #expect(try offered(payer: .partner).waitingFor == "you to accept")
    }

    @Test("An offer that lacks what makes a port is refused") func brokenOffers() throws {
        for change in [
            { $0.vlanID = nil }, { $0.vlanID = 3_000 }, { $0.bandwidthMbps = 0 }, { $0.payer = .unspecified }, { $0.portID = .none },
            { $0.connectionID = ConnectionID(id(3, PortKind.self)) },
        ] as [(inout PortOffered) -> Void] {
            var event = announcement()
            change(&event)
            let broken = event
            #expect(refusal { () throws(Refusal) in try AcceptanceRules.offered(broken, now: now) }?.code == .contradictsState)
        }
    }

    @Test("R-071: accepting a port one pays for charges it and does not activate it") func acceptAndPay() throws {
        let decision = try AcceptanceRules.accept(try offered(), now: later)
        #expect(decision.port.axes.acceptance == .confirmed)
        #expect(!decision.port.axes.isActive)
        guard case .chargeRequested(let charge) = decision.messages.first, case .portAccepted(let told) = decision.messages.last else {
            throw Missing()
        }
        #expect(charge.payerAccountID == tenantID)
        #expect(charge.bandwidthMbps == 200)
        #expect(charge.region == "eu-central-1")
        #expect(told.subscriptionID == charge.subscriptionID)
        #expect(charge.subscriptionID == SubscriptionID(of: decision.port.id))
    }

    @Test("R-073: for a partner-paid port the tenant is not asked to pay") func acceptOnly() throws {
        let decision = try AcceptanceRules.accept(try offered(payer: .partner), now: later)
        #expect(decision.messages.count == 1)
        guard case .portAccepted(let told) = decision.messages.first else { throw Missing() }
        #expect(!told.subscriptionID.isSet)
        #expect(decision.port.waitingFor == "the partner's payment")
    }

    @Test("R-075: accepting again changes nothing and charges nothing") func acceptTwice() throws {
        let once = try AcceptanceRules.accept(try offered(), now: now).port
        #expect(try AcceptanceRules.accept(once, now: later) == DemandDecision(once))
    }

    @Test("A withdrawn offer can't be accepted; the refusal says what it is") func withdrawn() throws {
        var port = try offered()
        port.axes.acceptance = .withdrawn
        let gone = port
        let refused = refusal { () throws(Refusal) in try AcceptanceRules.accept(gone, now: now) }
        #expect(refused?.code == .offerNotPending)
        #expect(refused?.object == port.id.description)
    }

    @Test("R-072: after payment and activation the port is Active and Complete") func activeAndComplete() throws {
        let port = try active()
        #expect(PortWording.tenantStatus(port.axes) == "Active")
        #expect(PortWording.constructionProcess(port.axes) == "Complete")
        #expect(port.activatedAt == later)
        #expect(port.waitingFor == "you to create a VBR")
        #expect(try AcceptanceRules.activated(port, activation(), now: later) == DemandDecision(port))
    }

    @Test("An activation without acceptance contradicts") func unaccepted() throws {
        let port = try offered()
        #expect(refusal { () throws(Refusal) in try AcceptanceRules.activated(port, activation(), now: now) }?.code == .contradictsState)
    }

    @Test("A refused acceptance ends the offer; one of an active port contradicts") func acceptRefused() throws {
        let accepted = try AcceptanceRules.accept(try offered(), now: now).port
        let event = AcceptRefused(portID: accepted.id, code: "offer_not_pending", text: "The offer is withdrawn")
        let decision = try AcceptanceRules.refused(accepted, event, now: later)
        #expect(decision.port.axes.acceptance == .withdrawn)
        #expect(decision.history.map(\.sentence) == ["The offer is withdrawn", accepted.subscription.chargeID.description])
        #expect(try AcceptanceRules.refused(decision.port, event, now: later) == DemandDecision(decision.port))
        let port = try active()
        #expect(refusal { () throws(Refusal) in try AcceptanceRules.refused(port, event, now: later) }?.code == .contradictsState)
    }

    @Test("A declined charge can be retried by a paying tenant, under the next charge id") func retry() throws {
        let pending = try AcceptanceRules.accept(try offered(), now: now).port
        #expect(refusal { () throws(Refusal) in try TenantPaymentRules.retry(pending, now: now) }?.code == .chargeNotRetriable)
        let event = ChargeDeclined(
            subscriptionID: pending.subscription.id, chargeID: pending.subscription.chargeID, payerAccountID: tenantID, version: 1,
            reason: "No funds")
        let declined = try TenantPaymentRules.folded(pending, .declined(event), now: now).port
        #expect(declined.waitingFor == "a new attempt to pay: No funds")
        let retried = try TenantPaymentRules.retry(declined, now: later)
        #expect(retried.port.subscription.attempt == 2)
        #expect(retried.port.subscription.declineReason == "")
        // The old refusal once more, late: the new attempt stands.
        #expect(try TenantPaymentRules.folded(retried.port, .declined(event), now: later) == DemandDecision(retried.port))
        let unaccepted = try offered()
        #expect(refusal { () throws(Refusal) in try TenantPaymentRules.retry(unaccepted, now: now) }?.code == .chargeNotRetriable)
        let theirs = try offered(payer: .partner)
        #expect(refusal { () throws(Refusal) in try TenantPaymentRules.retry(theirs, now: now) }?.code == .chargeNotRetriable)
    }

    @Test("R-176: a refund is folded once; a payment restarts the waiting, a refund does not; the partner hears of both")
    func paidAndRefunded() throws {
        let pending = try AcceptanceRules.accept(try offered(), now: now).port
        let paid = try TenantPaymentRules.folded(pending, .settled(settled(pending)), now: later)
        #expect(paid.port.waitingSince == later)
        guard case .paymentResult(let payment) = paid.messages.first else { throw Missing() }
        #expect(payment.outcome == .settled)
        #expect(payment.amountMinor == 24_000)
        let refund = SubscriptionEvent.refunded(
            RefundSettled(
                subscriptionID: pending.subscription.id, payerAccountID: tenantID, version: 2, amountMinor: 24_000, currency: "EUR"))
        #expect(refusal { () throws(Refusal) in try TenantPaymentRules.folded(pending, refund, now: later) }?.code == .contradictsState)
        let back = try TenantPaymentRules.folded(paid.port, refund, now: now)
        #expect(back.port.axes.billing == .refunded)
        #expect(back.port.waitingSince == later)
        guard case .paymentResult(let told) = back.messages.first else { throw Missing() }
        #expect(told.outcome == .refunded)
        #expect(try TenantPaymentRules.folded(back.port, refund, now: now) == DemandDecision(back.port))
    }

    @Test("R-073: the partner's payment is shown with its outcome; one for a tenant-paid port contradicts") func partnerPaid() throws {
        let port = try offered(payer: .partner)
        let result = PaymentResult(
            portID: port.id, subscriptionID: SubscriptionID(of: port.id), chargeID: SubscriptionID(of: port.id).charge(attempt: 1),
            outcome: .settled, amountMinor: 24_000, currency: "EUR")
        let paid = try TenantPaymentRules.partnerPaid(port, result, now: later).port
        #expect(paid.axes.billing == .paid)
        #expect(paid.subscription.amount.minor == 24_000)
        var declined = result
        declined.outcome = .declined
        declined.reason = "No funds"
        #expect(try TenantPaymentRules.partnerPaid(port, declined, now: later).port.axes.billing == .unpaid)
        let own = try offered()
        #expect(refusal { () throws(Refusal) in try TenantPaymentRules.partnerPaid(own, result, now: now) }?.code == .contradictsState)
    }
}
