import HostedConnection
import PartnerDomain
import Schema
import Testing

@Suite("Expiry, renewal, arrears and the end of subscriptions on the partner's side")
struct SubscriptionRuleTests {
    private func paid(payer: PayingParty = .partner) throws -> SuppliedPort {
        let offer = try offered(payer: payer).port
        let accepted = try ActivationRules.accepted(
            offer, PortAccepted(portID: offer.id, subscriptionID: payer == .tenant ? SubscriptionID(of: offer.id) : .none), now: now
        ).port
        return payer == .partner
            ? try PaymentRules.folded(accepted, .settled(settled(accepted)), now: now).port
            : try ActivationRules.paymentResult(accepted, result(accepted, .settled), now: now).port
    }

    private func settled(_ port: SuppliedPort, version: UInt64 = 1) -> ChargeSettled {
        ChargeSettled(
            subscriptionID: SubscriptionID(of: port.id), chargeID: SubscriptionID(of: port.id).charge(attempt: 1),
            payerAccountID: partnerID, version: version, amountMinor: 24_000, currency: "EUR", paidUntil: Timestamp(later))
    }

    private func expired(_ port: SuppliedPort, version: UInt64 = 2) -> SubscriptionEvent {
        .expired(
            SubscriptionExpired(
                subscriptionID: SubscriptionID(of: port.id), payerAccountID: partnerID, version: version, occurredAt: Timestamp(later)))
    }

    private func renewed(_ port: SuppliedPort, version: UInt64 = 3) -> SubscriptionEvent {
        .renewed(
            SubscriptionRenewed(
                subscriptionID: SubscriptionID(of: port.id), payerAccountID: partnerID, version: version, amountMinor: 24_000,
                currency: "EUR", paidUntil: Timestamp(later + .seconds(60))))
    }

    private func result(_ port: SuppliedPort, _ outcome: PaymentOutcome, attempt: UInt8 = 1) -> PaymentResult {
        PaymentResult(
            portID: port.id, subscriptionID: SubscriptionID(of: port.id), chargeID: SubscriptionID(of: port.id).charge(attempt: attempt),
            outcome: outcome, amountMinor: 24_000, currency: "EUR", reason: outcome == .declined ? "No funds" : "")
    }

    private func standings(_ decision: SupplyDecision) -> [SubscriptionStanding] {
        decision.messages.compactMap { if case .subscriptionChanged(let message) = $0 { message.standing } else { nil } }
    }

    @Test("R-182, A-31: expiry shows at once and takes nothing away; a renewal puts it right; the tenant hears of both")
    func expiryAndRenewal() throws {
        let port = try paid()
        let expiry = try PaymentRules.folded(port, expired(port), now: later)
        #expect(expiry.port.axes.billing == .expired)
        #expect(expiry.port.axes.service == .enabled)
        #expect(expiry.port.vlan == port.vlan)
        #expect(expiry.port.bandwidth == port.bandwidth)
        #expect(PortWording.partnerStatus(expiry.port.axes) == "Expired")
        #expect(standings(expiry) == [.expired])
        guard case .subscriptionChanged(let told) = expiry.messages.first else { throw Missing() }
        #expect(told.since?.instant == later)
        #expect(expiry.history.map(\.action) == [.expired])
        #expect(try PaymentRules.folded(expiry.port, expired(port), now: later) == SupplyDecision(expiry.port))
        let renewal = try PaymentRules.folded(expiry.port, renewed(port), now: later)
        #expect(renewal.port.axes.isActive)
        #expect(renewal.port.subscription.paidUntil == later + .seconds(60))
        #expect(standings(renewal) == [.paid])
        #expect(renewal.history.map(\.sentence) == ["24000 EUR"])
        // The expiry once more, late.
        #expect(try PaymentRules.folded(renewal.port, expired(port), now: later) == SupplyDecision(renewal.port))
    }

