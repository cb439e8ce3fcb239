public import HostedConnection

extension PrivilegeApplicationInput {
    /// Applies for the privilege of offering ports for as long as one application can have it.
    /// - Parameter now: a minute before it the privilege begins, so that clocks may differ a little.
    public init(for account: AccountID, dayFrom now: Instant, reason: String) {
        self.init(
            accountID: account, applied: .valid, effectiveAt: Timestamp(now - .seconds(60)), expiresAt: Timestamp(now + .seconds(86_400)),
            reason: reason)
    }
}
