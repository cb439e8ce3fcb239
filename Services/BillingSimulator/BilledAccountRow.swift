import HostedConnection
import Schema
import Store

/// An account that something was said about.
struct BilledAccountRow: StoredRow {
    var id: AccountID
    /// Of the last event about it.
    var version: UInt64 = 0
    var isLocked = false
    var outboundBilling = false

    var key: AccountID { id }

    init(_ id: AccountID) { self.id = id }

    static let columns = "account_id, version, is_locked, outbound_billing"
    static let selectSQL = "SELECT \(columns) FROM billed_account WHERE account_id = ?1"
    static let insertSQL = "INSERT INTO billed_account (\(columns)) VALUES (?1, ?2, ?3, ?4)"
    static let updateSQL = "UPDATE billed_account SET version = ?2, is_locked = ?3, outbound_billing = ?4 WHERE account_id = ?1"
    static let deleteSQL = "DELETE FROM billed_account WHERE account_id = ?1"

    static func bindKey(_ key: AccountID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, id)
        statement.bind(2, Int64(bitPattern: version))
        statement.bind(3, isLocked)
        statement.bind(4, outboundBilling)
    }

    func bindUpdate(to statement: any StoreStatement) { bindInsert(to: statement) }

    init(row: any StoreRow) throws(StoreError) {
        id = row.account(0)
        version = UInt64(bitPattern: row.int64(1))
        isLocked = row.bool(2)
        outboundBilling = row.bool(3)
    }

    var view: BilledAccountView {
        BilledAccountView(accountID: id, version: version, locked: isLocked, outboundBilling: outboundBilling)
    }
}
