import HostedConnection
import Schema
import Store

/// A connection on the access device.
struct DeviceRow: StoredRow {
    var connection: ConnectionID
    var circuit: CircuitID
    /// What the device has.
    var state: PortState
    var changedAt: Instant
    /// What it was asked for last, and how often.
    var asked: PortState
    var attempts: UInt32

    var key: ConnectionID { connection }

    static let columns = """
        connection_id, circuit_id, version, forwarding, vlan, rate_mbps, changed_at, asked_version, asked_forwarding, asked_vlan, \
        asked_mbps, attempts
        """
    static let selectSQL = "SELECT \(columns) FROM device WHERE connection_id = ?1"
    static let insertSQL = "INSERT INTO device (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    static let updateSQL = """
        UPDATE device SET circuit_id = ?2, version = ?3, forwarding = ?4, vlan = ?5, rate_mbps = ?6, changed_at = ?7, \
        asked_version = ?8, asked_forwarding = ?9, asked_vlan = ?10, asked_mbps = ?11, attempts = ?12 WHERE connection_id = ?1
        """
    static let deleteSQL = "DELETE FROM device WHERE connection_id = ?1"

    static func bindKey(_ key: ConnectionID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, connection)
        statement.bind(2, circuit)
        Self.bind(state, to: statement, from: 3)
        statement.bind(7, changedAt)
        Self.bind(asked, to: statement, from: 8)
        statement.bind(12, Int64(attempts))
    }

    func bindUpdate(to statement: any StoreStatement) { bindInsert(to: statement) }

    private static func bind(_ state: PortState, to statement: any StoreStatement, from first: Int32) {
        statement.bind(first, Int64(bitPattern: state.version))
        statement.bind(first + 1, Int64(state.traffic.rawValue))
        statement.bind(first + 2, Int64(state.vlan.number))
        statement.bind(first + 3, Int64(state.rate.megabitsPerSecond))
    }

    /// A connection that the device does not have yet.
    init(_ connection: ConnectionID, on circuit: CircuitID, asked: PortState, now: Instant) {
        self.connection = connection
        self.circuit = circuit
        self.asked = asked
        state = asked
        state.version = 0
        state.traffic = .removed
        changedAt = now
        attempts = 0
    }

    init(row: any StoreRow) throws(StoreError) {
        connection = ConnectionID(bits: try row.id(0))
        circuit = try row.identifier(1)
        state = try PortState(row: row, from: 2)
        changedAt = row.instant(6)
        asked = try PortState(row: row, from: 7)
        attempts = UInt32(truncatingIfNeeded: row.int64(11))
    }

    var view: DeviceView {
        DeviceView(
            portID: connection.port, circuitID: circuit, version: state.version,
            vlanID: state.traffic == .removed ? nil : UInt32(state.vlan.number),
            rateMbps: state.traffic == .removed ? 0 : state.rate.megabitsPerSecond, forwarding: state.traffic.name,
            changedAt: Timestamp(changedAt), askedVersion: asked.version, attempts: attempts,
            connectionID: connection)
    }
}

extension PortState {
    init(row: any StoreRow, from first: Int32) throws(StoreError) {
        guard let traffic = UInt8(exactly: row.int64(first + 1)).flatMap(Traffic.init(rawValue:)) else {
            throw .corrupt("a device's connection has forwarding \(row.int64(first + 1))")
        }
        self.init(
            version: UInt64(bitPattern: row.int64(first)), traffic: traffic, vlan: VLANID(stored: row.int64(first + 2)),
            rate: Bandwidth(stored: row.int64(first + 3)))
    }
}
