import HostedConnection
import PartnerDomain
import Store

/// Reads what a partner's readiness is judged by.
struct ReadinessQuery {
    private let circuits: any StoreStatement
    private let largest: any StoreStatement
    private let devices: any StoreStatement

    init(_ connection: any StoreConnection) throws(StoreError) {
        circuits = try connection.prepare(
            """
            SELECT access_point, COUNT(*) FROM circuit WHERE partner_account = ?1 AND is_deployed = 1 \
            GROUP BY access_point
            """)
        largest = try connection.prepare(
            """
            SELECT id FROM circuit WHERE partner_account = ?1 AND is_deployed = 1 AND (capacity_mbps > ?2 OR connections > ?3) \
            ORDER BY id LIMIT 1
            """)
        devices = try connection.prepare("SELECT COUNT(*) FROM access_device WHERE partner_account = ?1")
    }

    func facts(of partner: AccountID, _ limits: NetworkLimits) throws(StoreError) -> ReadinessFacts {
        var facts = ReadinessFacts()
        circuits.bind(1, partner)
        try circuits.query { row throws(StoreError) in facts.circuits[try row.text(0)] = Int(row.int64(1)) }
        largest.bind(1, partner)
        largest.bind(2, limits.largestCircuit.map { Int64($0.megabitsPerSecond) } ?? .max)
        largest.bind(3, limits.connectionsPerCircuit.map { Int64($0) } ?? .max)
        facts.aboveLimits = try largest.first { row throws(StoreError) in try row.identifier(0, as: CircuitKind.self) }
        devices.bind(1, partner)
        facts.accessDevices = Int(try devices.first { row throws(StoreError) in row.int64(0) } ?? 0)
        return facts
    }
}
