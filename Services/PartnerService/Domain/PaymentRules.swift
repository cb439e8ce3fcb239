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

    /// Billing has settled a charge of the partner.
    public static func settled(_ port: SuppliedPort, _ event: ChargeSettled, now: Instant) throws(Refusal) -> SupplyDecision {
        var decision = SupplyDecision(port)
        let amount = Amount(minor: event.amountMinor, currency: event.currency)
        let fold = decision.port.subscription.settle(
            charge: event.chargeID, amount: amount, paidUntil: event.paidUntil.map { $0.instant })
        guard try fold.isNews(about: port.id) else { return decision }
        decision.port.axes.billing = .paid
        decision.history.append(HistoryNote(.chargeSettled, charge: event.chargeID, amount))
        tell(&decision, charge: event.chargeID, outcome: .settled)
        ActivationRules.activateIfReady(&decision, now: now)
        return decision
    }

    /// Billing has declined a charge of the partner.
    public static func declined(_ port: SuppliedPort, _ event: ChargeDeclined, now: Instant) throws(Refusal) -> SupplyDecision {
        var decision = SupplyDecision(port)
        guard try decision.port.subscription.decline(charge: event.chargeID, reason: event.reason).isNews(about: port.id) else {
            return decision
        }
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.chargeDeclined, subject: event.chargeID.bits, detail: event.reason))
        tell(&decision, charge: event.chargeID, outcome: .declined)
        return decision
    }

    /// Billing has paid the partner back.
    public static func refunded(_ port: SuppliedPort, _ event: RefundSettled, now: Instant) throws(Refusal) -> SupplyDecision {
        var decision = SupplyDecision(port)
        guard try decision.port.subscription.refund().isNews(about: port.id) else { return decision }
        decision.port.axes.billing = .refunded
        decision.history.append(
            HistoryNote(.refunded, charge: decision.port.subscription.chargeID, Amount(minor: event.amountMinor, currency: event.currency)))
        tell(&decision, charge: decision.port.subscription.chargeID, outcome: .refunded)
        return decision
    }

    private static func tell(_ decision: inout SupplyDecision, charge: ChargeID, outcome: PaymentOutcome) {
        let port = decision.port
        decision.messages.append(.paymentResult(PaymentResult(outcome, charge: charge, of: port.subscription, port: port.id)))
    }
}
