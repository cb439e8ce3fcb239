public import Accounts
public import HostedConnection
import Messaging
public import PortRecords
public import Schema
public import Store
import TenantDomain

/// What tenant-service shows, read on a reader's connection. Each answer hides what is not the caller's (A-05).
public struct TenantQueries {
    private let reader: any StoreConnection
    private let listing: PortListing<DemandedPort>
    private let histories: PortHistoryQuery
    public let accounts: AccountQueries

    /// - Parameter reader: a reader of a database with ``TenantMigrations`` applied.
    public init(_ reader: any StoreConnection) throws(StoreError) {
        self.reader = reader
        accounts = AccountQueries(reader)
        histories = try PortHistoryQuery(reader)
        listing = PortListing(
            reader, select: "SELECT \(PortRow.layout.columns) FROM \(PortPart.source)", owner: "port.tenant_account",
            partner: "port.partner_account", region: "port.region",
            read: { row throws(StoreError) in try PortRow(row: row).port }, id: { $0.id })
    }

    public func ports(_ filter: PortFilter, of caller: Caller, _ page: PageRequest) throws(StoreError) -> PortList {
        let (ports, next) = try listing.page(filter, of: caller, page)
        return PortList(items: ports.map { PortView($0) }, nextPageToken: next)
    }

    /// nil if there is none that the caller may see.
    public func port(_ id: PortID, of caller: Caller) throws(StoreError) -> PortView? {
        try listing.port(id, of: caller).map { PortView($0) }
    }

    /// A port's history; nil if there is no such port that the caller may see.
    public func history(of id: PortID, for caller: Caller) throws(StoreError) -> History? {
        guard let port = try listing.port(id, of: caller) else { return nil }
        return try histories.lines(of: port.connection)
    }

    private static let selectVBR = """
        SELECT \(VBRRow.qualifiedColumns), \(PushedConnectionRow.columns) FROM vbr LEFT JOIN pushed_vbr ON pushed_vbr.id = vbr.id
        """

    private static func view(_ row: any StoreRow) throws(StoreError) -> VBRView {
        let pushed = row.isNull(VBRRow.columnCount) ? nil : try PushedConnectionRow(row: row, from: VBRRow.columnCount).pushed
        return VBRView(try VBRRow(row: row).router, pushed)
    }

    public func vbrs(of caller: Caller, _ page: PageRequest) throws(StoreError) -> VBRList {
        let owner: AccountID? = if case .account(let account) = caller { account } else { nil }
        let statement = try reader.prepare(
            "\(Self.selectVBR) WHERE vbr.id > ?1 \(owner == nil ? "" : "AND vbr.account = ?3 ")ORDER BY vbr.id LIMIT ?2")
        statement.bind(1, page.after)
        statement.bind(2, page.limit)
        if let owner { statement.bind(3, owner) }
        var views: [VBRView] = []
        try statement.query { row throws(StoreError) in views.append(try Self.view(row)) }
        let next = page.close(&views) { $0.vbrID.bits }
        return VBRList(items: views, nextPageToken: next)
    }

    /// nil if there is none that the caller may see.
    public func vbr(_ id: VBRID, of caller: Caller) throws(StoreError) -> VBRView? {
        let statement = try reader.prepare("\(Self.selectVBR) WHERE vbr.id = ?1")
        statement.bind(1, id)
        guard let view = try statement.first({ row throws(StoreError) in try Self.view(row) }), caller.mayActFor(view.accountID)
        else { return nil }
        return view
    }

    /// What happened to a VBR; nil if there is none that the caller may see.
    public func history(of id: VBRID, for caller: Caller) throws(StoreError) -> History? {
        guard let vbr = try vbr(id, of: caller) else { return nil }
        // A pushed VBR is a connection of its own.
        if vbr.pushedByAccountID.isSet { return try histories.lines(of: ConnectionID(id)) }
        return try histories.lines(about: id)?.history ?? History()
    }
}
