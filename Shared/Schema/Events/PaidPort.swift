public import HostedConnection

/// What billing tells about a subscription.
public enum SubscriptionEvent: Equatable, Sendable {
    case settled(ChargeSettled)
    case declined(ChargeDeclined)
    case refunded(RefundSettled)

    /// What it is about.
    public var subscriptionID: SubscriptionID {
        switch self {
        case .settled(let event): event.subscriptionID
        case .declined(let event): event.subscriptionID
        case .refunded(let event): event.subscriptionID
        }
    }

    /// Who pays, as billing says.
    public var payerAccountID: AccountID {
        switch self {
        case .settled(let event): event.payerAccountID
        case .declined(let event): event.payerAccountID
        case .refunded(let event): event.payerAccountID
        }
    }
}

/// What follows from an event that changed a subscription, whoever pays: a line of history and word to the other party.
public struct PaymentNews: Equatable, Sendable {
    public var note: HistoryNote
    public var result: PaymentResult
}

/// A port as billing's events about its payer change it.
public protocol PaidPort {
    var id: PortID { get }
    var axes: PortAxes { get set }
    var subscription: PortSubscription { get set }
    /// The account that is charged from this side; nil when the other party pays.
    var chargedAccount: AccountID? { get }
}

extension PaidPort {
    /// Takes in what billing tells about the port's subscription.
    /// - Returns: what follows; nil when the event was known already and changed nothing.
    /// - Throws: ``RefusalCode/contradictsState`` for an event that can't be true beside what is known.
    public mutating func fold(_ event: SubscriptionEvent) throws(Refusal) -> PaymentNews? {
        switch event {
        case .settled(let event):
            let amount = Amount(minor: event.amountMinor, currency: event.currency)
            let fold = subscription.settle(charge: event.chargeID, amount: amount, paidUntil: event.paidUntil.map { $0.instant })
            guard try fold.isNews(about: id) else { return nil }
            axes.billing = .paid
            return news(.settled, of: event.chargeID, HistoryNote(.chargeSettled, charge: event.chargeID, amount))
        case .declined(let event):
            guard try subscription.decline(charge: event.chargeID, reason: event.reason).isNews(about: id) else { return nil }
            return news(.declined, of: event.chargeID, HistoryNote(.chargeDeclined, subject: event.chargeID.bits, detail: event.reason))
        case .refunded(let event):
            guard try subscription.refund().isNews(about: id) else { return nil }
            axes.billing = .refunded
            let amount = Amount(minor: event.amountMinor, currency: event.currency)
            return news(.refunded, of: subscription.chargeID, HistoryNote(.refunded, charge: subscription.chargeID, amount))
        }
    }

    private func news(_ outcome: PaymentOutcome, of charge: ChargeID, _ note: HistoryNote) -> PaymentNews {
        PaymentNews(note: note, result: PaymentResult(outcome, charge: charge, of: subscription, port: id))
    }
}
