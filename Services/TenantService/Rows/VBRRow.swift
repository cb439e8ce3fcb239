import HostedConnection
import PortRecords
import Store
import TenantDomain

/// A VBR as it stands in the database.
struct VBRRow: StoredRow {
    var router: VirtualBorderRouter

    var key: VBRID { router.id }

    static let columns = """
        id, port_id, account, created_at, name, vlan, bandwidth_mbps, cloud_ipv4, client_ipv4, prefix_length, state, \
        disabled_with_port, deleted_at
        """
    static let selectSQL = "SELECT \(columns) FROM vbr WHERE id = ?1"
    static let insertSQL = "INSERT INTO vbr (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    static let updateSQL = """
        UPDATE vbr SET name = ?2, vlan = ?3, bandwidth_mbps = ?4, cloud_ipv4 = ?5, client_ipv4 = ?6, prefix_length = ?7, state = ?8, \
        disabled_with_port = ?9, deleted_at = ?10 WHERE id = ?1
        """
    static let deleteSQL = "DELETE FROM vbr WHERE id = ?1"

    static func bindKey(_ key: VBRID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, router.id)
        statement.bind(2, router.port)
        statement.bind(3, router.account)
        statement.bind(4, router.createdAt)
        bindChanging(to: statement, from: 5)
    }

    func bindUpdate(to statement: any StoreStatement) {
        statement.bind(1, router.id)
        bindChanging(to: statement, from: 2)
    }

    private func bindChanging(to statement: any StoreStatement, from first: Int32) {
        statement.bindText(first, router.name)
        statement.bind(first + 1, Int64(router.vlan.number))
        statement.bind(first + 2, Int64(router.bandwidth.megabitsPerSecond))
        statement.bind(first + 3, Int64(router.addressing.cloud.bits))
        statement.bind(first + 4, Int64(router.addressing.client.bits))
        statement.bind(first + 5, Int64(router.addressing.prefixLength))
        statement.bind(first + 6, Int64(router.state.rawValue))
        statement.bind(first + 7, router.isDisabledWithPort)
        statement.bind(first + 8, router.deletedAt)
    }

    init(_ router: VirtualBorderRouter) { self.router = router }

    init(row: any StoreRow) throws(StoreError) {
        router = VirtualBorderRouter(
            id: try row.identifier(0), port: try row.identifier(1), account: row.account(2), name: try row.text(4),
            vlan: VLANID(stored: row.int64(5)), bandwidth: Bandwidth(stored: row.int64(6)),
            addressing: VBRAddressing(
                stored: UInt32(truncatingIfNeeded: row.int64(7)), client: UInt32(truncatingIfNeeded: row.int64(8)),
                prefixLength: UInt8(truncatingIfNeeded: row.int64(9))),
            state: try row.code(10), isDisabledWithPort: row.bool(11), createdAt: row.instant(3), deletedAt: row.optionalInstant(12))
    }
}
