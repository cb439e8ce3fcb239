/// Where the latest attempt to charge a subscription stands.
public enum ChargeState: UInt8, Sendable, CaseIterable {
    /// Nothing has been asked of billing.
    case none = 1
    case requested = 2
    case settled = 3
    case declined = 4
    case refunded = 5
    /// Given back or about to be: asked of billing, not confirmed.
    case refunding = 6

    /// The word in texts.
    public var name: String {
        switch self {
        case .none: "not requested"
        case .requested: "requested"
        case .settled: "settled"
        case .declined: "declined"
        case .refunded: "refunded"
        case .refunding: "being refunded"
        }
    }
}

/// Money in the smallest unit of its currency. Amounts come from billing alone.
public struct Amount: Equatable, Sendable {
    public var minor: Int64
    /// ISO 4217 code; empty before billing has named one.
    public var currency: String

    public init(minor: Int64, currency: String) {
        self.minor = minor
        self.currency = currency
    }

    public static let none = Amount(minor: 0, currency: "")
}

/// A port's subscription as its payer's service knows it: the attempts to charge it, folded from billing's events by charge
/// id, so that neither their order nor their repetition matters.
public struct PortSubscription: Equatable, Sendable {
    public var id: SubscriptionID
    /// The latest attempt, 1 – 63; 0 before the first. Attempts after a settled one pay for more bandwidth.
    public var attempt: UInt8
    /// Where the latest attempt stands.
    public var charge: ChargeState
    /// The attempts that were settled, a bit each.
    public var settledAttempts: UInt64
    public var amount: Amount
    public var paidUntil: Instant?
    /// When the paid time ran out; nil while it has not (R-182).
    public var expiredAt: Instant?
    /// Whether the payer's account is locked for arrears.
    public var isLocked: Bool
    /// Why billing declined the latest attempt.
    public var declineReason: String
    /// The highest version of what billing has said about the subscription's standing: later facts win, in whatever order
    /// they come.
    public var version: UInt64

    /// The last attempt that can be made: each has a bit in ``settledAttempts``.
    public static let lastAttempt: UInt8 = 63

    /// A port's subscription before anything was asked of billing, or while the other side's is not known.
    public static let none = PortSubscription(id: .none)

    public init(
        id: SubscriptionID, attempt: UInt8 = 0, charge: ChargeState = .none, settledAttempts: UInt64 = 0, amount: Amount = .none,
        paidUntil: Instant? = nil, expiredAt: Instant? = nil, isLocked: Bool = false, declineReason: String = "", version: UInt64 = 0
    ) {
        self.id = id
        self.attempt = attempt
        self.charge = charge
        self.settledAttempts = settledAttempts
        self.amount = amount
        self.paidUntil = paidUntil
        self.expiredAt = expiredAt
        self.isLocked = isLocked
        self.declineReason = declineReason
        self.version = version
    }

    /// The latest attempt's charge id; `.none` before the first.
    public var chargeID: ChargeID { attempt == 0 ? .none : id.charge(attempt: attempt) }

    /// What an event about a charge did.
    public enum Fold: Equatable, Sendable {
        case applied
        /// Known already.
        case repeated
        /// The charge has ended otherwise; the text says how.
        case contradiction(String)

        /// Whether the event changed anything.
        /// - Throws: ``RefusalCode/contradictsState`` for an event that can't be true beside what is known.
        public func isNews(about port: PortID) throws(Refusal) -> Bool {
            switch self {
            case .applied: return true
            case .repeated: return false
            case .contradiction(let text): throw Refusal(.contradictsState, text, object: port.description)
            }
        }
    }

    /// Whether anything was ever paid.
    public var isSettled: Bool { settledAttempts != 0 }

    /// Whether something was paid and is not on its way back: the port can be in use, whatever its paid time.
    public var isInForce: Bool { isSettled && charge != .refunding && charge != .refunded }

    /// Where the subscription stands: the port's billing axis follows from it here alone.
    public var billing: BillingState {
        guard isSettled else { return .unpaid }
        if charge == .refunded { return .refunded }
        if isLocked { return .locked }
        return expiredAt == nil ? .paid : .expired
    }

    /// Starts the next attempt.
    /// - Throws: ``RefusalCode/chargeNotRetriable`` unless there was no attempt or the last one was declined.
    public mutating func requestCharge() throws(Refusal) -> ChargeID {
        try nextAttempt(if: charge == .none || charge == .declined)
    }

    /// Starts an attempt to charge for more bandwidth on a subscription that is paid (A-24).
    /// - Throws: ``RefusalCode/chargeNotRetriable`` while another attempt is open or when nothing is paid.
    public mutating func requestUpgrade() throws(Refusal) -> ChargeID {
        try nextAttempt(if: isSettled && (charge == .settled || charge == .declined))
    }