    @Test("R-182: a port whose expiry was told before its payment is active and expired, as if in order")
    func expiryFirst() throws {
        let offer = try offered(payer: .partner).port
        let accepted = try ActivationRules.accepted(offer, PortAccepted(portID: offer.id), now: now).port
        let early = try PaymentRules.folded(accepted, expired(offer), now: later)
        #expect(early.port.axes.billing == .unpaid)
        #expect(early.messages.isEmpty)
        let decision = try PaymentRules.folded(early.port, .settled(settled(offer)), now: later)
        #expect(decision.port.axes.billing == .expired)
        #expect(decision.port.axes.service == .enabled)
        #expect(standings(decision) == [.expired])
        let inOrder = try PaymentRules.folded(try paid(), expired(offer), now: later).port
        #expect(decision.port.axes == inOrder.axes)
    }

    @Test("A-31: the grace of an expired port is watched until it is renewed") func grace() throws {
        let port = try paid()
        var expiry = try PaymentRules.folded(port, expired(port), now: later)
        SubscriptionRules.watchGrace(&expiry, since: port, policy: .standard)
        #expect(expiry.timers.map(\.timer) == [.expiryGrace])
        #expect(expiry.timers.first?.due == later + PartnerPolicy.standard.expiryGrace)
        var renewal = try PaymentRules.folded(expiry.port, renewed(port), now: later)
        SubscriptionRules.watchGrace(&renewal, since: expiry.port, policy: .standard)
        #expect(renewal.timers.map(\.timer) == [.expiryGrace])
        #expect(renewal.timers.map(\.due) == [nil])
        var nothing = SupplyDecision(renewal.port)
        SubscriptionRules.watchGrace(&nothing, since: renewal.port, policy: .standard)
        #expect(nothing.timers.isEmpty)
    }

