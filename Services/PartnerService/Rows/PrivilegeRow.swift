import HostedConnection
import PartnerDomain
import Store

/// A partner's privilege as it stands in the database.
struct PrivilegeRow: StoredRow {
    var privilege: Privilege

    var key: AccountID { privilege.account }

    private static let columns = "account_id, application_id, effective_at, expires_at"
    static let selectSQL = "SELECT \(columns) FROM privilege WHERE account_id = ?1"
    static let insertSQL = "INSERT INTO privilege (\(columns)) VALUES (?1, ?2, ?3, ?4)"
    static let updateSQL = "UPDATE privilege SET application_id = ?2, effective_at = ?3, expires_at = ?4 WHERE account_id = ?1"
    static let deleteSQL = "DELETE FROM privilege WHERE account_id = ?1"

    static func bindKey(_ key: AccountID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, privilege.account)
        statement.bind(2, privilege.application)
        statement.bind(3, privilege.window.effective)
        statement.bind(4, privilege.window.expires)
    }

    func bindUpdate(to statement: any StoreStatement) { bindInsert(to: statement) }

    init(_ privilege: Privilege) { self.privilege = privilege }

    init(row: any StoreRow) throws(StoreError) {
        privilege = Privilege(
            account: row.account(0), application: try row.identifier(1),
            window: PrivilegeWindow(effective: row.instant(2), expires: row.instant(3)))
    }
}
