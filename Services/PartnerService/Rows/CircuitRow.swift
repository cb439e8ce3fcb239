import HostedConnection
import PartnerDomain
import Store

extension Circuit {
    static let columns = """
        id, partner_account, name, region, access_point, capacity_mbps, is_deployed, allocated_mbps, connections, is_routed, \
        registered_at, unlimited
        """
}

/// A circuit as it stands in the database.
struct CircuitRow: StoredRow {
    var circuit: Circuit

    var key: CircuitID { circuit.id }

    static let selectSQL = "SELECT \(Circuit.columns) FROM circuit WHERE id = ?1"
    static let insertSQL = "INSERT INTO circuit (\(Circuit.columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    static let updateSQL = """
        UPDATE circuit SET name = ?2, capacity_mbps = ?3, is_deployed = ?4, allocated_mbps = ?5, connections = ?6, is_routed = ?7, \
        unlimited = ?8 \
        WHERE id = ?1
        """
    static let deleteSQL = "DELETE FROM circuit WHERE id = ?1"

    static func bindKey(_ key: CircuitID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, circuit.id)
        statement.bind(2, circuit.partner)
        statement.bindText(3, circuit.name)
        statement.bindText(4, circuit.region)
        statement.bindText(5, circuit.accessPoint)
        statement.bind(6, Int64(circuit.capacity.megabitsPerSecond))
        statement.bind(7, circuit.isDeployed)
        statement.bind(8, Int64(circuit.allocated))
        statement.bind(9, Int64(circuit.connections))
        statement.bind(10, circuit.isRouted)
        statement.bind(11, circuit.registeredAt)
        statement.bind(12, Int64(circuit.unlimited))
    }

    func bindUpdate(to statement: any StoreStatement) {
        statement.bind(1, circuit.id)
        statement.bindText(2, circuit.name)
        statement.bind(3, Int64(circuit.capacity.megabitsPerSecond))
        statement.bind(4, circuit.isDeployed)
        statement.bind(5, Int64(circuit.allocated))
        statement.bind(6, Int64(circuit.connections))
        statement.bind(7, circuit.isRouted)
        statement.bind(8, Int64(circuit.unlimited))
    }

    init(_ circuit: Circuit) { self.circuit = circuit }

    init(row: any StoreRow) throws(StoreError) {
        circuit = Circuit(
            id: try row.identifier(0), partner: row.account(1), name: try row.text(2), region: try row.text(3),
            accessPoint: try row.text(4), capacity: Bandwidth(stored: row.int64(5)), isDeployed: row.bool(6),
            allocated: UInt32(truncatingIfNeeded: row.int64(7)), connections: UInt32(truncatingIfNeeded: row.int64(8)),
            isRouted: row.bool(9), unlimited: UInt32(truncatingIfNeeded: row.int64(11)), registeredAt: row.instant(10))
    }
}
