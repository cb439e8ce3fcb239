import HostedConnection
import Schema
import Store

/// A line of the device's log: a state that it took, or refused.
struct DeviceChangeRow: InsertedRow {
    let id: MessageID
    let at: Instant
    let connection: ConnectionID
    let circuit: CircuitID
    let state: PortState
    /// Why it was refused; nil if it was taken.
    let refusal: String?

    static let columns = "id, at, connection_id, circuit_id, version, forwarding, vlan, rate_mbps, is_applied, reason"
    static let insertSQL = "INSERT INTO device_change (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"

    static func precedes(_ a: Self, _ b: Self) -> Bool { a.id < b.id }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, id)
        statement.bind(2, at)
        statement.bind(3, connection)
        statement.bind(4, circuit)
        statement.bind(5, Int64(bitPattern: state.version))
        statement.bind(6, Int64(state.traffic.rawValue))
        statement.bind(7, Int64(state.vlan.number))
        statement.bind(8, Int64(state.rate.megabitsPerSecond))
        statement.bind(9, refusal == nil)
        statement.bindText(10, refusal ?? "")
    }
}

extension DeviceChange {
    /// Reads ``DeviceChangeRow/columns``.
    init(row: any StoreRow) throws(StoreError) {
        let state = try PortState(row: row, from: 4)
        let connection = ConnectionID(bits: try row.id(2))
        self.init(
            changeID: try row.identifier(0), at: Timestamp(row.instant(1)), portID: connection.port, circuitID: try row.identifier(3),
            version: state.version, vlanID: UInt32(state.vlan.number), rateMbps: state.rate.megabitsPerSecond,
            forwarding: state.traffic.name, outcome: row.bool(8) ? "applied" : "failed", reason: try row.text(9),
            connectionID: connection)
    }
}

extension ConnectionID {
    /// The port that the connection began with; unset for one that began with a pushed VBR.
    var port: PortID { pushedVBR == nil ? PortID(bits: bits) : .none }
}
