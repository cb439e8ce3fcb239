/// Where the latest attempt to charge a subscription stands.
public enum ChargeState: UInt8, Sendable, CaseIterable {
    /// Nothing has been asked of billing.
    case none = 1
    case requested = 2
    case settled = 3
    case declined = 4
    case refunded = 5

    /// The word in texts.
    public var name: String {
        switch self {
        case .none: "not requested"
        case .requested: "requested"
        case .settled: "settled"
        case .declined: "declined"
        case .refunded: "refunded"
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
    /// The latest attempt, 1 – 255; 0 before the first.
    public var attempt: UInt8
    public var charge: ChargeState
    public var amount: Amount
    public var paidUntil: Instant?
    /// Why billing declined the latest attempt.
    public var declineReason: String

    /// A port's subscription before anything was asked of billing, or while the other side's is not known.
    public static let none = PortSubscription(id: .none)

    public init(
        id: SubscriptionID, attempt: UInt8 = 0, charge: ChargeState = .none, amount: Amount = .none, paidUntil: Instant? = nil,
        declineReason: String = ""
    ) {
        self.id = id
        self.attempt = attempt
        self.charge = charge
        self.amount = amount
        self.paidUntil = paidUntil
        self.declineReason = declineReason
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

    /// Starts the next attempt.
    /// - Throws: ``RefusalCode/chargeNotRetriable`` unless there was no attempt or the last one was declined.
    public mutating func requestCharge() throws(Refusal) -> ChargeID {
        guard charge == .none || charge == .declined, attempt < .max else {
            throw Refusal(
                .chargeNotRetriable, "The charge \(chargeID) is \(charge.name)", object: chargeID.description,
                next: charge == .requested ? "Wait for billing to answer" : nil)
        }
        attempt += 1
        charge = .requested
        declineReason = ""
        return chargeID
    }

    public mutating func settle(charge id: ChargeID, amount: Amount, paidUntil: Instant?) -> Fold {
        if let known = known(id, as: .settled) { return known }
        attempt = id.bits.attempt
        charge = .settled
        self.amount = amount
        self.paidUntil = paidUntil
        declineReason = ""
        return .applied
    }

    public mutating func decline(charge id: ChargeID, reason: String) -> Fold {
        if let known = known(id, as: .declined) { return known }
        attempt = id.bits.attempt
        charge = .declined
        declineReason = reason
        return .applied
    }

    /// A refund ends the subscription's paid time, whatever attempt paid it.
    public mutating func refund() -> Fold {
        if charge == .refunded { return .repeated }
        guard charge == .settled else { return .contradiction("refund of a charge that is \(charge.name)") }
        charge = .refunded
        return .applied
    }

    /// Billing decides each attempt once. An attempt this side does not know of is billing's to tell (it was made before a
    /// restore); an earlier one can only have been declined, else there had been no later one.
    private func known(_ id: ChargeID, as outcome: ChargeState) -> Fold? {
        guard id.isSet, id == self.id.charge(attempt: id.bits.attempt), id.bits.attempt > 0 else {
            return .contradiction("charge \(id) does not belong to subscription \(self.id)")
        }
        if id.bits.attempt > attempt {
            if charge == .settled || charge == .refunded { return .contradiction("charge \(chargeID) is already \(charge.name)") }
            return nil
        }
        if id.bits.attempt < attempt {
            return outcome == .declined ? .repeated : .contradiction("charge \(id) was declined before")
        }
        switch charge {
        case .requested: return nil
        case outcome: return .repeated
        case .refunded where outcome == .settled: return .repeated
        default: return .contradiction("charge \(id) is already \(charge.name)")
        }
    }
}
