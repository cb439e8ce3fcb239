/// What has become of the payment for more bandwidth.
public enum UpgradePayment: Equatable, Sendable {
    /// Billing was not asked for it, as far as is known here.
    case notAsked
    /// Billing was asked and decides: nobody else can say whether it is paid.
    case atBilling
    case settled
    /// Nothing is, or stays, paid for it.
    case declined
}

extension PortSubscription {
    /// What has become of the payment for a change before which so many attempts to charge were made.
    public func payment(after attempts: UInt8) -> UpgradePayment {
        guard attempt > attempts else { return .notAsked }
        switch charge {
        case .settled: return .settled
        case .requested: return .atBilling
        case .none, .declined, .refunding, .refunded: return .declined
        }
    }
}

extension ConnectedPort {
    /// Refuses a payment on a subscription that is paid already when no increase of the port's bandwidth waits for it: money was
    /// taken for nothing, and somebody has to look.
    /// - Parameters:
    ///   - charge: what was settled.
    ///   - subscription: the port's, as it was before.
    /// - Throws: ``RefusalCode/contradictsState``.
    public func requireUpgrade(paidBy charge: ChargeID, of subscription: PortSubscription) throws(Refusal) {
        guard subscription.isSettled else { return }
        if let wanted = change.bandwidth, wanted > bandwidth, charge.bits.attempt > change.attempts,
            subscription.payment(after: change.attempts) != .settled
        {
            return
        }
        throw Refusal(
            .contradictsState, "charge \(charge) pays for no bandwidth that port \(id) waits for", object: charge.description,
            next: "Look the charge up at billing")
    }
}
