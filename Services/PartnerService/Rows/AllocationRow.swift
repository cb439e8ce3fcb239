import HostedConnection
import Store

/// What a connection holds of its circuit.
struct AllocationRow: StoredRow {
    struct Key: Hashable, Comparable {
        var circuit: CircuitID
        var vlan: VLANID

        static func < (a: Self, b: Self) -> Bool { a.circuit == b.circuit ? a.vlan < b.vlan : a.circuit < b.circuit }
    }

    var key: Key
    var connection: ConnectionID
    var bandwidth: Bandwidth

    static let selectSQL = "SELECT circuit_id, vlan, connection_id, bandwidth_mbps FROM allocation WHERE circuit_id = ?1 AND vlan = ?2"
    static let insertSQL = "INSERT INTO allocation (circuit_id, vlan, connection_id, bandwidth_mbps) VALUES (?1, ?2, ?3, ?4)"
    static let updateSQL = "UPDATE allocation SET connection_id = ?3, bandwidth_mbps = ?4 WHERE circuit_id = ?1 AND vlan = ?2"
    static let deleteSQL = "DELETE FROM allocation WHERE circuit_id = ?1 AND vlan = ?2"

    static func bindKey(_ key: Key, to statement: any StoreStatement) {
        statement.bind(1, key.circuit)
        statement.bind(2, Int64(key.vlan.number))
    }

    func bindInsert(to statement: any StoreStatement) {
        Self.bindKey(key, to: statement)
        statement.bind(3, connection)
        statement.bind(4, Int64(bandwidth.megabitsPerSecond))
    }

    func bindUpdate(to statement: any StoreStatement) { bindInsert(to: statement) }

    init(_ circuit: CircuitID, _ vlan: VLANID, connection: ConnectionID, bandwidth: Bandwidth) {
        key = Key(circuit: circuit, vlan: vlan)
        self.connection = connection
        self.bandwidth = bandwidth
    }

    init(row: any StoreRow) throws(StoreError) {
        key = Key(circuit: try row.identifier(0), vlan: VLANID(stored: row.int64(1)))
        connection = ConnectionID(bits: try row.id(2))
        bandwidth = Bandwidth(stored: row.int64(3))
    }
}
