import HostedConnection
import Messaging
public import PartnerDomain
public import PortRecords
import Store

/// A port of the supply side as it stands in the database.
struct PortRow: StoredRow, PaidRow {
    @Boxed var port: SuppliedPort
    var channel = ChannelState()
    /// The newest line of its history; 0 before the first.
    var newestLine: Int64 = 0

    var key: PortID { port.id }

    /// Set when the port is offered, never changed.
    private static let fixed =
        "id, circuit_id, partner_account, tenant_account, name, resource_group, payer, offered_at, origin_vbr"
    private static let fixedCount: Int32 = 9
    /// What changes: the parts that both services keep of a port's life, the tenant's VBR, and the access device.
    private static let parts =
        PortPart.allCases.map(\.columns) + [
            ["vbr_state", "vbr_name", "vbr_mbps", "vbr_disabled_with_port", "tellings", "confirmed_at"],
            [
                "device_desired", "device_applied", "device_forwarding", "device_vlan", "device_mbps", "device_attempts",
                "device_failure", "device_may_pass",
            ],
        ]
    private static let routerPart = RowParts.part(PortPart.allCases.count)
    private static let devicePart = RowParts.part(PortPart.allCases.count + 1)
    private static let changing = parts.flatMap { $0 }

    /// The columns, of the table under the name `port`.
    static let columns = (fixed.split(separator: ", ").map(String.init) + changing)
        .map { "port.\($0)" }.joined(separator: ", ")
    static let columnCount = fixedCount + Int32(changing.count)

    static let selectSQL = "SELECT \(columns) FROM port WHERE id = ?1"
    static let insertSQL = """
        INSERT INTO port (\(fixed), \(changing.joined(separator: ", "))) \
        VALUES (\((1...columnCount).map { "?\($0)" }.joined(separator: ", ")))
        """
    static let updateSQL: String = updateSQL(of: .all)
    static let isWrittenInParts = true

    static func updateSQL(of parts: RowParts) -> String { "UPDATE port SET \(parts.assignments(Self.parts)) WHERE id = ?1" }

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
        bind(.all, to: statement, from: Self.fixedCount + 1)
    }

    func bindUpdate(to statement: any StoreStatement) { bindUpdate(of: .all, to: statement) }

    func bindUpdate(of parts: RowParts, to statement: any StoreStatement) {
        statement.bind(1, port.id)
        bind(parts, to: statement, from: 2)
    }

    private func bind(_ parts: RowParts, to statement: any StoreStatement, from first: Int32) {
        let port = port
        var next = port.bind(parts, channel, newestLine, to: statement, from: first)
        if parts.contains(Self.routerPart) { next = Self.bindRouter(of: port, to: statement, from: next) }
        if parts.contains(Self.devicePart) { Self.bindDevice(of: port, to: statement, from: next) }
    }

    private static func bindRouter(of port: SuppliedPort, to statement: any StoreStatement, from first: Int32) -> Int32 {
        let router = port.router
        statement.bind(first, router.map { Int64($0.state.rawValue) })
        statement.bindText(first + 1, router?.name ?? "")
        statement.bind(first + 2, router.map { Int64($0.bandwidth.megabitsPerSecond) })
        statement.bind(first + 3, router?.isDisabledWithPort ?? false)
        statement.bind(first + 4, Int64(port.tellings))
        statement.bind(first + 5, port.origin.confirmedAt)
        return first + 6
    }

    private static func bindDevice(of port: SuppliedPort, to statement: any StoreStatement, from first: Int32) {
        let device = port.device
        statement.bind(first, Int64(bitPattern: device.desired))
        statement.bind(first + 1, Int64(bitPattern: device.applied))
        statement.bind(first + 2, Int64(device.forwarding.rawValue))
        statement.bind(first + 3, device.asked.map { Int64($0.vlan.number) })
        statement.bind(first + 4, device.asked?.rate.map { Int64($0.megabitsPerSecond) })
        statement.bind(first + 5, Int64(device.attempts))
        statement.bindText(first + 6, device.failure)
        statement.bind(first + 7, device.mayPass)
    }

    func changedParts(since original: PortRow) -> RowParts {
        var parts: RowParts = []
        if channel != original.channel || newestLine != original.newestLine { parts.insert(PortPart.places.set) }
        if _port.isSame(as: original._port) { return parts }
        let (port, old) = (port, original.port)
        parts.formUnion(port.changedParts(since: old))
        if port.router != old.router || port.tellings != old.tellings || port.origin.confirmedAt != old.origin.confirmedAt {
            parts.insert(Self.routerPart)
        }
        if port.device != old.device { parts.insert(Self.devicePart) }
        return parts
    }

    init(_ port: SuppliedPort) { self.port = port }

    init(row: any StoreRow) throws(StoreError) {
        let id = try row.identifier(0, as: PortKind.self)
        let progress = try PortProgress(row: row, from: Self.fixedCount, port: id)
        let router = Self.fixedCount + Int32(PortProgress.columns.count)
        let routerState: RouterState? = try row.optionalCode(router)
        let routerName = try row.text(router + 1)
        let device = router + 6
        let forwarding: Forwarding = try row.code(device + 2)
        port = SuppliedPort(
            id: id, circuit: try row.identifier(1), partner: row.account(2), tenant: row.account(3), name: try row.text(4),
            resourceGroup: try row.text(5), vlan: progress.vlan, bandwidth: progress.bandwidth, payer: try row.code(6),
            axes: progress.axes, subscription: progress.subscription, vbr: progress.vbr,
            router: routerState.map {
                RouterCopy(
                    state: $0, name: routerName, bandwidth: Bandwidth(stored: row.int64(router + 2)),
                    isDisabledWithPort: row.bool(router + 3))
            },
            device: DeviceState(
                desired: UInt64(bitPattern: row.int64(device)), applied: UInt64(bitPattern: row.int64(device + 1)),
                asked: row.optionalInt64(device + 3).map {
                    DeviceConfiguration(forwarding, vlan: VLANID(stored: $0), rate: Bandwidth(stored: row.int64(device + 4)))
                },
                attempts: UInt32(truncatingIfNeeded: row.int64(device + 5)), failure: try row.text(device + 6),
                mayPass: row.bool(device + 7)),
            change: progress.change, terminatedBy: progress.terminatedBy,
            tellings: UInt32(truncatingIfNeeded: row.int64(router + 4)), ending: progress.ending, offeredAt: row.instant(7),
            acceptedAt: progress.acceptedAt, activatedAt: progress.activatedAt, waitingSince: progress.waitingSince,
            tags: progress.tags, origin: try Self.origin(row, confirmedAt: router + 5))
        channel = progress.channel
        newestLine = progress.newestLine
    }

    private static func origin(_ row: any StoreRow, confirmedAt column: Int32) throws(StoreError) -> PortOrigin {
        guard let vbr = try row.optionalIdentifier(8, as: VBRKind.self) else { return .offer }
        return .pushedVBR(vbr, confirmedAt: row.optionalInstant(column))
    }
}

extension SuppliedPort: RecordedPort {}
