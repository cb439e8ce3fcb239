import HostedConnection
import Messaging
public import PortRecords
import Store
public import TenantDomain

/// A port of the tenant's side as it stands in the database.
struct PortRow: StoredRow, PaidRow {
    @Boxed var port: DemandedPort
    var channel = ChannelState()
    /// The newest line of its history; 0 before the first.
    var newestLine: Int64 = 0

    var key: PortID { port.id }

    /// Set when the offer arrives, never changed.
    private static let fixed = """
        id, circuit_id, partner_account, tenant_account, region, access_point, name, resource_group, payer, offered_at, \
        origin_vbr
        """
    private static let fixedCount: Int32 = 11

    /// The columns, of the table under the name `port`.
    static let columns = (fixed.split(separator: ", ").map(String.init) + PortProgress.columns)
        .map { "port.\($0)" }.joined(separator: ", ")
    private static let columnCount = fixedCount + Int32(PortProgress.columns.count)

    static let selectSQL = "SELECT \(columns) FROM port WHERE id = ?1"
    static let insertSQL = """
        INSERT INTO port (\(fixed), \(PortProgress.columns.joined(separator: ", "))) \
        VALUES (\((1...columnCount).map { "?\($0)" }.joined(separator: ", ")))
        """
    static let updateSQL: String = updateSQL(of: .all)
    static let isWrittenInParts = true

    static func updateSQL(of parts: RowParts) -> String {
        "UPDATE port SET \(parts.assignments(PortPart.allCases.map(\.columns))) WHERE id = ?1"
    }

    static let deleteSQL = "DELETE FROM port WHERE id = ?1"

    static func bindKey(_ key: PortID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, port.id)
        statement.bind(2, port.circuit)
        statement.bind(3, port.partner)
        statement.bind(4, port.tenant)
        statement.bindText(5, port.region)
        statement.bindText(6, port.accessPoint)
        statement.bindText(7, port.name)
        statement.bindText(8, port.resourceGroup)
        statement.bind(9, Int64(port.payer.rawValue))
        statement.bind(10, port.offeredAt)
        statement.bind(11, port.isFromTransformation ? port.origin : nil)
        _ = port.bind(.all, channel, newestLine, to: statement, from: Self.fixedCount + 1)
    }

    func bindUpdate(to statement: any StoreStatement) { bindUpdate(of: .all, to: statement) }

    func bindUpdate(of parts: RowParts, to statement: any StoreStatement) {
        statement.bind(1, port.id)
        _ = port.bind(parts, channel, newestLine, to: statement, from: 2)
    }

    func changedParts(since original: PortRow) -> RowParts {
        var parts: RowParts = []
        if channel != original.channel || newestLine != original.newestLine { parts.insert(PortPart.places.set) }
        return _port.isSame(as: original._port) ? parts : parts.union(port.changedParts(since: original.port))
    }

    init(_ port: DemandedPort) { self.port = port }

    init(row: any StoreRow) throws(StoreError) {
        let id = try row.identifier(0, as: PortKind.self)
        let progress = try PortProgress(row: row, from: Self.fixedCount, port: id)
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
