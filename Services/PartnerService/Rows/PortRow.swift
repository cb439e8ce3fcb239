import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Store

/// A port of the supply side as it stands in the database.
struct PortRow: StoredRow, PaidRow {
    var port: SuppliedPort
    var channel = ChannelState()
    /// The newest line of its history; 0 before the first.
    var newestLine: Int64 = 0

    var key: PortID { port.id }

    /// Set when the port is offered, never changed.
    private static let fixed =
        "id, circuit_id, partner_account, tenant_account, name, resource_group, payer, offered_at, origin_vbr"
    private static let fixedCount: Int32 = 9
    /// What changes beside what both services keep of a port's life.
    private static let supply = [
        "vbr_state", "vbr_name", "vbr_mbps", "vbr_disabled_with_port", "device_desired", "device_applied", "device_forwarding",
        "device_vlan", "device_mbps", "device_attempts", "device_failure",
        "device_may_pass", "tellings", "confirmed_at",
    ]
    private static let changing = PortProgress.columns + supply

    /// The columns, of the table under the name `port`.
    static let columns = (fixed.split(separator: ", ").map(String.init) + changing)
        .map { "port.\($0)" }.joined(separator: ", ")
    static let columnCount = fixedCount + Int32(changing.count)

    static let selectSQL = "SELECT \(columns) FROM port WHERE id = ?1"
    static let insertSQL = """
        INSERT INTO port (\(fixed), \(changing.joined(separator: ", "))) \
        VALUES (\((1...columnCount).map { "?\($0)" }.joined(separator: ", ")))
        """
    static let updateSQL =
        "UPDATE port SET \(changing.enumerated().map { "\($0.element) = ?\($0.offset + 2)" }.joined(separator: ", ")) WHERE id = ?1"
    static let deleteSQL = "DELETE FROM port WHERE id = ?1"

    static func bindKey(_ key: PortID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, port.id)
        statement.bind(2, port.circuit)
        statement.bind(3, port.partner)
        statement.bind(4, port.tenant)
        statement.bindText(5, port.name)
        statement.bindText(6, port.resourceGroup)
        statement.bind(7, Int64(port.payer.rawValue))
        statement.bind(8, port.offeredAt)
        statement.bind(9, port.origin.vbr)
        bindChanging(to: statement, from: Self.fixedCount + 1)
    }

    func bindUpdate(to statement: any StoreStatement) {
        statement.bind(1, port.id)
        bindChanging(to: statement, from: 2)
    }

    private func bindChanging(to statement: any StoreStatement, from first: Int32) {
        progress.bind(to: statement, from: first)
        let first = first + Int32(PortProgress.columns.count)
        statement.bind(first, port.router.map { Int64($0.state.rawValue) })
        statement.bindText(first + 1, port.router?.name ?? "")
        statement.bind(first + 2, port.router.map { Int64($0.bandwidth.megabitsPerSecond) })
        statement.bind(first + 3, port.router?.isDisabledWithPort ?? false)
        statement.bind(first + 4, Int64(bitPattern: port.device.desired))
        statement.bind(first + 5, Int64(bitPattern: port.device.applied))
        statement.bind(first + 6, Int64(port.device.forwarding.rawValue))
        statement.bind(first + 7, port.device.asked.map { Int64($0.vlan.number) })
        statement.bind(first + 8, port.device.asked?.rate.map { Int64($0.megabitsPerSecond) })
        statement.bind(first + 9, Int64(port.device.attempts))
        statement.bindText(first + 10, port.device.failure)
        statement.bind(first + 11, port.device.mayPass)
        statement.bind(first + 12, Int64(port.tellings))
        statement.bind(first + 13, port.origin.confirmedAt)
    }

    init(_ port: SuppliedPort) { self.port = port }

    init(row: any StoreRow) throws(StoreError) {
        let id = try row.identifier(0, as: PortKind.self)
        let progress = try PortProgress(row: row, from: Self.fixedCount, port: id)
        let supply = Self.fixedCount + Int32(PortProgress.columns.count)
        let routerName = try row.text(supply + 1)
        let routerState: RouterState? = try row.optionalCode(supply)
        let forwarding: Forwarding = try row.code(supply + 6)
        port = SuppliedPort(
            id: id, circuit: try row.identifier(1), partner: row.account(2), tenant: row.account(3), name: try row.text(4),
            resourceGroup: try row.text(5), vlan: progress.vlan, bandwidth: progress.bandwidth, payer: try row.code(6),
            axes: progress.axes, subscription: progress.subscription, vbr: progress.vbr,
            router: routerState.map {
                RouterCopy(
                    state: $0, name: routerName, bandwidth: Bandwidth(stored: row.int64(supply + 2)),
                    isDisabledWithPort: row.bool(supply + 3))
            },
            device: DeviceState(
                desired: UInt64(bitPattern: row.int64(supply + 4)), applied: UInt64(bitPattern: row.int64(supply + 5)),
                asked: row.optionalInt64(supply + 7).map {
                    DeviceConfiguration(forwarding, vlan: VLANID(stored: $0), rate: Bandwidth(stored: row.int64(supply + 8)))
                },
                attempts: UInt32(truncatingIfNeeded: row.int64(supply + 9)), failure: try row.text(supply + 10),
                mayPass: row.bool(supply + 11)),
            change: progress.change, terminatedBy: progress.terminatedBy,
            tellings: UInt32(truncatingIfNeeded: row.int64(supply + 12)), ending: progress.ending, offeredAt: row.instant(7),
            acceptedAt: progress.acceptedAt, activatedAt: progress.activatedAt, waitingSince: progress.waitingSince,
            tags: progress.tags, origin: try Self.origin(row, confirmedAt: supply + 13))
        channel = progress.channel
        newestLine = progress.newestLine
    }

    private static func origin(_ row: any StoreRow, confirmedAt column: Int32) throws(StoreError) -> PortOrigin {
        guard let vbr = try row.optionalIdentifier(8, as: VBRKind.self) else { return .offer }
        return .pushedVBR(vbr, confirmedAt: row.optionalInstant(column))
    }

    private var progress: PortProgress {
        PortProgress(
            vlan: port.vlan, bandwidth: port.bandwidth, axes: port.axes, subscription: port.subscription, vbr: port.vbr,
            change: port.change, terminatedBy: port.terminatedBy, ending: port.ending, acceptedAt: port.acceptedAt,
            activatedAt: port.activatedAt, waitingSince: port.waitingSince, tags: port.tags, channel: channel,
            newestLine: newestLine)
    }
}
