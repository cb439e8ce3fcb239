import HostedConnection
import PortRecords
import Store
import TenantDomain

/// A VBR as it stands in the database.
struct VBRRow: StoredRow {
    var router: VirtualBorderRouter

    var key: VBRID { router.id }

    private static let fixed = ["id", "port_id", "account", "created_at"]
    private static let changing = [
        "name", "vlan", "bandwidth_mbps", "cloud_ipv4", "client_ipv4", "prefix_length", "cloud_ipv6", "client_ipv6", "ipv6_prefix",
        "is_ipv6_enabled", "detect_multiplier", "min_rx_ms", "min_tx_ms", "state", "disabled_with_port", "deleted_at",
    ]
    static let columns = (fixed + changing).joined(separator: ", ")
    static let selectSQL = "SELECT \(columns) FROM vbr WHERE id = ?1"
    static let insertSQL =
        "INSERT INTO vbr (\(columns)) VALUES (\((1...fixed.count + changing.count).map { "?\($0)" }.joined(separator: ", ")))"
    static let updateSQL =
        "UPDATE vbr SET \(changing.enumerated().map { "\($0.element) = ?\($0.offset + 2)" }.joined(separator: ", ")) WHERE id = ?1"
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
        statement.bindText(first + 6, router.ipv6?.cloud.description)
        statement.bindText(first + 7, router.ipv6?.client.description)
        statement.bindText(first + 8, router.ipv6?.prefix.description)
        statement.bind(first + 9, router.isIPv6Enabled)
        statement.bind(first + 10, router.detection.multiplier.map(Int64.init))
        statement.bind(first + 11, router.detection.minRx.map(Int64.init))
        statement.bind(first + 12, router.detection.minTx.map(Int64.init))
        statement.bind(first + 13, Int64(router.state.rawValue))
        statement.bind(first + 14, router.isDisabledWithPort)
        statement.bind(first + 15, router.deletedAt)
    }

    init(_ router: VirtualBorderRouter) { self.router = router }

    init(row: any StoreRow) throws(StoreError) {
        router = VirtualBorderRouter(
            id: try row.identifier(0), port: try row.identifier(1), account: row.account(2), name: try row.text(4),
            vlan: VLANID(stored: row.int64(5)), bandwidth: Bandwidth(stored: row.int64(6)),
            addressing: VBRAddressing(
                stored: UInt32(truncatingIfNeeded: row.int64(7)), client: UInt32(truncatingIfNeeded: row.int64(8)),
                prefixLength: UInt8(truncatingIfNeeded: row.int64(9))),
            ipv6: try Self.ipv6(row), isIPv6Enabled: row.bool(13),
            detection: FailureDetection(
                multiplier: row.optionalInt64(14).map { UInt32(truncatingIfNeeded: $0) },
                minRx: row.optionalInt64(15).map { UInt32(truncatingIfNeeded: $0) },
                minTx: row.optionalInt64(16).map { UInt32(truncatingIfNeeded: $0) }),
            state: try row.code(17), isDisabledWithPort: row.bool(18), createdAt: row.instant(3), deletedAt: row.optionalInstant(19))
    }

    private static func ipv6(_ row: any StoreRow) throws(StoreError) -> IPv6Addressing? {
        guard !row.isNull(12) else { return nil }
        guard let cloud = IPv6Address(try row.text(10)), let client = IPv6Address(try row.text(11)),
            let prefix = IPv6Prefix(try row.text(12))
        else { throw .corrupt("a VBR has IPv6 addresses that are none") }
        return IPv6Addressing(stored: cloud, client: client, prefix: prefix)
    }
}
