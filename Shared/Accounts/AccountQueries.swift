public import HostedConnection
public import Schema
public import Store

/// Reads accounts and tokens on a reader's connection.
public struct AccountQueries {
    private let reader: any StoreConnection

    public init(_ reader: any StoreConnection) { self.reader = reader }

    /// Whom a token acts as; nil if no such token was issued.
    /// - Parameter hash: SHA-256 of the token.
    public func owner(ofTokenHash hash: [UInt8]) throws(StoreError) -> AccountID? {
        let statement = try reader.prepare("SELECT account_id FROM account_token WHERE hash = ?1")
        statement.bind(1, hash)
        return try statement.first { row throws(StoreError) in row.account(0) }
    }

    /// An account; nil if it is not known or the caller may not see it.
    public func account(_ id: AccountID, of caller: Caller) throws(StoreError) -> AccountView? {
        guard caller.mayActFor(id) else { return nil }
        let statement = try reader.prepare(AccountRow.selectSQL)
        statement.bind(1, id)
        return try statement.first { row throws(StoreError) in try AccountRow(row: row).view }
    }

    /// The facts of an account that this service holds; nil if it does not or the caller may not see it.
    public func facts(of id: AccountID, for caller: Caller) throws(StoreError) -> KnownAccount? {
        guard caller.mayActFor(id) else { return nil }
        let statement = try reader.prepare(AccountRow.selectSQL)
        statement.bind(1, id)
        guard let row = try statement.first({ row throws(StoreError) in try AccountRow(row: row) }), row.isHeld else { return nil }
        return row.facts
    }

    /// The accounts that the caller may see, in the order of their ids.
    public func accounts(of caller: Caller, _ page: PageRequest) throws(StoreError) -> AccountList {
        if case .account(let id) = caller {
            return AccountList(items: try account(id, of: caller).map { [$0] } ?? [])
        }
        let statement = try reader.prepare(
            "SELECT \(AccountRow.columns) FROM account WHERE account_id > ?1 ORDER BY account_id LIMIT ?2")
        statement.bind(1, Int64(truncatingIfNeeded: page.after.value))
        statement.bind(2, page.limit)
        var views: [AccountView] = []
        try statement.query { row throws(StoreError) in views.append(try AccountRow(row: row).view) }
        let next = page.close(&views) { ID128(UInt128($0.accountID.number)) }
        return AccountList(items: views, nextPageToken: next)
    }
}

extension AccountQueries {
    /// Every token that was issued, as SHA-256, and whom it acts as.
    public func tokens() throws(StoreError) -> [(hash: [UInt8], account: AccountID)] {
        var tokens: [(hash: [UInt8], account: AccountID)] = []
        try reader.prepare("SELECT hash, account_id FROM account_token").query { row throws(StoreError) in
            tokens.append((row.blob(0), row.account(1)))
        }
        return tokens
    }
}
