public import HostedConnection
public import Schema

extension DeletionView {
    /// What the caller of a deletion learns about the money.
    /// - Parameter isRefunded: whether the remaining balance goes back to the payer.
    public mutating func close(_ subscription: PortSubscription, isRefunded: Bool) {
        if isRefunded { refundID = subscription.chargeID.refund }
        next =
            isRefunded
            ? "A refund of the remaining balance is initiated to the payer: the port shows its progress, and billing's refund page its rules"
            : "Nothing is refunded"
    }
}
