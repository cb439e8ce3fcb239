import HostedConnection
import Store
import TenantDomain

/// A VBR as it stands in the database.
struct VBRRow: InsertedRow {
    var router: VirtualBorderRouter

    static let columns = "id, port_id, account, name, vlan, bandwidth_mbps, cloud_ipv4, client_ipv4, prefix_length, created_at"
    static let insertSQL = "INSERT INTO vbr (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"

    static func precedes(_ a: Self, _ b: Self) -> Bool { a.router.id < b.router.id }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, router.id)
        statement.bind(2, router.port)
        statement.bind(3, router.account)
        statement.bindText(4, router.name)
        statement.bind(5, Int64(router.vlan.number))
        statement.bind(6, Int64(router.bandwidth.megabitsPerSecond))
        statement.bind(7, Int64(router.addressing.cloud.bits))
        statement.bind(8, Int64(router.addressing.client.bits))
        statement.bind(9, Int64(router.addressing.prefixLength))
        statement.bind(10, router.createdAt)
    }

    init(_ router: VirtualBorderRouter) { self.router = router }

    init(row: any StoreRow) throws(StoreError) {
        router = VirtualBorderRouter(
            id: try row.identifier(0), port: try row.identifier(1), account: row.account(2), name: try row.text(3),
            vlan: VLANID(stored: row.int64(4)), bandwidth: Bandwidth(stored: row.int64(5)),
            addressing: VBRAddressing(
                stored: UInt32(truncatingIfNeeded: row.int64(6)), client: UInt32(truncatingIfNeeded: row.int64(7)),
                prefixLength: UInt8(truncatingIfNeeded: row.int64(8))),
            createdAt: row.instant(9))
    }
}
