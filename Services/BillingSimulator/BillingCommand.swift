public import HostedConnection

/// What an operator has the simulator do: what time or people do at a real billing system.
public struct BillingCommand: Sendable {
    public enum Action: Sendable {
        /// The paid time runs out now.
        case expire(SubscriptionID)
        /// Another month is paid.
        case renew(SubscriptionID)
        /// Locks an account for arrears, or unlocks it.
        case lock(AccountID, Bool)
        case enableOutboundBilling(AccountID)
    }

    public var action: Action
    public var caller: Caller

    public init(_ action: Action, by caller: Caller) {
        self.action = action
        self.caller = caller
    }
}
