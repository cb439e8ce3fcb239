import HostedConnection
import Store

/// A bearer token that acts as one account: its hash, never itself.
struct TokenRow: InsertedRow {
    var hash: [UInt8]
    var account: AccountID
    var issuedAt: Instant

    static let hashBytes = 32

    static var insertSQL: String { "INSERT INTO account_token (hash, account_id, issued_at) VALUES (?1, ?2, ?3)" }
    static func precedes(_ a: Self, _ b: Self) -> Bool { a.hash.lexicographicallyPrecedes(b.hash) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, hash)
        statement.bind(2, account)
        statement.bind(3, issuedAt)
    }
}
