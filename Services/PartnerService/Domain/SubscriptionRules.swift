public import HostedConnection
public import Schema

/// Expiry, renewal and arrears of the ports' subscriptions, whoever pays.
public enum SubscriptionRules {
    /// The partner's account is locked for arrears, or in order again.
    public static func lock(_ port: SuppliedPort, _ isLocked: Bool, reason: String, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        guard let news = decision.port.lock(isLocked, reason: reason) else { return decision }
        decision.append(news)
        decision.port.waitingSince = now
        return decision
    }

    /// The tenant's subscription stands otherwise, as its service tells.
    public static func changed(_ port: SuppliedPort, _ event: SubscriptionChanged, now: Instant) throws(Refusal) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.history += try decision.port.hear(event, now: now)
        if !decision.history.isEmpty { decision.port.waitingSince = now }
        return decision
    }

    /// Watches the grace of an expired port: traffic goes on until it is over, and the access device is told then.
    /// - Parameter before: the port before the decision.
    public static func watchGrace(_ decision: inout SupplyDecision, since before: SuppliedPort, policy: PartnerPolicy) {
        let expiredAt = decision.port.subscription.expiredAt
        guard expiredAt != before.subscription.expiredAt else { return }
        if let expiredAt {
            decision.arm(.expiryGrace, due: expiredAt + policy.expiryGrace)
        } else {
            decision.disarm(.expiryGrace)
        }
    }
}

extension SupplyDecision {
    /// What follows from news about the payer.
    mutating func append(_ news: PaymentNews?) {
        guard let news else { return }
        history.append(news.note)
        if let result = news.result { messages.append(.paymentResult(result)) }
        if let standing = news.standing { messages.append(.subscriptionChanged(standing)) }
    }
}
