import HostedConnection
import Store

/// A request between the parties as it stands in the database.
struct RequestRow: StoredRow {
    var request: PartyRequest

    var key: PartyRequestID { request.id }

    static let columns = """
        id, port_id, partner_account, tenant_account, act, asker, bandwidth_mbps, reason, made_at, standing, closed_at, closing_reason
        """
    static let selectSQL = "SELECT \(columns) FROM party_request WHERE id = ?1"
    static let insertSQL = "INSERT INTO party_request (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    static let updateSQL = "UPDATE party_request SET standing = ?2, closed_at = ?3, closing_reason = ?4 WHERE id = ?1"
    static let deleteSQL = "DELETE FROM party_request WHERE id = ?1"

    static func bindKey(_ key: PartyRequestID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, request.id)
        statement.bind(2, request.port)
        statement.bind(3, request.partner)
        statement.bind(4, request.tenant)
        statement.bind(5, Int64(request.act.rawValue))
        statement.bind(6, Int64(request.asker.rawValue))
        statement.bind(7, request.bandwidth.map { Int64($0.megabitsPerSecond) })
        statement.bindText(8, request.reason)
        statement.bind(9, request.madeAt)
        bindClosing(to: statement, from: 10)
    }

    func bindUpdate(to statement: any StoreStatement) {
        statement.bind(1, request.id)
        bindClosing(to: statement, from: 2)
    }

    private func bindClosing(to statement: any StoreStatement, from first: Int32) {
        statement.bind(first, Int64(request.standing.rawValue))
        statement.bind(first + 1, request.closedAt)
        statement.bindText(first + 2, request.closingReason)
    }

    init(_ request: PartyRequest) { self.request = request }

    init(row: any StoreRow) throws(StoreError) {
        request = PartyRequest(
            id: try row.identifier(0), port: try row.identifier(1), partner: row.account(2), tenant: row.account(3),
            act: try row.code(4), asker: try row.code(5), bandwidth: row.optionalInt64(6).map { Bandwidth(stored: $0) },
            reason: try row.text(7), madeAt: row.instant(8), standing: try row.code(9), closedAt: row.optionalInstant(10),
            closingReason: try row.text(11))
    }
}