    /// Asks for what was paid back, once: nil when nothing can have been paid or it was asked before. An attempt without an
    /// answer may have been paid.
    public mutating func requestRefund() -> ChargeID? {
        guard charge == .requested || (isSettled && charge != .refunding && charge != .refunded) else { return nil }
        charge = .refunding
        return chargeID
    }

    private mutating func nextAttempt(if isAllowed: Bool) throws(Refusal) -> ChargeID {
        guard isAllowed, attempt < Self.lastAttempt else {
            throw Refusal(
                .chargeNotRetriable, "The charge \(chargeID) is \(charge.name)", object: chargeID.description,
                next: charge == .requested ? "Wait for billing to answer" : nil)
        }
        attempt += 1
        charge = .requested
        declineReason = ""
        return chargeID
    }

    /// A charge went through. Its version counts for the paid time alone: an expiry or renewal told later stays, whichever came
    /// first.
    public mutating func settle(charge id: ChargeID, amount: Amount, paidUntil: Instant?, version: UInt64) -> Fold {
        if let known = known(id, as: .settled) { return known }
        attempt = id.bits.attempt
        charge = .settled
        settledAttempts |= 1 << UInt64(attempt)
        self.amount = amount
        declineReason = ""
        extend(to: paidUntil, version: version)
        return .applied
    }

    /// Something was paid, up to an instant; false if what is known of the paid time is later news.
    @discardableResult
    private mutating func extend(to paidUntil: Instant?, version: UInt64) -> Bool {
        if let paidUntil { self.paidUntil = max(self.paidUntil ?? paidUntil, paidUntil) }
        guard version > self.version else { return false }
        self.version = version
        expiredAt = nil
        return true
    }

    public mutating func decline(charge id: ChargeID, reason: String) -> Fold {
        if let known = known(id, as: .declined) { return known }
        attempt = id.bits.attempt
        charge = .declined
        declineReason = reason
        return .applied
    }

    /// A refund ends the subscription's paid time, whatever attempt paid it. One of nothing, asked for while billing was deciding
    /// about the first charge, says that this was declined.
    /// - Parameter amount: what went back.
    public mutating func refund(_ amount: Amount) -> Fold {
        if charge == .refunded { return .repeated }
        guard isSettled || charge == .refunding else { return .contradiction("refund of a charge that is \(charge.name)") }
        end(refunding: amount)
        return .applied
    }

    /// What goes back had been paid.
    mutating func end(refunding amount: Amount) {
        if amount.minor > 0, !isSettled { settledAttempts |= 1 << UInt64(attempt) }
        charge = .refunded
    }

    /// The paid time ran out (R-182).
    public mutating func expire(at instant: Instant, version: UInt64) -> Fold {
        guard charge != .refunded, version > self.version else { return .repeated }
        self.version = version
        guard expiredAt == nil else { return .repeated }
        expiredAt = instant
        return .applied
    }

    /// The paid time was extended (R-182).
    public mutating func renew(paidUntil: Instant?, version: UInt64) -> Fold {
        guard charge != .refunded else { return .repeated }
        return extend(to: paidUntil, version: version) ? .applied : .repeated
    }

    /// Billing decides each attempt once. An attempt this side does not know of is billing's to tell (it was made before a
    /// restore); an earlier one can only have been declined, else there had been no later one.
    private func known(_ id: ChargeID, as outcome: ChargeState) -> Fold? {
        if let misplaced = misplaced(id) { return misplaced }
        if id.bits.attempt > attempt {
            if charge == .settled || charge == .refunding || charge == .refunded {
                return .contradiction("charge \(chargeID) is already \(charge.name)")
            }
            return nil
        }
        if id.bits.attempt < attempt {
            let wasSettled = settledAttempts & 1 << UInt64(id.bits.attempt) != 0
            if wasSettled == (outcome == .settled) { return .repeated }
            return .contradiction("charge \(id) was \(wasSettled ? "settled" : "declined") before")
        }
        switch charge {
        case .requested: return nil
        case outcome: return .repeated
        // Whatever the attempt came to, what was paid goes back.
        case .refunding: return .repeated
        case .refunded where outcome == .settled || !isSettled: return .repeated
        default: return .contradiction("charge \(id) is already \(charge.name)")
        }
    }

    func misplaced(_ id: ChargeID) -> Fold? {
        guard id.isSet, id == self.id.charge(attempt: id.bits.attempt), (1...Self.lastAttempt).contains(id.bits.attempt) else {
            return .contradiction("charge \(id) does not belong to subscription \(self.id)")
        }
        return nil
    }
}
