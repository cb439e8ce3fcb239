public import HostedConnection
public import Messaging
import Schema
public import Store

// What billing says of accounts that are held here.
extension AccountBook {
    /// Whether the account is locked for arrears.
    public func isLocked(_ account: AccountID) throws(StoreError) -> Bool {
        try accounts.read(account) { $0.arrears.isLocked } ?? false
    }

    /// Whether a fact of billing's about the account is for this service: it holds the account, or may come to hold it.
    public func mayHold(_ account: AccountID) throws(StoreError) -> Bool {
        try accounts.read(account) { $0.isHeld } ?? true
    }

    /// Takes in that billing has locked an account or unlocked it. The highest version counts.
    /// - Returns: false when a later fact is known.
    /// - Throws: ``StepFailure/waiting(_:)`` for an account that is not known yet.
    public func lock(_ account: AccountID, _ isLocked: Bool, version: UInt64) throws(StepFailure) -> Bool {
        try changeHeld(account) { row in
            guard version > row.arrears.version else { return false }
            row.arrears = Arrears(isLocked: isLocked, version: version)
            return true
        }
    }

    /// Takes in that an account has enabled billing for outbound data transfer, and tells the other service.
    /// - Throws: ``StepFailure/waiting(_:)`` for an account that is not known yet.
    public func enableOutboundBilling(of account: AccountID, _ step: Step) throws(StepFailure) {
        _ = try changeHeld(account) { row in
            guard !row.facts.outboundBilling else { return false }
            row.facts.outboundBilling = true
            row.facts.version += 1
            step.send(Self.news(of: row.facts), on: .accounts, about: account, channel: &row.channel)
            return true
        }
    }

    private func changeHeld(_ account: AccountID, _ body: (inout AccountRow) -> Bool) throws(StepFailure) -> Bool {
        guard var row = try stored({ () throws(StoreError) in try accounts.row(account) }) else { throw .waiting(.account(account)) }
        guard row.isHeld, body(&row) else { return false }
        try stored { () throws(StoreError) in _ = try accounts.replace(row) }
        return true
    }
}
