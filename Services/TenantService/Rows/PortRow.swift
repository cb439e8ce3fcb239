import HostedConnection
import Messaging
public import PortRecords
import Store
public import TenantDomain

/// A port of the tenant's side as it stands in the database.
struct PortRow: PartedRow, PaidRow {
    @Boxed var port: DemandedPort
    var channel = ChannelState()
    /// The newest line of its history; 0 before the first.
    var newestLine: Int64 = 0

    var key: PortID { port.id }

    /// Set when the offer arrives, never changed.
    private static let offer = RowPart(
        PortPart.allCases.count,
        [
            "circuit_id", "partner_account", "tenant_account", "region", "access_point", "name", "resource_group", "payer", "offered_at",
            "origin_vbr",
        ])

    /// Where the columns of ``PortProgress`` begin.
    private static let progressColumn = Int32(1 + offer.columns.count)

    static let layout = RowLayout([("port", [offer, PortPart.terms.part]), ("port_state", PortPart.state)])

    static func bindKey(_ key: PortID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bind(_ parts: RowParts, to statement: any StoreStatement, from first: Int32) {
        let port = port
        var next = first
        if parts.contains(Self.offer.set) { next = Self.bindOffer(of: port, to: statement, from: next) }
        _ = port.bind(parts, channel, newestLine, to: statement, from: next)
    }

    private static func bindOffer(of port: DemandedPort, to statement: any StoreStatement, from first: Int32) -> Int32 {
        statement.bind(first, port.circuit)
        statement.bind(first + 1, port.partner)
        statement.bind(first + 2, port.tenant)
        statement.bindText(first + 3, port.region)
        statement.bindText(first + 4, port.accessPoint)
        statement.bindText(first + 5, port.name)
        statement.bindText(first + 6, port.resourceGroup)
        statement.bind(first + 7, Int64(port.payer.rawValue))
        statement.bind(first + 8, port.offeredAt)
        statement.bind(first + 9, port.isFromTransformation ? port.origin : nil)
        return first + 10
    }

    func changedParts(since original: PortRow) -> RowParts {
        var parts: RowParts = []
        if channel != original.channel || newestLine != original.newestLine { parts.insert(PortPart.places.set) }
        return _port.isSame(as: original._port) ? parts : parts.union(port.changedParts(since: original.port))
    }

    init(_ port: DemandedPort) { self.port = port }

    init(row: any StoreRow) throws(StoreError) {
        let id = try row.identifier(0, as: PortKind.self)
        let progress = try PortProgress(row: row, from: Self.progressColumn, port: id)
        port = DemandedPort(
            id: id, circuit: try row.identifier(1), partner: row.account(2), tenant: row.account(3), region: try row.text(4),
            accessPoint: try row.text(5), name: try row.text(6), resourceGroup: try row.text(7), vlan: progress.vlan,
            bandwidth: progress.bandwidth, payer: try row.code(8), axes: progress.axes, subscription: progress.subscription,
            vbr: progress.vbr, change: progress.change, terminatedBy: progress.terminatedBy, ending: progress.ending,
            origin: try row.optionalIdentifier(10) ?? .none, offeredAt: row.instant(9), acceptedAt: progress.acceptedAt,
            activatedAt: progress.activatedAt, waitingSince: progress.waitingSince, tags: progress.tags)
        channel = progress.channel
        newestLine = progress.newestLine
    }
}

extension DemandedPort: RecordedPort {}
