import HostedConnection
import PortRecords
import Store
import TenantDomain

/// A VBR as it stands in the database.
struct VBRRow: StoredRow {
    var router: VirtualBorderRouter

    var key: VBRID { router.id }

    private static let fixed = ["id", "account", "created_at"]
    private static let changing = [
        "name", "vlan", "bandwidth_mbps", "cloud_ipv4", "client_ipv4", "prefix_length", "cloud_ipv6", "client_ipv6", "ipv6_prefix",
        "is_ipv6_enabled", "detect_multiplier", "min_rx_ms", "min_tx_ms", "state", "disabled_with_port", "deleted_at", "port_id",
    ]
    static let columns = (fixed + changing).joined(separator: ", ")
    /// The same where other tables are read with this one.
    static let qualifiedColumns = (fixed + changing).map { "vbr.\($0)" }.joined(separator: ", ")
    static let columnCount = Int32(fixed.count + changing.count)
    static let selectSQL = "SELECT \(columns) FROM vbr WHERE id = ?1"
    static let insertSQL =
        "INSERT INTO vbr (\(columns)) VALUES (\((1...fixed.count + changing.count).map { "?\($0)" }.joined(separator: ", ")))"
    static let updateSQL =
        "UPDATE vbr SET \(changing.enumerated().map { "\($0.element) = ?\($0.offset + 2)" }.joined(separator: ", ")) WHERE id = ?1"
    static let deleteSQL = "DELETE FROM vbr WHERE id = ?1"

    static func bindKey(_ key: VBRID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, router.id)
        statement.bind(2, router.account)
        statement.bind(3, router.createdAt)
        bindChanging(to: statement, from: 4)
    }

    func bindUpdate(to statement: any StoreStatement) {
        statement.bind(1, router.id)
        bindChanging(to: statement, from: 2)
    }

    private func bindChanging(to statement: any StoreStatement, from first: Int32) {
        statement.bindText(first, router.name)
        statement.bind(first + 1, Int64(router.vlan.number))
        statement.bind(first + 2, router.bandwidth.map { Int64($0.megabitsPerSecond) })
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
        statement.bind(first + 16, router.port.isSet ? router.port : nil)
    }

    init(_ router: VirtualBorderRouter) { self.router = router }

    init(row: any StoreRow) throws(StoreError) {
        router = VirtualBorderRouter(
            id: try row.identifier(0), port: try row.optionalIdentifier(19) ?? .none, account: row.account(1), name: try row.text(3),
            vlan: VLANID(stored: row.int64(4)), bandwidth: row.optionalInt64(5).map { Bandwidth(stored: $0) },
            addressing: VBRAddressing(
                stored: UInt32(truncatingIfNeeded: row.int64(6)), client: UInt32(truncatingIfNeeded: row.int64(7)),
                prefixLength: UInt8(truncatingIfNeeded: row.int64(8))),
            ipv6: try Self.ipv6(row), isIPv6Enabled: row.bool(12),
            detection: FailureDetection(
                multiplier: row.optionalInt64(13).map { UInt32(truncatingIfNeeded: $0) },
                minRx: row.optionalInt64(14).map { UInt32(truncatingIfNeeded: $0) },
                minTx: row.optionalInt64(15).map { UInt32(truncatingIfNeeded: $0) }),
            state: try row.code(16), isDisabledWithPort: row.bool(17), createdAt: row.instant(2), deletedAt: row.optionalInstant(18))
    }

    private static func ipv6(_ row: any StoreRow) throws(StoreError) -> IPv6Addressing? {
        guard !row.isNull(11) else { return nil }
        guard let cloud = IPv6Address(try row.text(9)), let client = IPv6Address(try row.text(10)),
            let prefix = IPv6Prefix(try row.text(11))
        else { throw .corrupt("a VBR has IPv6 addresses that are none") }
        return IPv6Addressing(stored: cloud, client: client, prefix: prefix)
    }
}