    @Test("An account's lock lies over what its ports are and gives it back; an older payment does not undo it") func lock() throws {
        let port = try paid()
        let locked = SubscriptionRules.lock(port, true, reason: "Arrears", now: later)
        #expect(locked.port.axes.billing == .locked)
        #expect(standings(locked) == [.locked])
        #expect(SubscriptionRules.lock(locked.port, true, reason: "Arrears", now: later) == SupplyDecision(locked.port))
        let late = try PaymentRules.folded(locked.port, .settled(settled(port)), isPayerLocked: true, now: later)
        #expect(late == SupplyDecision(locked.port))
        let expiry = try PaymentRules.folded(locked.port, expired(port), isPayerLocked: true, now: later)
        #expect(expiry.port.axes.billing == .locked)
        let unlocked = SubscriptionRules.lock(expiry.port, false, reason: "", now: later)
        #expect(unlocked.port.axes.billing == .expired)
        #expect(standings(unlocked) == [.expired])
        let offer = try offered(payer: .partner).port
        let unpaid = SubscriptionRules.lock(offer, true, reason: "Arrears", now: later)
        #expect(unpaid.port.axes.billing == .unpaid)
        #expect(unpaid.messages.isEmpty)
        #expect(
            standings(try PaymentRules.folded(unpaid.port, .settled(settled(offer)), isPayerLocked: true, now: later)) == [.locked])
    }

    @Test("R-182: the tenant's subscription stands as its service says last; of a port that the partner pays it says nothing")
    func tenantsSubscription() throws {
        let port = try paid(payer: .tenant)
        #expect(port.axes.isActive)
        func told(_ standing: SubscriptionStanding) -> SubscriptionChanged {
            SubscriptionChanged(
                portID: port.id, subscriptionID: port.subscription.id, standing: standing, paidUntil: Timestamp(later),
                since: standing == .paid ? nil : Timestamp(later))
        }
        let expiry = try SubscriptionRules.changed(port, told(.expired), now: later)
        #expect(expiry.port.axes.billing == .expired)
        #expect(expiry.port.subscription.expiredAt == later)
        #expect(expiry.history.map(\.action) == [.expired])
        #expect(expiry.messages.isEmpty)
        #expect(try SubscriptionRules.changed(expiry.port, told(.expired), now: later) == SupplyDecision(expiry.port))
        let locked = try SubscriptionRules.changed(expiry.port, told(.locked), now: later).port
        #expect(locked.axes.billing == .locked)
        let unlocked = try SubscriptionRules.changed(locked, told(.paid), now: later)
        #expect(unlocked.port.axes.isActive)
        #expect(unlocked.history.map(\.action) == [.unlocked, .renewed])
        let own = try paid()
        let unpaid = try offered().port
        #expect(refusal { () throws(Refusal) in try SubscriptionRules.changed(own, told(.paid), now: now) }?.code == .contradictsState)
        #expect(refusal { () throws(Refusal) in try SubscriptionRules.changed(unpaid, told(.paid), now: now) }?.code == .contradictsState)
        let vague = told(.unspecified)
        #expect(refusal { () throws(Refusal) in try SubscriptionRules.changed(port, vague, now: now) }?.code == .contradictsState)
    }

    @Test("The tenant's payments fold by charge: a declined upgrade harms no paid port, nothing follows a refund") func tenantsCharges()
        throws
    {
        let port = try paid(payer: .tenant)
        let declined = try ActivationRules.paymentResult(port, result(port, .declined, attempt: 2), now: later)
        #expect(declined.port.axes.isActive)
        #expect(declined.port.subscription.declineReason == "No funds")
        #expect(declined.port.subscription.amount.minor == 24_000)
        let refunded = try ActivationRules.paymentResult(declined.port, result(port, .refunded, attempt: 2), now: later).port
        #expect(refunded.axes.billing == .refunded)
        let late = try ActivationRules.paymentResult(refunded, result(port, .settled, attempt: 2), now: later)
        #expect(late == SupplyDecision(refunded))
    }

    @Test("R-165: a disabled port is billed on: it is renewed like any other, and nothing goes back") func disabledIsBilled() throws {
        var port = try paid()
        port.axes.service = .terminated
        port.terminatedBy = .partner
        let renewal = try PaymentRules.folded(port, renewed(port), now: later)
        #expect(renewal.port.axes.billing == .paid)
        #expect(renewal.port.axes.service == .terminated)
        #expect(renewal.port.subscription.paidUntil == later + .seconds(60))
        #expect(
            !renewal.messages.contains { message in
                switch message {
                case .refundRequested, .stopRequested: true
                default: false
                }
            })
    }

    @Test("R-175, R-176: inside the billing cycle the payer gets one refund, however often it is asked") func refund() throws {
        var port = try paid()
        guard case .refund(let request) = port.closeSubscription(reason: "deleted") else { throw Missing() }
        #expect(request.payerAccountID == partnerID)
        #expect(request.subscriptionID == SubscriptionID(of: port.id))
        #expect(request.refundID == "rfd-\(request.chargeID.description.dropFirst(4))")
        #expect(port.closeSubscription(reason: "deleted") == nil)
        let back = try PaymentRules.folded(
            port, .refunded(RefundSettled(subscriptionID: port.subscription.id, version: 2, amountMinor: 12_000, currency: "EUR")),
            now: later)
        #expect(back.port.axes.billing == .refunded)
        guard case .paymentResult(let told) = back.messages.first else { throw Missing() }
        #expect(told.amountMinor == 12_000)
        var closed = back.port
        #expect(closed.closeSubscription(reason: "deleted") == nil)
    }

    @Test("R-174, R-177: an expired subscription is stopped, without a refund; one that may be paid is refunded") func stop() throws {
        let port = try paid()
        var expired = try PaymentRules.folded(port, expired(port), now: later).port
        guard case .stop(let request) = expired.closeSubscription(reason: "deleted") else { throw Missing() }
        #expect(request.payerAccountID == partnerID)
        #expect(expired.subscription.charge == .settled)
        var open = try offered(payer: .partner).port
        guard case .refund = open.closeSubscription(reason: "withdrawn") else { throw Missing() }
    }

    @Test("R-181: what the other party pays for is neither charged nor refunded nor stopped from here") func onlyThePayer() throws {
        let offer = try offered()
        #expect(offer.port.chargedAccount == nil)
        #expect(!offer.messages.contains { if case .chargeRequested = $0 { true } else { false } })
        var port = try paid(payer: .tenant)
        #expect(port.closeSubscription(reason: "deleted") == nil)
        let own = try offered(payer: .partner)
        let payers = own.messages.compactMap { if case .chargeRequested(let request) = $0 { request.payerAccountID } else { nil } }
        #expect(payers == [partnerID])
    }
}
