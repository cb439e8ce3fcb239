public import HostedConnection
public import Messaging
public import Schema

/// What billing tells, with what it must say.
public enum BillingFact: Equatable, Sendable {
    case subscription(SubscriptionEvent)
    /// An account is locked for arrears, or in order again; the highest version counts.
    case lock(AccountID, isLocked: Bool, version: UInt64, reason: String)
    /// An account has enabled billing for outbound data transfer.
    case outboundBilling(AccountID)
}

// Billing's events as both services read them. A billing system is foreign, so what it must say is checked here.
extension InboundMessage {
    /// Whether a billing event is about an account itself, and not about one of its subscriptions.
    public var isAboutAccount: Bool {
        switch type {
        case .accountLocked, .accountUnlocked, .outboundBillingEnabled: true
        default: false
        }
    }

    /// Who pays for what a billing event is about.
    public func billingPayer() throws(StepFailure) -> AccountID {
        let payer: AccountID
        switch type {
        case .chargeSettled: payer = try decode(ChargeSettled.self).payerAccountID
        case .chargeDeclined: payer = try decode(ChargeDeclined.self).payerAccountID
        case .refundSettled: payer = try decode(RefundSettled.self).payerAccountID
        case .subscriptionExpired: payer = try decode(SubscriptionExpired.self).payerAccountID
        case .subscriptionRenewed: payer = try decode(SubscriptionRenewed.self).payerAccountID
        case .accountLocked: payer = try decode(AccountLocked.self).payerAccountID
        case .accountUnlocked: payer = try decode(AccountUnlocked.self).payerAccountID
        case .outboundBillingEnabled: payer = try decode(OutboundBillingEnabled.self).payerAccountID
        default: throw misplaced
        }
        try require(payer.isSet, "payerAccountId")
        return payer
    }

    /// What billing tells, with what it must say.
    public func billingFact() throws(StepFailure) -> BillingFact {
        switch type {
        case .chargeSettled: .subscription(.settled(try chargeSettled()))
        case .chargeDeclined: .subscription(.declined(try chargeDeclined()))
        case .refundSettled: .subscription(.refunded(try refundSettled()))
        case .subscriptionExpired: .subscription(.expired(try subscriptionExpired()))
        case .subscriptionRenewed: .subscription(.renewed(try subscriptionRenewed()))
        case .accountLocked: try lock(decode(AccountLocked.self))
        case .accountUnlocked: try unlock(decode(AccountUnlocked.self))
        case .outboundBillingEnabled: .outboundBilling(try billingPayer())
        default: throw misplaced
        }
    }

    private func chargeSettled() throws(StepFailure) -> ChargeSettled {
        let event = try decode(ChargeSettled.self)
        try require(event.subscriptionID, event.version)
        try require(event.chargeID.isSet, "chargeId")
        try check(Amount(minor: event.amountMinor, currency: event.currency))
        return event
    }

    private func chargeDeclined() throws(StepFailure) -> ChargeDeclined {
        let event = try decode(ChargeDeclined.self)
        try require(event.subscriptionID, event.version)
        try require(event.chargeID.isSet, "chargeId")
        try check(reason: event.reason)
        return event
    }

    private func refundSettled() throws(StepFailure) -> RefundSettled {
        let event = try decode(RefundSettled.self)
        try require(event.subscriptionID, event.version)
        try ruled { () throws(Refusal) in try Refusal.check(event.currency, field: "currency", limit: 3) }
        return event
    }

    private func subscriptionExpired() throws(StepFailure) -> SubscriptionExpired {
        let event = try decode(SubscriptionExpired.self)
        try require(event.subscriptionID, event.version)
        try check(reason: event.reason)
        return event
    }

    private func subscriptionRenewed() throws(StepFailure) -> SubscriptionRenewed {
        let event = try decode(SubscriptionRenewed.self)
        try require(event.subscriptionID, event.version)
        try check(Amount(minor: event.amountMinor, currency: event.currency))
        return event
    }

    private func lock(_ event: AccountLocked) throws(StepFailure) -> BillingFact {
        try require(event.version > 0, "version")
        try check(reason: event.reason)
        return .lock(try billingPayer(), isLocked: true, version: event.version, reason: event.reason)
    }

    private func unlock(_ event: AccountUnlocked) throws(StepFailure) -> BillingFact {
        try require(event.version > 0, "version")
        try check(reason: event.reason)
        return .lock(try billingPayer(), isLocked: false, version: event.version, reason: event.reason)
    }

    /// The longest reason that is kept, in characters.
    private static var reasonLimit: Int { 1_000 }

    private var misplaced: StepFailure {
        .refused(Refusal(.contradictsState, "\(type.fullName) does not belong on \(topic.baseName)"))
    }

    private func require(_ subscription: SubscriptionID, _ version: UInt64) throws(StepFailure) {
        try require(subscription.isSet, "subscriptionId")
        try require(version > 0, "version")
    }

    private func require(_ isThere: Bool, _ field: String) throws(StepFailure) {
        guard isThere else { throw .refused(Refusal(.missingField, "\(type.fullName) has no valid \(field)", field: field)) }
    }

    private func check(_ amount: Amount) throws(StepFailure) {
        try require(amount.currency.utf8.count == 3 && amount.currency.utf8.allSatisfy { (65...90).contains($0) }, "currency")
        guard amount.minor >= 0 else {
            throw .refused(Refusal(.invalidValue, "\(type.fullName) tells of a negative amount", field: "amountMinor"))
        }
    }

    private func check(reason: String) throws(StepFailure) {
        try ruled { () throws(Refusal) in try Refusal.check(reason, field: "reason", limit: Self.reasonLimit) }
    }
}

/// A row that keeps a port as the payer's side knows it.
public protocol PaidRow {
    associatedtype Port: PaidPort
    var port: Port { get }
}

extension SubscriptionEvent {
    /// The row of the port that the event is about, once the row is there and knows of the subscription.
    /// - Throws: ``RefusalCode/contradictsState`` when the account that the event names is not charged for the port from here.
    public func paidRow<Row: PaidRow>(_ row: Row?) throws(StepFailure) -> Row {
        guard let row, row.port.subscription.id == subscriptionID else { throw .waiting(.subscription(subscriptionID)) }
        guard row.port.chargedAccount == payerAccountID else {
            throw .refused(
                Refusal(
                    .contradictsState, "account \(payerAccountID) does not pay for \(subscriptionID)", object: row.port.id.description))
        }
        return row
    }
}
