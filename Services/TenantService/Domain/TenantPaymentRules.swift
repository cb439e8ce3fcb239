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

    /// Asks once more after billing has declined.
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
                next: "Accept it: that charges it")
        }
        var decision = DemandDecision(port)
        try charge(&decision)
        decision.port.waitingSince = now
        return decision
    }

    /// Billing has told something about the tenant's subscription. Whatever it is, the port stays accepted.
    /// - Parameter isPayerLocked: whether the tenant's account is locked for arrears.
    public static func folded(
        _ port: DemandedPort, _ event: SubscriptionEvent, isPayerLocked: Bool = false, now: Instant
    ) throws(Refusal) -> DemandDecision {
        var decision = DemandDecision(port)
        decision.append(decision.port.lock(isPayerLocked, reason: ""))
        guard let news = try decision.port.fold(event, now: now) else { return decision }
        decision.append(news)
        switch event {
        case .settled, .declined: decision.port.waitingSince = now
        case .refunded, .expired, .renewed: break
        }
        return decision
    }

    /// The tenant's account is locked for arrears, or in order again.
    public static func lock(_ port: DemandedPort, _ isLocked: Bool, reason: String) -> DemandDecision {
        var decision = DemandDecision(port)
        decision.append(decision.port.lock(isLocked, reason: reason))
        return decision
    }

    /// The partner's payment has an outcome.
    public static func partnerPaid(_ port: DemandedPort, _ event: PaymentResult, now: Instant) throws(Refusal) -> DemandDecision {
        var decision = DemandDecision(port)
        guard let note = try decision.port.hear(event) else { return decision }
        decision.history.append(note)
        if port.axes.acceptance == .confirmed, event.outcome != .refunded { decision.port.waitingSince = now }
        return decision
    }

    /// The partner's subscription stands otherwise, as its service tells.
    public static func partnerSubscription(
        _ port: DemandedPort, _ event: SubscriptionChanged, now: Instant
    ) throws(Refusal) -> DemandDecision {
        var decision = DemandDecision(port)
        decision.history += try decision.port.hear(event, now: now)
        return decision
    }
}

extension DemandDecision {
    /// What follows from news about the payer.
    mutating func append(_ news: PaymentNews?) {
        guard let news else { return }
        history.append(news.note)
        if let result = news.result { messages.append(.paymentResult(result)) }
        if let standing = news.standing { messages.append(.subscriptionChanged(standing)) }
    }
}

extension DemandedPort: PaidPort {
    public var chargedAccount: AccountID? { payer == .tenant ? tenant : nil }
}
