public import Accounts
public import HostedConnection
import Messaging
import PartnerDomain
public import PortRecords
public import Schema
public import Store

/// What partner-service shows, read on a reader's connection. Each answer hides what is not the caller's (A-05).
public struct PartnerQueries {
    let reader: any StoreConnection
    private let listing: PortListing<Shown>
    let histories: PortHistoryQuery
    public let accounts: AccountQueries

    /// A port and what its circuit adds to the view.
    private struct Shown {
        var port: SuppliedPort
        var region: String
        var accessPoint: String
        var view: PortView { PortView(port, region: region, accessPoint: accessPoint) }
    }

    /// - Parameter reader: a reader of a database with ``PartnerMigrations`` applied.
    public init(_ reader: any StoreConnection) throws(StoreError) {
        self.reader = reader
        accounts = AccountQueries(reader)
        histories = try PortHistoryQuery(reader)
        let columns = PortRow.layout.columnCount
        listing = PortListing(
            reader,
            select: """
                SELECT \(PortRow.layout.columns), circuit.region, circuit.access_point \
                FROM \(PortPart.source) JOIN circuit ON circuit.id = port.circuit_id
                """,
            owner: "port_state.partner_account", partner: "port_state.partner_account", region: "circuit.region",
            read: { row throws(StoreError) in
                Shown(port: try PortRow(row: row).port, region: try row.text(columns), accessPoint: try row.text(columns + 1))
            },
            id: { $0.port.id })
    }

    public func ports(_ filter: PortFilter, of caller: Caller, _ page: PageRequest) throws(StoreError) -> PortList {
        let (shown, next) = try listing.page(filter, of: caller, page)
        return PortList(items: shown.map(\.view), nextPageToken: next)
    }

    /// nil if there is none that the caller may see.
    public func port(_ id: PortID, of caller: Caller) throws(StoreError) -> PortView? {
        try listing.port(id, of: caller)?.view
    }

    /// A port's history; nil if there is no such port that the caller may see.
    public func history(of id: PortID, for caller: Caller) throws(StoreError) -> History? {
        guard let port = try listing.port(id, of: caller)?.port else { return nil }
        return try histories.lines(of: port.connection)
    }

    public func circuits(of caller: Caller, _ page: PageRequest) throws(StoreError) -> CircuitList {
        let owner = if case .account(let account) = caller { account as AccountID? } else { nil as AccountID? }
        let statement = try reader.prepare(
            "SELECT \(Circuit.columns) FROM circuit WHERE id > ?1 \(owner == nil ? "" : "AND partner_account = ?3 ")ORDER BY id LIMIT ?2")
        statement.bind(1, page.after)
        statement.bind(2, page.limit)
        if let owner { statement.bind(3, owner) }
        var views: [CircuitView] = []
        try statement.query { row throws(StoreError) in views.append(CircuitView(try CircuitRow(row: row).circuit)) }
        let next = page.close(&views) { $0.circuitID.bits }
        return CircuitList(items: views, nextPageToken: next)
    }

    /// nil if there is none that the caller may see.
    public func circuit(_ id: CircuitID, of caller: Caller) throws(StoreError) -> CircuitView? {
        let statement = try reader.prepare(CircuitRow.selectSQL)
        statement.bind(1, id)
        guard let circuit = try statement.first({ row throws(StoreError) in try CircuitRow(row: row).circuit }),
            caller.mayActFor(circuit.partner)
        else { return nil }
        return CircuitView(circuit)
    }
}
