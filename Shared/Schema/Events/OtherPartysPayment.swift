public import HostedConnection

// What the service of the paying party tells the other one, folded into that one's copy of the subscription.
extension PaidPort {
    /// Takes in how a charge or refund of the other party ended.
    /// - Returns: the line of history; nil when it was known already.
    /// - Throws: ``RefusalCode/contradictsState`` for a result that can't be true beside what is known.
    public mutating func hear(_ result: PaymentResult) throws(Refusal) -> HistoryNote? {
        try requireOtherPayer("a payment")
        if !subscription.id.isSet { subscription.id = SubscriptionID(of: id) }
        let amount = Amount(minor: result.amountMinor, currency: result.currency)
        let fold: PortSubscription.Fold
        let note: HistoryNote
        switch result.outcome {
        case .settled:
            fold = subscription.hearSettled(result.chargeID, amount: amount, paidUntil: result.paidUntil.map { $0.instant })
            note = HistoryNote(.chargeSettled, charge: result.chargeID, amount)
        case .declined:
            fold = subscription.hearDeclined(result.chargeID, reason: result.reason)
            note = HistoryNote(.chargeDeclined, subject: result.chargeID.bits, detail: result.reason)
        case .refunded:
            fold = subscription.hearRefunded(result.chargeID, amount)
            note = HistoryNote(.refunded, charge: result.chargeID, amount)
        case .unspecified, .unrecognized:
            throw Refusal(.contradictsState, "a payment result without a known outcome", object: id.description)
        }
        guard try fold.isNews(about: id) else { return nil }
        axes.billing = subscription.billing
        return note
    }

    /// Takes in how the subscription of the other party stands. The last word counts.
    /// - Returns: lines of history; none when nothing changed.
    /// - Throws: ``RefusalCode/contradictsState`` for a standing that can't be.
    public mutating func hear(_ event: SubscriptionChanged, now: Instant) throws(Refusal) -> [HistoryNote] {
        try requireOtherPayer("a subscription")
        guard subscription.isSettled, event.subscriptionID == subscription.id else {
            throw Refusal(.contradictsState, "the standing of a subscription that was never paid", object: id.description)
        }
        let isLocked = event.standing == .locked
        let isExpired: Bool
        switch event.standing {
        case .paid: isExpired = false
        case .expired: isExpired = true
        // What the lock lies over.
        case .locked: isExpired = event.since != nil
        case .unspecified, .unrecognized:
            throw Refusal(.contradictsState, "a subscription without a known standing", object: id.description)
        }
        var notes: [HistoryNote] = []
        if isLocked != subscription.isLocked { notes.append(HistoryNote(isLocked ? .locked : .unlocked, detail: event.reason)) }
        let paidUntil = event.paidUntil.map { $0.instant }
        if isExpired, subscription.expiredAt == nil { notes.append(HistoryNote(.expired, detail: event.reason)) }
        if !isExpired, subscription.expiredAt != nil || paidUntil != subscription.paidUntil { notes.append(HistoryNote(.renewed)) }
        subscription.isLocked = isLocked
        subscription.paidUntil = paidUntil
        subscription.expiredAt = isExpired ? subscription.expiredAt ?? event.since.map { $0.instant } ?? now : nil
        axes.billing = subscription.billing
        return notes
    }

    private func requireOtherPayer(_ what: String) throws(Refusal) {
        guard chargedAccount == nil else {
            throw Refusal(
                .contradictsState, "the other party reports \(what) for a port that is paid for from here", object: id.description)
        }
    }
}
