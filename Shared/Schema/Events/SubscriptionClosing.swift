public import HostedConnection

/// What ends a port's subscription when the port comes to its end.
public enum SubscriptionClosing: Equatable, Sendable {
    /// Inside the billing cycle: what is left goes back to the payer. Answered by `RefundSettled`.
    case refund(RefundRequested)
    /// The paid time is over: no fee accrues any more and nothing goes back. Not answered.
    case stop(StopRequested)
}

extension PaidPort {
    /// Ends the subscription that this side pays for: at most one refund for each, however often it is asked.
    /// - Parameter reason: why the port ends, for billing's records.
    /// - Returns: what to ask of billing; nil when nothing was ever asked of it, when it was asked before, and when the other
    ///   party pays.
    public mutating func closeSubscription(reason: String) -> SubscriptionClosing? {
        guard let payer = chargedAccount else { return nil }
        // Also where a lock for arrears lies over the expiry.
        if subscription.isInForce, subscription.expiredAt != nil, subscription.charge != .requested {
            return .stop(StopRequested(subscriptionID: subscription.id, payerAccountID: payer, reason: reason))
        }
        guard let charge = subscription.requestRefund() else { return nil }
        return .refund(RefundRequested(of: subscription.id, charge: charge, payer: payer, reason: reason))
    }
}

extension RefundRequested {
    /// Asks for what is left of a subscription's payments back.
    /// - Parameter charge: its latest attempt; the refund's id follows from it.
    public init(of subscription: SubscriptionID, charge: ChargeID, payer: AccountID, reason: String) {
        self.init(
            subscriptionID: subscription, chargeID: charge, payerAccountID: payer, reason: reason, refundID: charge.refund)
    }
}

extension ChargeID {
    /// The id of the refund that is asked for when this is a subscription's latest attempt. It follows from the charge alone, so
    /// that a repeat is seen as one.
    public var refund: String { "rfd-\(description.dropFirst(ChargeKind.prefix.utf8CodeUnitCount))" }
}
