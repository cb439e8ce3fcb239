public import HostedConnection
import PartnerDomain
import PortRecords
public import Schema
public import Store

/// Which pushed VBRs are listed; what is nil is not asked for.
public struct PushedVBRFilter: Sendable {
    public var circuit: CircuitID?
    public var tenant: AccountID?
    public var state: RouterState?

    public init(circuit: CircuitID? = nil, tenant: AccountID? = nil, state: RouterState? = nil) {
        self.circuit = circuit
        self.tenant = tenant
        self.state = state
    }
}

// The VBRs that partners have pushed.
extension PartnerQueries {
    private static let selectPushed = """
        SELECT \(PushedVBRRow.columns), circuit.region, circuit.access_point \
        FROM pushed_vbr JOIN circuit ON circuit.id = pushed_vbr.circuit_id
        """

    public func pushedVBRs(_ filter: PushedVBRFilter, of caller: Caller, _ page: PageRequest) throws(StoreError) -> PushedVBRList {
        let partner: AccountID? = if case .account(let account) = caller { account } else { nil }
        let statement = try reader.prepare(
            """
            \(Self.selectPushed) WHERE pushed_vbr.id > ?1 \
            \(partner == nil ? "" : "AND pushed_vbr.partner_account = ?3 ")\
            \(filter.circuit == nil ? "" : "AND pushed_vbr.circuit_id = ?4 ")\
            \(filter.tenant == nil ? "" : "AND pushed_vbr.tenant_account = ?5 ")\
            \(filter.state == nil ? "" : "AND pushed_vbr.state = ?6 ")\
            ORDER BY pushed_vbr.id LIMIT ?2
            """)
        statement.bind(1, page.after)
        statement.bind(2, page.limit)
        if let partner { statement.bind(3, partner) }
        if let circuit = filter.circuit { statement.bind(4, circuit) }
        if let tenant = filter.tenant { statement.bind(5, tenant) }
        if let state = filter.state { statement.bind(6, Int64(state.rawValue)) }
        var views: [PushedVBRView] = []
        try statement.query { row throws(StoreError) in views.append(try Self.view(row)) }
        let next = page.close(&views) { $0.vbrID.bits }
        return PushedVBRList(items: views, nextPageToken: next)
    }

    /// nil if there is none that the caller may see.
    public func pushedVBR(_ id: VBRID, of caller: Caller) throws(StoreError) -> PushedVBRView? {
        let statement = try reader.prepare("\(Self.selectPushed) WHERE pushed_vbr.id = ?1")
        statement.bind(1, id)
        guard let view = try statement.first({ row throws(StoreError) in try Self.view(row) }), caller.mayActFor(view.partnerAccountID)
        else { return nil }
        return view
    }

    /// What happened on the VBR's connection, ports made of it among it; nil if there is none that the caller may see.
    public func pushedHistory(of id: VBRID, for caller: Caller) throws(StoreError) -> History? {
        guard try pushedVBR(id, of: caller) != nil else { return nil }
        return try histories.lines(of: ConnectionID(id))
    }

    private static func view(_ row: any StoreRow) throws(StoreError) -> PushedVBRView {
        let columns = PushedVBRRow.columnCount
        return PushedVBRView(
            try PushedVBRRow(row: row).vbr, region: try row.text(columns), accessPoint: try row.text(columns + 1))
    }
}
