import HostedConnection
import PartnerDomain
import Store

/// The circuits of a batch, found by id or by the carrier's own name.
final class CircuitTable {
    private struct Name: Hashable {
        var partner: AccountID
        var name: String
    }

    private let rows: RowCache<CircuitRow>
    private let byName: any StoreStatement
    /// Circuits registered since the last flush, which a query does not find.
    private var unwritten: [Name: CircuitID] = [:]
    /// Rows kept in memory from batch to batch.
    private static var rowsKept: Int { 10_000 }

    init(_ connection: any StoreConnection) throws(StoreError) {
        rows = try RowCache(connection)
        byName = try connection.prepare("SELECT id FROM circuit WHERE partner_account = ?1 AND name = ?2")
    }

    func circuit(_ id: CircuitID) throws(StoreError) -> Circuit? { try rows.row(id)?.circuit }

    func circuit(named name: String, of partner: AccountID) throws(StoreError) -> Circuit? {
        if let id = unwritten[Name(partner: partner, name: name)] { return try circuit(id) }
        byName.bind(1, partner)
        byName.bindText(2, name)
        guard let id = try byName.first({ row throws(StoreError) in try row.identifier(0, as: CircuitKind.self) }) else { return nil }
        return try circuit(id)
    }

    func insert(_ circuit: Circuit) throws(StoreError) {
        try rows.insert(CircuitRow(circuit))
        unwritten[Name(partner: circuit.partner, name: circuit.name)] = circuit.id
    }

    func replace(_ circuit: Circuit) throws(StoreError) { try rows.replace(CircuitRow(circuit)) }

    func flush() throws(StoreError) {
        try rows.flush()
        unwritten.removeAll(keepingCapacity: true)
    }

    func committed() {
        if rows.count > Self.rowsKept { rows.clear() }
    }

    func discard() {
        rows.clear()
        unwritten.removeAll(keepingCapacity: true)
    }
}
