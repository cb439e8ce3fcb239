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
        if let bandwidth = port.change.bandwidth {
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
    /// - Parameter isPayerLocked: whether the tenant's account is locked for arrears.
    public static func folded(
        _ port: DemandedPort, _ event: SubscriptionEvent, isPayerLocked: Bool = false, now: Instant
    ) throws(Refusal) -> DemandDecision {
        var decision = DemandDecision(port)
        decision.append(decision.port.lock(isPayerLocked, reason: ""))
        guard let news = try decision.port.fold(event, now: now) else { return decision }
        decision.append(news)
        switch event {
        // What is paid for an offer that has ended goes back.
        case .settled where port.axes.acceptance.isEnded: close(&decision, because: port.axes.acceptance.name)
        case .settled(let event):
            try port.requireUpgrade(paidBy: event.chargeID, of: port.subscription)
            decision.port.waitingSince = now
            BandwidthChangeRules.settled(&decision)
        case .declined:
            decision.port.waitingSince = now
            BandwidthChangeRules.declined(&decision)
        case .expired, .renewed: decision.port.waitingSince = now
        case .refunded: break
        }
        return decision
    }

    /// The tenant's account is locked for arrears, or in order again.
    public static func lock(_ port: DemandedPort, _ isLocked: Bool, reason: String, now: Instant) -> DemandDecision {
        var decision = DemandDecision(port)
        guard let news = decision.port.lock(isLocked, reason: reason) else { return decision }
        decision.append(news)
        decision.port.waitingSince = now
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
        if !decision.history.isEmpty { decision.port.waitingSince = now }
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
