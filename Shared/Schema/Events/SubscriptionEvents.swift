public import HostedConnection

/// What billing tells about a subscription.
public enum SubscriptionEvent: Equatable, Sendable {
    case settled(ChargeSettled)
    case declined(ChargeDeclined)
    case refunded(RefundSettled)
    case expired(SubscriptionExpired)
    case renewed(SubscriptionRenewed)

    /// What it is about.
    public var subscriptionID: SubscriptionID {
        switch self {
        case .settled(let event): event.subscriptionID
        case .declined(let event): event.subscriptionID
        case .refunded(let event): event.subscriptionID
        case .expired(let event): event.subscriptionID
        case .renewed(let event): event.subscriptionID
        }
    }

    /// Who pays, as billing says.
    public var payerAccountID: AccountID {
        switch self {
        case .settled(let event): event.payerAccountID
        case .declined(let event): event.payerAccountID
        case .refunded(let event): event.payerAccountID
        case .expired(let event): event.payerAccountID
        case .renewed(let event): event.payerAccountID
        }
    }
}

extension PaymentResult {
    /// How a payment ended, told to the other party's service.
    /// - Parameter amount: what was paid or went back.
    public init(
        _ outcome: PaymentOutcome, charge: ChargeID, _ amount: Amount, of subscription: PortSubscription, port: PortID,
        on connection: ConnectionID
    ) {
        self.init()
        connectionID = connection
        portID = port
        subscriptionID = subscription.id
        chargeID = charge
        self.outcome = outcome
        amountMinor = amount.minor
        currency = amount.currency
        paidUntil = subscription.paidUntil.map(Timestamp.init)
        reason = outcome == .declined ? subscription.declineReason : ""
    }
}

extension SubscriptionChanged {
    /// How a subscription stands, told to the other party's service; nil while nothing is paid.
    public init?(of subscription: PortSubscription, port: PortID, on connection: ConnectionID, reason: String) {
        switch subscription.billing {
        case .unpaid, .refunded: return nil
        case .paid: self.init(standing: .paid)
        case .locked: self.init(standing: .locked)
        case .expired: self.init(standing: .expired)
        }
        connectionID = connection
        portID = port
        subscriptionID = subscription.id
        paidUntil = subscription.paidUntil.map(Timestamp.init)
        since = subscription.expiredAt.map(Timestamp.init)
        self.reason = reason
    }
}

extension ChargeRequested {
    /// Asks billing to charge the payer for a port; billing knows the price.
    public init(
        charge: ChargeID, of subscription: SubscriptionID, payer: AccountID, port: PortID, region: String, bandwidth: Bandwidth
    ) {
        self.init()
        subscriptionID = subscription
        chargeID = charge
        payerAccountID = payer
        portID = port
        self.region = region
        bandwidthMbps = bandwidth.megabitsPerSecond
    }
}
