import HostedConnection
import PartnerDomain
import PortRecords
import Store

/// An application for the privilege as it stands in the database.
struct PrivilegeApplicationRow: InsertedRow {
    var application: PrivilegeApplication

    static let columns = """
        id, account_id, applied, effective_at, expires_at, reason, notify, refusal, applied_at, applied_by
        """
    static var insertSQL: String {
        "INSERT INTO privilege_application (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
    }

    static func precedes(_ a: Self, _ b: Self) -> Bool { a.application.id < b.application.id }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, application.id)
        statement.bind(2, application.account)
        statement.bind(3, Int64(application.applied.rawValue))
        statement.bind(4, application.effective)
        statement.bind(5, application.expires)
        statement.bindText(6, application.reason)
        statement.bind(7, application.notifies)
        statement.bindText(8, application.refusal)
        statement.bind(9, application.appliedAt)
        statement.bindText(10, application.appliedBy)
    }

    init(_ application: PrivilegeApplication) { self.application = application }

    init(row: any StoreRow) throws(StoreError) {
        application = PrivilegeApplication(
            id: try row.identifier(0), account: row.account(1), applied: try row.code(2), effective: row.optionalInstant(3),
            expires: row.optionalInstant(4), reason: try row.text(5), notifies: row.bool(6), refusal: try row.text(7),
            appliedAt: row.instant(8), appliedBy: try row.text(9))
    }
}
