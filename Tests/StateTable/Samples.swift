import HostedConnection
import Schema

let now = Instant(seconds: 1_700_000_000)
let later = Instant(seconds: 1_700_000_060)
let partnerID = AccountID(number: 1_000_000_000_000_001)
let tenantID = AccountID(number: 2_000_000_000_000_001)
let portID: PortID = id(2)
let vbrID: VBRID = id(3)

func id<Kind: IdentifierKind>(_ number: UInt64, _ kind: Kind.Type = Kind.self) -> Identifier<Kind> {
    Identifier(bits: ID128(milliseconds: number, kind: Kind.code, sequence: 0, random: 7))
}

/// The payer's subscription where the charge stands there.
func subscription(_ charge: ChargeState) -> PortSubscription {
    PortSubscription(
        id: SubscriptionID(of: portID), attempt: charge == .none ? 0 : 1, charge: charge,
        amount: charge == .settled || charge == .refunded ? Amount(minor: 24_000, currency: "EUR") : .none,
        declineReason: charge == .declined ? "No funds" : "")
}

extension PaidPort {
    /// The charge that a message about this port is about: the latest attempt.
    var latestCharge: ChargeID { SubscriptionID(of: id).charge(attempt: max(subscription.attempt, 1)) }

    /// The other party's payment has this outcome.
    func result(_ outcome: PaymentOutcome) -> PaymentResult {
        PaymentResult(
            connectionID: ConnectionID(id), portID: id, subscriptionID: SubscriptionID(of: id), chargeID: latestCharge, outcome: outcome,
            amountMinor: 24_000, currency: "EUR")
    }

    var settled: SubscriptionEvent {
        .settled(
            ChargeSettled(
                subscriptionID: subscription.id, chargeID: latestCharge, version: 1, amountMinor: 24_000, currency: "EUR"))
    }

    var declined: SubscriptionEvent {
        .declined(ChargeDeclined(subscriptionID: subscription.id, chargeID: latestCharge, version: 1, reason: "No funds"))
    }

    var refunded: SubscriptionEvent {
        .refunded(RefundSettled(subscriptionID: subscription.id, version: 2, amountMinor: 24_000, currency: "EUR"))
    }
}
