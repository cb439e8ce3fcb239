import HostedConnection

extension PaidPort {
    /// Whether money is to go back before the port is deleted: on the payer's side it is asked for, on the other side the
    /// payer's word is still to come.
    public var awaitsRefund: Bool {
        switch subscription.charge {
        case .refunded: false
        case .requested, .refunding: true
        case .none, .settled, .declined: (axes.billing == .paid || axes.billing == .locked) && subscription.expiredAt == nil
        }
    }

    /// The refund that is asked for, once more: billing answers a repeat as it answered the request. nil when none is open.
    public func refundAgain(reason: String) -> RefundRequested? {
        guard let payer = chargedAccount, subscription.charge == .refunding else { return nil }
        return RefundRequested(of: subscription.id, charge: subscription.chargeID, payer: payer, reason: reason)
    }
}
