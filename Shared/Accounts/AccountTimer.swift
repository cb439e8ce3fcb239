public import HostedConnection
public import Messaging

/// What an account's timer is for. With the account's number it names the timer; the codes stand in the database.
public enum AccountTimer: UInt8, Sendable {
    /// Ports that the account pays for have not followed its lock yet.
    case followLock = 1

    public func key(of account: AccountID) -> TimerKey {
        TimerKey(owner: ID128(UInt128(account.number)), name: rawValue)
    }

    /// The account whose timer this is; nil for a timer of anything else.
    public static func account(of timer: TimerKey) -> (AccountTimer, AccountID)? {
        guard timer.owner.value <= UInt128(UInt64.max), let purpose = AccountTimer(rawValue: timer.name) else { return nil }
        return (purpose, AccountID(number: UInt64(truncatingIfNeeded: timer.owner.value)))
    }
}
