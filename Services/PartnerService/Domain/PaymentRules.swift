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
        var decision = SupplyDecision(port)
        try charge(&decision, region: region)
        decision.port.waitingSince = now
        return decision
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
        case .settled: ActivationRules.activateIfReady(&decision, now: now)
        case .declined: decision.port.waitingSince = now
        case .refunded, .expired, .renewed: break
        }
        return decision
    }
}

extension SuppliedPort: PaidPort {
    public var chargedAccount: AccountID? { payer == .partner ? partner : nil }
}
