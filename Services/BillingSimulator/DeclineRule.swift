public import HostedConnection
public import Schema

/// Which charges are declined: the first attempts of those that any of the conditions names.
public struct DeclineRule: Sendable, Equatable {
    public var accounts: Set<AccountID> = []
    public var regions: Set<String> = []
    public var bandwidths: Set<Bandwidth> = []
    /// One in so many subscriptions, chosen by their ids; 0 for none.
    public var oneIn: UInt64 = 0
    /// How many attempts of such a subscription are declined.
    public var attempts: UInt8 = 1
    /// What the payer is told.
    public var reason = "The payment method was declined"

    public init() {}

    /// Declines nothing.
    public static let never = DeclineRule()

    /// Whether this charge is declined. The same charge is always judged alike.
    public func declines(_ request: ChargeRequested) -> Bool {
        guard request.chargeID.bits.attempt <= attempts else { return false }
        return accounts.contains(request.payerAccountID) || regions.contains(request.region)
            || bandwidths.contains(Bandwidth(megabitsPerSecond: request.bandwidthMbps)) || isChosen(request.subscriptionID)
    }

    private func isChosen(_ subscription: SubscriptionID) -> Bool {
        guard oneIn > 0 else { return false }
        let randomBits = UInt64(truncatingIfNeeded: subscription.bits.value >> 8) & 0xffff_ffff_ffff
        return randomBits % oneIn == 0
    }
}
