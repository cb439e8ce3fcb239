public import HostedConnection
public import Messaging
public import Schema
import Store

extension AccountBook {
    /// Changes facts of an account held here and tells the other service. A change to what it is already does nothing.
    public func change(_ input: AccountChangeInput, by caller: Caller, _ step: Step) throws(StepFailure) -> ItemOutcome<AccountView> {
        var row = try heldRow(input.accountID, for: caller)
        let facts = try ruled { () throws(Refusal) in try AccountChange.apply(input, to: row.facts, by: caller) }
        guard facts != row.facts else { return ItemOutcome(row.view, isNew: false) }
        row.facts = facts
        row.facts.version += 1
        step.send(Self.news(of: row.facts), on: .accounts, about: facts.id, channel: &row.channel)
        try stored { () throws(StoreError) in _ = try accounts.replace(row) }
        return ItemOutcome(row.view, isNew: false)
    }

    /// Closes an account held here and tells the other service. Closing again does nothing.
    /// - Parameter port: a port of the account's that has not come to its end, which is in the way.
    public func close(
        _ account: AccountID, by caller: Caller, blockedBy port: PortID?, _ step: Step
    ) throws(StepFailure) -> ItemOutcome<AccountView> {
        var row = try heldRow(account, for: caller)
        guard !row.facts.isClosed else { return ItemOutcome(row.view, isNew: false) }
        if let port {
            throw .refused(
                Refusal(
                    .accountHasPorts, "Account \(account) has port \(port), which has not come to its end", field: "accountId",
                    object: port.description, next: "Delete or withdraw the account's ports first"))
        }
        row.facts.isClosed = true
        row.facts.version += 1
        step.send(
            AccountClosed(accountID: account, version: row.facts.version), on: .accounts, about: account, channel: &row.channel)
        try stored { () throws(StoreError) in _ = try accounts.replace(row) }
        return ItemOutcome(row.view, isNew: false)
    }

    /// For a caller that may not act for it, an account is not there.
    private func heldRow(_ account: AccountID, for caller: Caller) throws(StepFailure) -> AccountRow {
        guard account.isSet else {
            throw .refused(
                Refusal(.missingField, "No account is named", field: "accountId", next: "Give its 16-digit account ID"))
        }
        guard caller.mayActFor(account), let row = try stored({ () throws(StoreError) in try accounts.row(account) }), row.isHeld else {
            throw .refused(
                Refusal(
                    .accountUnknown, "No account \(account) is held here", field: "accountId", object: account.description,
                    next: "Register the account first, or ask the service that holds it"))
        }
        return row
    }

    static func news(of facts: KnownAccount) -> AccountChanged {
        AccountChanged(
            accountID: facts.id, version: facts.version, name: facts.name, role: facts.isPartner ? .partner : .tenant,
            carrier: facts.carrier, site: facts.site, regions: facts.regions, outboundBilling: facts.outboundBilling)
    }
}
