import HostedConnection
import Schema
import TenantDomain
import Testing

@Suite("Expiry, renewal and arrears on the tenant's side")
struct TenantSubscriptionTests {
    private func expired(_ port: DemandedPort) -> SubscriptionEvent {
        .expired(SubscriptionExpired(subscriptionID: port.subscription.id, payerAccountID: tenantID, version: 2))
    }

    private func standings(_ decision: DemandDecision) -> [SubscriptionStanding] {
        decision.messages.compactMap { if case .subscriptionChanged(let message) = $0 { message.standing } else { nil } }
    }

    @Test("R-182: the tenant's port expires and is renewed; the partner hears of both") func expiryAndRenewal() throws {
        let port = try active()
        let expiry = try TenantPaymentRules.folded(port, expired(port), now: later)
        #expect(PortWording.tenantStatus(expiry.port.axes) == "Expired")
        #expect(expiry.port.subscription.expiredAt == later)
        #expect(standings(expiry) == [.expired])
        let renewal = try TenantPaymentRules.folded(
            expiry.port,
            .renewed(
                SubscriptionRenewed(
                    subscriptionID: port.subscription.id, payerAccountID: tenantID, version: 3, amountMinor: 1, currency: "EUR",
                    paidUntil: Timestamp(later))), now: later)
        #expect(renewal.port.axes.isActive)
        #expect(standings(renewal) == [.paid])
        #expect(renewal.history.map(\.action) == [.renewed])
    }

    @Test("An account's lock lies over its ports and a payment told late does not undo it; activation does neither") func lock() throws {
        let port = try active()
        let locked = TenantPaymentRules.lock(port, true, reason: "Arrears", now: later)
        #expect(PortWording.tenantStatus(locked.port.axes) == "FinancialLocked")
        #expect(standings(locked) == [.locked])
        #expect(
            try TenantPaymentRules.folded(locked.port, .settled(settled(port)), isPayerLocked: true, now: later)
                == DemandDecision(locked.port))
        #expect(TenantPaymentRules.lock(locked.port, false, reason: "", now: later).port.axes.isActive)
        let accepted = try AcceptanceRules.accept(try offered(), now: now).port
        let paid = try TenantPaymentRules.folded(accepted, .settled(settled(accepted)), isPayerLocked: true, now: now).port
        let activated = try AcceptanceRules.activated(paid, activation(), now: later).port
        #expect(activated.axes.service == .enabled)
        #expect(activated.axes.billing == .locked)
    }

    @Test("R-182: the partner's subscription stands as its service says") func partnersSubscription() throws {
        let port = try offered(payer: .partner)
        let subscription = SubscriptionID(of: port.id)
        let paid = try TenantPaymentRules.partnerPaid(
            port,
            PaymentResult(
                portID: port.id, subscriptionID: subscription, chargeID: subscription.charge(attempt: 1), outcome: .settled, amountMinor: 1,
                currency: "EUR"), now: now
        ).port
        let event = SubscriptionChanged(portID: port.id, subscriptionID: subscription, standing: .expired, since: Timestamp(later))
        let decision = try TenantPaymentRules.partnerSubscription(paid, event, now: later)
        #expect(decision.port.axes.billing == .expired)
        #expect(decision.history.map(\.action) == [.expired])
        let own = try active()
        #expect(
            refusal { () throws(Refusal) in try TenantPaymentRules.partnerSubscription(own, event, now: now) }?.code == .contradictsState)
    }

    @Test("R-078: acceptance, payment and activation leave VLAN and bandwidth as offered") func offerIsKept() throws {
        let offer = try offered()
        let port = try active()
        #expect(port.vlan == offer.vlan)
        #expect(port.bandwidth == offer.bandwidth)
    }

    @Test("R-165: a disabled port is billed on, and nothing goes back") func disabledIsBilled() throws {
        var port = try active()
        port.axes.service = .terminated
        let renewal = try TenantPaymentRules.folded(
            port,
            .renewed(
                SubscriptionRenewed(
                    subscriptionID: port.subscription.id, payerAccountID: tenantID, version: 3, amountMinor: 1, currency: "EUR",
                    paidUntil: Timestamp(later))), now: later)
        #expect(renewal.port.axes.billing == .paid)
        #expect(renewal.port.axes.service == .terminated)
        #expect(standings(renewal) == [.paid])
        #expect(renewal.messages.count == 1)
    }

    @Test("R-175, R-176, R-181: a paying tenant is refunded once; of a partner-paid port the tenant gets nothing") func refund() throws {
        var port = try active()
        guard case .refund(let request) = port.closeSubscription(reason: "deleted") else { throw Missing() }
        #expect(request.payerAccountID == tenantID)
        #expect(port.closeSubscription(reason: "deleted") == nil)
        var theirs = try offered(payer: .partner)
        #expect(theirs.closeSubscription(reason: "deleted") == nil)
    }
}
