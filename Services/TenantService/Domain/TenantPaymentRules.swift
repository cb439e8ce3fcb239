public import HostedConnection
public import Schema

/// The tenant's payments: it is charged when it accepts, billing's events are folded, the partner's side is told.
public enum TenantPaymentRules {
    /// Asks billing for the next attempt.
    static func charge(_ decision: inout DemandDecision) throws(Refusal) {
        let charge = try decision.port.subscription.requestCharge()
        let port = decision.port
        let request = ChargeRequested(
            charge: charge, of: port.subscription.id, payer: port.tenant, port: port.id, region: port.region, bandwidth: port.bandwidth)
        decision.messages.append(.chargeRequested(request))
        decision.history.append(HistoryNote(.chargeRequested, subject: charge.bits))
    }

    /// Pays what is due: asks once more after billing has declined, or for a bandwidth that is reserved.
    /// - Throws: ``RefusalCode/chargeNotRetriable`` when the partner pays, the offer is not accepted, or nothing was declined.
    public static func retry(_ port: DemandedPort, now: Instant) throws(Refusal) -> DemandDecision {
        guard port.payer == .tenant else {
            throw Refusal(
                .chargeNotRetriable, "The partner pays for port \(port.id)", field: "portId", object: port.id.description,
                next: "Ask the partner \(port.partner) to retry the charge")
        }
        guard port.axes.acceptance == .confirmed else {
            throw Refusal(
                .chargeNotRetriable, "Port \(port.id) is not accepted", field: "portId", object: port.id.description,
                next: port.axes.acceptance.isEnded ? nil : "Accept it: that charges it")
        }
        guard port.axes.service != .deleting else {
            throw Refusal(
                .chargeNotRetriable, "Port \(port.id) is being deleted: nothing is charged for it any more", field: "portId",
                object: port.id.description)
        }
        var decision = DemandDecision(port)
        if let bandwidth = port.change.bandwidth, !port.change.isPaid {
            try BandwidthChangeRules.pay(&decision, for: bandwidth)
        } else {
            guard !port.subscription.isSettled else { throw .nothingDue(of: port.id) }
            try charge(&decision)
        }
        decision.port.waitingSince = now
        return decision
    }

    /// Ends the tenant's subscription with the port: what was or may have been paid goes back, once.
    static func close(_ decision: inout DemandDecision, because reason: String) {
        switch decision.port.closeSubscription(reason: reason) {
        case .refund(let request):
            decision.messages.append(.refundRequested(request))
            decision.history.append(HistoryNote(.refundRequested, subject: request.chargeID.bits))
        case .stop(let request):
            decision.messages.append(.stopRequested(request))
            decision.history.append(HistoryNote(.subscriptionStopped, detail: reason))
        case nil: break
        }
    }

    /// Billing has told something about the tenant's subscription. Whatever it is, an accepted port stays accepted.
    public static func folded(_ port: DemandedPort, _ event: SubscriptionEvent, now: Instant) throws(Refusal) -> DemandDecision {
        var decision = DemandDecision(port)
        guard let news = try decision.port.fold(event) else { return decision }
        decision.history.append(news.note)
        decision.messages.append(.paymentResult(news.result))
        switch event {
        // What is paid for an offer that has ended goes back.
        case .settled where port.axes.acceptance.isEnded: close(&decision, because: port.axes.acceptance.name)
        case .settled:
            decision.port.waitingSince = now
            if decision.port.change.bandwidth != nil { decision.port.change.isPaid = true }
        case .declined:
            decision.port.waitingSince = now
            BandwidthChangeRules.declined(&decision)
        case .refunded: break
        }
        return decision
    }

    /// The partner's payment has an outcome.
    public static func partnerPaid(_ port: DemandedPort, _ event: PaymentResult, now: Instant) throws(Refusal) -> DemandDecision {
        guard port.payer == .partner else {
            throw Refusal(
                .contradictsState, "the partner reports a payment for a port that the tenant pays", object: port.id.description)
        }
        let subscription = SubscriptionID(of: port.id)
        guard event.chargeID.isSet, event.chargeID == subscription.charge(attempt: event.chargeID.bits.attempt) else {
            throw Refusal(
                .contradictsState, "charge \(event.chargeID) does not belong to subscription \(subscription)",
                object: port.id.description)
        }
        var decision = DemandDecision(port)
        if port.axes.acceptance == .confirmed { decision.port.waitingSince = now }
        decision.port.subscription = PortSubscription(
            id: subscription, attempt: event.chargeID.bits.attempt, charge: .requested,
            amount: Amount(minor: event.amountMinor, currency: event.currency), paidUntil: event.paidUntil.map { $0.instant },
            declineReason: event.reason)
        switch event.outcome {
        case .settled:
            decision.port.subscription.charge = .settled
            decision.port.axes.billing = .paid
            decision.history.append(HistoryNote(.chargeSettled, charge: event.chargeID, decision.port.subscription.amount))
        case .declined:
            decision.port.subscription.charge = .declined
            decision.history.append(HistoryNote(.chargeDeclined, subject: event.chargeID.bits, detail: event.reason))
        case .refunded:
            decision.port.subscription.charge = .refunded
            decision.port.axes.billing = .refunded
            decision.history.append(HistoryNote(.refunded, charge: event.chargeID, decision.port.subscription.amount))
        case .unspecified, .unrecognized:
            throw Refusal(.contradictsState, "a payment result without a known outcome", object: port.id.description)
        }
        return decision
    }
}

extension DemandedPort: PaidPort {
    public var chargedAccount: AccountID? { payer == .tenant ? tenant : nil }
}
