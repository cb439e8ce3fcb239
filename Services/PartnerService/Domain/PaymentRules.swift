public import HostedConnection
public import Schema

/// The partner's payments: it is charged at the offer, billing's events are folded, the tenant's side is told.
public enum PaymentRules {
    /// Asks billing for the next attempt.
    static func charge(_ decision: inout SupplyDecision, region: String) throws(Refusal) {
        let charge = try decision.port.subscription.requestCharge()
        let port = decision.port
        let request = ChargeRequested(
            charge: charge, of: port.subscription.id, payer: port.partner, port: port.id, region: region, bandwidth: port.bandwidth)
        decision.messages.append(.chargeRequested(request))
        decision.history.append(HistoryNote(.chargeRequested, subject: charge.bits))
    }

    /// Asks once more after billing has declined.
    /// - Throws: ``RefusalCode/chargeNotRetriable`` when the tenant pays or the last charge was not declined.
    public static func retry(_ port: SuppliedPort, region: String, now: Instant) throws(Refusal) -> SupplyDecision {
        guard port.payer == .partner else {
            throw Refusal(
                .chargeNotRetriable, "The tenant pays for port \(port.id)", field: "portId", object: port.id.description,
                next: "The tenant \(port.tenant) can retry the charge")
        }
        guard !port.axes.acceptance.isEnded, port.axes.service != .deleting else {
            throw Refusal(
                .chargeNotRetriable, "Port \(port.id) is \(PortWording.partnerStatus(port.axes)): nothing is charged for it any more",
                field: "portId", object: port.id.description)
        }
        guard !port.subscription.isSettled else { throw .nothingDue(of: port.id) }
        var decision = SupplyDecision(port)
        try charge(&decision, region: region)
        decision.port.waitingSince = now
        return decision
    }

    /// Ends the partner's subscription with the port: what was or may have been paid goes back, once.
    static func close(_ decision: inout SupplyDecision, because reason: String) {
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

    /// Billing has told something about the partner's subscription.
    /// - Parameter isPayerLocked: whether the partner's account is locked for arrears.
    public static func folded(
        _ port: SuppliedPort, _ event: SubscriptionEvent, isPayerLocked: Bool = false, now: Instant
    ) throws(Refusal) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.append(decision.port.lock(isPayerLocked, reason: ""))
        guard let news = try decision.port.fold(event, now: now) else { return decision }
        decision.append(news)
        switch event {
        // What is paid for a port that has ended, or is ending, goes back.
        case .settled where port.axes.acceptance.isEnded: close(&decision, because: port.axes.acceptance.name)
        case .settled(let event):
            try port.requireUpgrade(paidBy: event.chargeID, of: port.subscription)
            ActivationRules.activateIfReady(&decision, now: now)
        case .declined: decision.port.waitingSince = now
        case .expired, .renewed: decision.port.waitingSince = now
        case .refunded: break
        }
        return decision
    }
}

extension SuppliedPort: PaidPort {
    public var chargedAccount: AccountID? { payer == .partner ? partner : nil }
}
