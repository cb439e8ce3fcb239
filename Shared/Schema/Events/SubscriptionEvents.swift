public import HostedConnection

extension PaymentResult {
    /// How a payment ended, told to the other party's service.
    public init(_ outcome: PaymentOutcome, charge: ChargeID, of subscription: PortSubscription, port: PortID) {
        self.init()
        connectionID = ConnectionID(port)
        portID = port
        subscriptionID = subscription.id
        chargeID = charge
        self.outcome = outcome
        amountMinor = subscription.amount.minor
        currency = subscription.amount.currency
        paidUntil = subscription.paidUntil.map(Timestamp.init)
        reason = subscription.declineReason
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
