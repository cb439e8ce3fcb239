import HostedConnection
import Messaging
public import PartnerDomain
public import PortRecords
import Store

/// A port of the supply side as it stands in the database.
struct PortRow: PartedRow, PaidRow {
    @Boxed var port: SuppliedPort
    var channel = ChannelState()
    /// The newest line of its history; 0 before the first.
    var newestLine: Int64 = 0

    var key: PortID { port.id }

    /// Set when the port is offered, never changed.
    private static let offer = RowPart(
        PortPart.allCases.count, ["circuit_id", "tenant_account", "name", "resource_group", "offered_at", "origin_vbr"])
    /// What the tenant was told, and the partner has confirmed.
    private static let notice = RowPart(PortPart.allCases.count + 1, ["tellings", "confirmed_at"])
    /// Whose the port is and who pays, never changed. It lies with the state, for what an account pays for is found by both.
    private static let supplier = RowPart(PortPart.allCases.count + 2, ["partner_account", "payer"])
    /// The tenant's VBR.
    private static let router = RowPart(
        PortPart.allCases.count + 3, ["vbr_state", "vbr_name", "vbr_mbps", "vbr_disabled_with_port"])
    /// The access device.
    private static let device = RowPart(
        PortPart.allCases.count + 4,
        [
            "device_desired", "device_applied", "device_forwarding", "device_vlan", "device_mbps", "device_attempts", "device_failure",
            "device_may_pass",
        ])

    /// Where the columns of ``PortProgress`` begin.
    private static let progressColumn = Int32(1 + offer.columns.count + notice.columns.count)

    static let layout = RowLayout([
        ("port", [offer, notice, PortPart.terms.part]), ("port_state", PortPart.state + [supplier, router, device]),
    ])

    static func bindKey(_ key: PortID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bind(_ parts: RowParts, to statement: any StoreStatement, from first: Int32) {
        let port = port
        var next = first
        if parts.contains(Self.offer.set) { next = Self.bindOffer(of: port, to: statement, from: next) }
        if parts.contains(Self.notice.set) { next = Self.bindNotice(of: port, to: statement, from: next) }
        next = port.bind(parts, channel, newestLine, to: statement, from: next)
        if parts.contains(Self.supplier.set) { next = Self.bindSupplier(of: port, to: statement, from: next) }
        if parts.contains(Self.router.set) { next = Self.bindRouter(of: port, to: statement, from: next) }
        if parts.contains(Self.device.set) { Self.bindDevice(of: port, to: statement, from: next) }
    }

    private static func bindOffer(of port: SuppliedPort, to statement: any StoreStatement, from first: Int32) -> Int32 {
        statement.bind(first, port.circuit)
        statement.bind(first + 1, port.tenant)
        statement.bindText(first + 2, port.name)
        statement.bindText(first + 3, port.resourceGroup)
        statement.bind(first + 4, port.offeredAt)
        statement.bind(first + 5, port.origin.vbr)
        return first + 6
    }

    private static func bindNotice(of port: SuppliedPort, to statement: any StoreStatement, from first: Int32) -> Int32 {
        statement.bind(first, Int64(port.tellings))
        statement.bind(first + 1, port.origin.confirmedAt)
        return first + 2
    }

    private static func bindSupplier(of port: SuppliedPort, to statement: any StoreStatement, from first: Int32) -> Int32 {
        statement.bind(first, port.partner)
        statement.bind(first + 1, Int64(port.payer.rawValue))
        return first + 2
    }

    private static func bindRouter(of port: SuppliedPort, to statement: any StoreStatement, from first: Int32) -> Int32 {
        let router = port.router
        statement.bind(first, router.map { Int64($0.state.rawValue) })
        statement.bindText(first + 1, router?.name ?? "")
        statement.bind(first + 2, router.map { Int64($0.bandwidth.megabitsPerSecond) })
        statement.bind(first + 3, router?.isDisabledWithPort ?? false)
        return first + 4
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
        if port.tellings != old.tellings || port.origin.confirmedAt != old.origin.confirmedAt { parts.insert(Self.notice.set) }
        if port.router != old.router { parts.insert(Self.router.set) }
        if port.device != old.device { parts.insert(Self.device.set) }
        return parts
    }

    init(_ port: SuppliedPort) { self.port = port }

    init(row: any StoreRow) throws(StoreError) {
        let id = try row.identifier(0, as: PortKind.self)
        let progress = try PortProgress(row: row, from: Self.progressColumn, port: id)
        let supplier = Self.progressColumn + PortProgress.columnCount
        let router = supplier + 2
        let routerState: RouterState? = try row.optionalCode(router)
        let routerName = try row.text(router + 1)
        let device = router + 4
        let forwarding: Forwarding = try row.code(device + 2)
        port = SuppliedPort(
            id: id, circuit: try row.identifier(1), partner: row.account(supplier), tenant: row.account(2), name: try row.text(3),
            resourceGroup: try row.text(4), vlan: progress.vlan, bandwidth: progress.bandwidth, payer: try row.code(supplier + 1),
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
            tellings: UInt32(truncatingIfNeeded: row.int64(7)), ending: progress.ending, offeredAt: row.instant(5),
            acceptedAt: progress.acceptedAt, activatedAt: progress.activatedAt, waitingSince: progress.waitingSince,
            tags: progress.tags, origin: try Self.origin(row))
        channel = progress.channel
        newestLine = progress.newestLine
    }

    private static func origin(_ row: any StoreRow) throws(StoreError) -> PortOrigin {
        guard let vbr = try row.optionalIdentifier(6, as: VBRKind.self) else { return .offer }
        return .pushedVBR(vbr, confirmedAt: row.optionalInstant(8))
    }
}

extension SuppliedPort: RecordedPort {}
