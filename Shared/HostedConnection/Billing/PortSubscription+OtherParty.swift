// A subscription as the service of the party that does not pay keeps it. The payer's service has folded billing's events and
// tells each outcome once and in order; still they fold by charge, so that none is undone by another charge's.
extension PortSubscription {
    /// The other party's charge went through.
    public mutating func hearSettled(_ id: ChargeID, amount: Amount, paidUntil: Instant?) -> Fold {
        if let known = misplaced(id) { return known }
        guard charge != .refunded, !wasSettled(id) else { return .repeated }
        settledAttempts |= 1 << UInt64(id.bits.attempt)
        self.amount = amount
        self.paidUntil = paidUntil
        take(id, as: .settled, reason: "")
        return .applied
    }

    /// The other party's charge was declined; what was paid before stays paid.
    public mutating func hearDeclined(_ id: ChargeID, reason: String) -> Fold {
        if let known = misplaced(id) { return known }
        if wasSettled(id) { return .contradiction("charge \(id) was settled before") }
        let isLatest = id.bits.attempt > attempt || id.bits.attempt == attempt && charge == .requested
        guard charge != .refunded, isLatest else { return .repeated }
        take(id, as: .declined, reason: reason)
        return .applied
    }

    /// What the other party paid went back, if it had paid anything.
    public mutating func hearRefunded(_ id: ChargeID, _ amount: Amount) -> Fold {
        if let known = misplaced(id) { return known }
        guard charge != .refunded else { return .repeated }
        attempt = max(attempt, id.bits.attempt)
        declineReason = ""
        end(refunding: amount)
        return .applied
    }

    private mutating func take(_ id: ChargeID, as outcome: ChargeState, reason: String) {
        guard id.bits.attempt >= attempt else { return }
        attempt = id.bits.attempt
        charge = outcome
        declineReason = reason
    }

    private func wasSettled(_ id: ChargeID) -> Bool { settledAttempts & 1 << UInt64(id.bits.attempt) != 0 }
}
