public import HostedConnection
public import Messaging
public import Schema

// Billing's events as both services read them. A billing system is foreign, so what it must say is checked here.
extension InboundMessage {
    /// Who pays for what a billing event is about; nil for events that change nothing in this version.
    public func billingPayer() throws(StepFailure) -> AccountID? {
        let payer: AccountID
        switch type {
        case .chargeSettled: payer = try decode(ChargeSettled.self).payerAccountID
        case .chargeDeclined: payer = try decode(ChargeDeclined.self).payerAccountID
        case .refundSettled: payer = try decode(RefundSettled.self).payerAccountID
        case .subscriptionExpired, .subscriptionRenewed, .accountLocked, .accountUnlocked, .outboundBillingEnabled: return nil
        default: throw misplaced
        }
        try require(payer.isSet, "payerAccountId")
        return payer
    }

    /// What billing tells about a subscription, with what it must say.
    public func subscriptionEvent() throws(StepFailure) -> SubscriptionEvent {
        switch type {
        case .chargeSettled: .settled(try chargeSettled())
        case .chargeDeclined: .declined(try chargeDeclined())
        case .refundSettled: .refunded(try refundSettled())
        default: throw misplaced
        }
    }

    private func chargeSettled() throws(StepFailure) -> ChargeSettled {
        let event = try decode(ChargeSettled.self)
        try require(event.subscriptionID.isSet, "subscriptionId")
        try require(event.chargeID.isSet, "chargeId")
        try require(event.version > 0, "version")
        try require(event.currency.utf8.count == 3 && event.currency.utf8.allSatisfy { (65...90).contains($0) }, "currency")
        guard event.amountMinor >= 0 else {
            throw .refused(Refusal(.invalidValue, "\(type.fullName) settles a negative amount", field: "amountMinor"))
        }
        return event
    }

    private func chargeDeclined() throws(StepFailure) -> ChargeDeclined {
        let event = try decode(ChargeDeclined.self)
        try require(event.subscriptionID.isSet, "subscriptionId")
        try require(event.chargeID.isSet, "chargeId")
        try require(event.version > 0, "version")
        try ruled { () throws(Refusal) in try Refusal.check(event.reason, field: "reason", limit: Self.reasonLimit) }
        return event
    }

    private func refundSettled() throws(StepFailure) -> RefundSettled {
        let event = try decode(RefundSettled.self)
        try require(event.subscriptionID.isSet, "subscriptionId")
        try require(event.version > 0, "version")
        try ruled { () throws(Refusal) in try Refusal.check(event.currency, field: "currency", limit: 3) }
        return event
    }

    /// The longest reason that is kept, in characters.
    private static var reasonLimit: Int { 1_000 }

    private var misplaced: StepFailure {
        .refused(Refusal(.contradictsState, "\(type.fullName) does not belong on \(topic.baseName)"))
    }

    private func require(_ isThere: Bool, _ field: String) throws(StepFailure) {
        guard isThere else { throw .refused(Refusal(.missingField, "\(type.fullName) has no valid \(field)", field: field)) }
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
