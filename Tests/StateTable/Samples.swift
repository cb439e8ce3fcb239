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

/// The payer's subscription in a situation.
func subscription(_ charge: ChargeState, _ billing: BillingState) -> PortSubscription {
    let isSettled = charge == .settled || charge == .refunded || charge == .refunding
    return PortSubscription(
        id: SubscriptionID(of: portID), attempt: charge == .none ? 0 : 1, charge: charge, settledAttempts: isSettled ? 2 : 0,
        amount: isSettled ? Amount(minor: 24_000, currency: "EUR") : .none, expiredAt: billing == .expired ? now : nil,
        isLocked: billing == .locked, declineReason: charge == .declined ? "No funds" : "",
        version: billing == .expired ? 2 : isSettled ? 1 : 0)
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

    var expired: SubscriptionEvent {
        .expired(SubscriptionExpired(subscriptionID: subscription.id, version: 8))
    }

    var renewed: SubscriptionEvent {
        .renewed(SubscriptionRenewed(subscriptionID: subscription.id, version: 9, amountMinor: 24_000, currency: "EUR"))
    }

    /// The other party's subscription stands so.
    func standing(_ standing: SubscriptionStanding) -> SubscriptionChanged {
        SubscriptionChanged(portID: id, subscriptionID: SubscriptionID(of: id), standing: standing)
    }

    var refunded: SubscriptionEvent {
        .refunded(RefundSettled(subscriptionID: subscription.id, version: 2, amountMinor: 24_000, currency: "EUR"))
    }
}
