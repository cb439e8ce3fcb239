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
        default: throw .refused(Refusal(.contradictsState, "\(type.fullName) does not belong on \(topic.baseName)"))
        }
        try require(payer.isSet, "payerAccountId")
        return payer
    }

    public func chargeSettled() throws(StepFailure) -> ChargeSettled {
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

    public func chargeDeclined() throws(StepFailure) -> ChargeDeclined {
        let event = try decode(ChargeDeclined.self)
        try require(event.subscriptionID.isSet, "subscriptionId")
        try require(event.chargeID.isSet, "chargeId")
        try require(event.version > 0, "version")
        try ruled { () throws(Refusal) in try Refusal.check(event.reason, field: "reason", limit: Self.reasonLimit) }
        return event
    }

    public func refundSettled() throws(StepFailure) -> RefundSettled {
        let event = try decode(RefundSettled.self)
        try require(event.subscriptionID.isSet, "subscriptionId")
        try require(event.version > 0, "version")
        try ruled { () throws(Refusal) in try Refusal.check(event.currency, field: "currency", limit: 3) }
        return event
    }

    /// The longest reason that is kept, in characters.
    private static var reasonLimit: Int { 1_000 }

    private func require(_ isThere: Bool, _ field: String) throws(StepFailure) {
        guard isThere else { throw .refused(Refusal(.missingField, "\(type.fullName) has no valid \(field)", field: field)) }
    }
}
