public import HostedConnection

/// What follows from something that changed a subscription, whoever pays: a line of history and word to the other party.
public struct PaymentNews: Equatable, Sendable {
    public var note: HistoryNote
    /// How a charge or refund ended; nil if it is not about one.
    public var result: PaymentResult?
    /// How the subscription stands now; nil if the other party knows or can tell.
    public var standing: SubscriptionChanged?
}

/// A port as the facts about its payer change it.
public protocol PaidPort {
    var id: PortID { get }
    var connection: ConnectionID { get }
    var axes: PortAxes { get set }
    var subscription: PortSubscription { get set }
    /// The account that is charged from this side; nil when the other party pays.
    var chargedAccount: AccountID? { get }
}

extension PaidPort {
    /// Takes in what billing tells about the port's subscription.
    /// - Returns: what follows; nil when the event was known already and changed nothing that anybody needs to hear of.
    /// - Throws: ``RefusalCode/contradictsState`` for an event that can't be true beside what is known.
    public mutating func fold(_ event: SubscriptionEvent, now: Instant) throws(Refusal) -> PaymentNews? {
        let before = subscription
        let fold: PortSubscription.Fold
        let note: HistoryNote
        var result: PaymentResult?
        var reason = ""
        switch event {
        case .settled(let event):
            let amount = Amount(minor: event.amountMinor, currency: event.currency)
            fold = subscription.settle(
                charge: event.chargeID, amount: amount, paidUntil: event.paidUntil.map { $0.instant }, version: event.version)
            note = HistoryNote(.chargeSettled, charge: event.chargeID, amount)
            result = PaymentResult(.settled, charge: event.chargeID, amount, of: subscription, port: id, on: connection)
        case .declined(let event):
            fold = subscription.decline(charge: event.chargeID, reason: event.reason)
            note = HistoryNote(.chargeDeclined, subject: event.chargeID.bits, detail: event.reason)
            result = PaymentResult(.declined, charge: event.chargeID, .none, of: subscription, port: id, on: connection)
        case .refunded(let event):
            let amount = Amount(minor: event.amountMinor, currency: event.currency)
            fold = subscription.refund(amount)
            note = HistoryNote(.refunded, charge: subscription.chargeID, amount)
            result = PaymentResult(.refunded, charge: subscription.chargeID, amount, of: subscription, port: id, on: connection)
        case .expired(let event):
            fold = subscription.expire(at: event.occurredAt.map { $0.instant } ?? now, version: event.version)
            note = HistoryNote(.expired, detail: event.reason)
            reason = event.reason
        case .renewed(let event):
            fold = subscription.renew(paidUntil: event.paidUntil.map { $0.instant }, version: event.version)
            note = HistoryNote(.renewed, amount: event.amountMinor, detail: event.currency)
        }
        guard try fold.isNews(about: id) else { return nil }
        return news(note, result, from: before, reason: reason)
    }

    /// The payer's account is locked for arrears, or in order again.
    /// - Returns: nil when the port is so already.
    public mutating func lock(_ isLocked: Bool, reason: String) -> PaymentNews? {
        guard subscription.isLocked != isLocked else { return nil }
        let before = subscription
        subscription.isLocked = isLocked
        return news(HistoryNote(isLocked ? .locked : .unlocked, detail: reason), nil, from: before, reason: reason)
    }

    private mutating func news(
        _ note: HistoryNote, _ result: PaymentResult?, from before: PortSubscription, reason: String
    ) -> PaymentNews {
        axes.billing = subscription.billing
        // What the other side has, or makes of the payment by itself; it has to hear of anything else.
        let known = result?.outcome == .settled && !before.isSettled ? .paid : before.billing
        // Also of what a lock lies over.
        let isSameTime = (before.expiredAt == nil) == (subscription.expiredAt == nil) && before.paidUntil == subscription.paidUntil
        let isKnown = known == subscription.billing && (result != nil || isSameTime)
        let standing = isKnown ? nil : SubscriptionChanged(of: subscription, port: id, on: connection, reason: reason)
        return PaymentNews(note: note, result: result, standing: standing)
    }
}
