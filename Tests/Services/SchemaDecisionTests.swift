import HostedConnection
import PartnerDomain
import ServiceKit
import ServiceTesting
import Store
import Testing

/// Random changes of what circuits hold, written without asking the rules, beside the same changes by the rules.
@Suite("The schema alone decides about circuits as the rules do")
struct SchemaDecisionTests {
    private static let decisions = 10_000

    @Test("R-044, R-046, R-048, R-049, R-052, R-053: it refuses what the rules refuse, and nothing else")
    func decisions() throws {
        let seed = SystemRandom().next()
        print("seed \(seed)")
        let drive = try SchemaDrive(seed: seed)
        while drive.taken + drive.refused.values.reduce(0, +) < Self.decisions { try drive.step() }
        try drive.compareSums()
        #expect(Array(drive.disagreements.prefix(5)) == [])
        let refused = drive.refused.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
        print("taken \(drive.taken); refused: \(refused)")
        #expect(drive.taken >= 1_000)
        for rule in SchemaRule.allCases { #expect(drive.refused[rule, default: 0] >= 100, "\(rule)") }
    }
}

/// A rule that stands in the schema too.
private enum SchemaRule: String, CaseIterable {
    case vlanDomain
    case vlanOnce
    case routedAlone
    case capacity

    init?(_ violation: ConstraintViolation) {
        switch (violation.kind, violation.name) {
        case (.check, "allocation_vlan"): self = .vlanDomain
        case (.primaryKey, _) where violation.table == "allocation": self = .vlanOnce
        case (.check, "circuit_routed_alone"): self = .routedAlone
        case (.check, "circuit_capacity"): self = .capacity
        default: return nil
        }
    }

    init?(_ refusal: Refusal) {
        switch refusal.code {
        case .vlanInUse: self = .vlanOnce
        case .vlanZeroNotAlone: self = .routedAlone
        case .insufficientBandwidth: self = .capacity
        default: return nil
        }
    }
}

/// One connection: what it holds of its circuit.
private struct Held {
    var id: ConnectionID
    var vlan: VLANID
    var bandwidth: Bandwidth
    /// The VLAN that it holds besides while it changes.
    var second: VLANID?
}

private final class SchemaDrive {
    private let network: Network
    private let connection: any StoreConnection
    private var random: SeededRandom
    private var circuits: [Circuit] = []
    private var held: [[Held]] = []
    private var lastConnection: UInt64 = 0

    private(set) var taken = 0
    private(set) var refused: [SchemaRule: Int] = [:]
    private(set) var disagreements: [String] = []

    private let rates: [UInt32] = [50, 100, 200, 300, 400, 500, 1_000]

    /// Some circuits are full with one connection, some are never.
    init(seed: UInt64) throws {
        network = try Network()
        connection = network.partner.connection
        random = SeededRandom(seed: seed)
        for (number, capacity) in [400, 1_000, 1_000, 2_000, 3_000, 5_000, 50_000, 100_000].enumerated() {
            let id = try network.circuit("circuit \(number)", capacity: UInt32(capacity))
            circuits.append(
                Circuit(
                    id: id, partner: Network.carrier, name: "circuit \(number)", region: "r", accessPoint: "ap",
                    capacity: Bandwidth(megabitsPerSecond: UInt32(capacity)), isDeployed: true, registeredAt: network.clock.now()))
            held.append([])
        }
    }

    func step() throws {
        let place = Int.random(in: circuits.indices, using: &random)
        let count = held[place].count
        let one = count == 0 ? nil : Int.random(in: 0..<count, using: &random)
        switch (Int.random(in: 0..<100, using: &random), one) {
        case (60..<75, let one?): try release(one, of: place)
        case (75..<85, let one?) where held[place][one].second != nil: try settleVLAN(of: one, on: place)
        case (75..<85, let one?): try reserveVLAN(for: one, on: place)
        case (85..<95, let one?): try changeBandwidth(of: one, on: place)
        case (95..., _): try changeCapacity(of: place)
        default: try add(to: place)
        }
        try compareCircuit(place)
    }

    // MARK: Changes

    private func add(to place: Int) throws {
        lastConnection += 1
        let id = ConnectionID(bits: ID128(milliseconds: lastConnection, kind: PortKind.code, sequence: 0, random: 7))
        let number = anyVLAN()
        let bandwidth = Bandwidth(megabitsPerSecond: rates[Int.random(in: rates.indices, using: &random)])
        var after = circuits[place]
        var broken: Set<SchemaRule> = []
        if let vlan = VLANID(number) {
            let holder = holder(of: vlan, on: place)
            // The schema may name the one or the other where both its VLAN and its bandwidth have no place.
            broken = ruleBroken(on: place) { circuit throws(Refusal) in
                try circuit.allocate(vlan: vlan, bandwidth: Bandwidth(megabitsPerSecond: 0), holder: holder)
            }
            broken.formUnion(
                ruleBroken(on: place) { circuit throws(Refusal) in try circuit.widen(by: bandwidth.megabitsPerSecond) })
            let asWhole = ruleBroken(on: place) { circuit throws(Refusal) in
                try circuit.allocate(vlan: vlan, bandwidth: bandwidth, holder: holder)
            }
            if asWhole.isEmpty != broken.isEmpty { disagreements.append("\(asWhole) of \(broken)") }
            if broken.isEmpty { try after.allocate(vlan: vlan, bandwidth: bandwidth, holder: holder) }
        } else {
            broken = [.vlanDomain]
        }
        let isTaken = try compare(broken, "add VLAN \(number), \(bandwidth)") { () throws(StoreError) in
            try insert(circuits[place].id, number, id, bandwidth)
            try update(
                """
                UPDATE circuit SET allocated_mbps = allocated_mbps + ?2, connections = connections + 1, is_routed = CASE ?3 WHEN 1 THEN 1 ELSE is_routed END \
                WHERE id = ?1
                """, circuits[place].id, [Int64(bandwidth.megabitsPerSecond), number == 0 ? 1 : 0])
        }
        guard isTaken, let vlan = VLANID(number) else { return }
        circuits[place] = after
        held[place].append(Held(id: id, vlan: vlan, bandwidth: bandwidth))
    }

    private func release(_ one: Int, of place: Int) throws {
        let gone = held[place][one]
        guard gone.second == nil else { return }
        let isTaken = try compare([], "release VLAN \(gone.vlan)") { () throws(StoreError) in
            try delete(circuits[place].id, gone.vlan)
            try update(
                """
                UPDATE circuit SET allocated_mbps = allocated_mbps - ?2, connections = connections - 1, is_routed = 0 WHERE id = ?1
                """, circuits[place].id, [Int64(gone.bandwidth.megabitsPerSecond)])
        }
        guard isTaken else { return }
        circuits[place].release(bandwidth: gone.bandwidth, keeping: nil)
        held[place].remove(at: one)
    }

    private func reserveVLAN(for one: Int, on place: Int) throws {
        let number = anyVLAN()
        let own = held[place][one]
        var after = circuits[place]
        var broken: Set<SchemaRule> = [.vlanDomain]
        if let vlan = VLANID(number) {
            let holder = holder(of: vlan, on: place)
            broken = ruleBroken(on: place) { circuit throws(Refusal) in
                try circuit.reserve(vlan: vlan, besides: own.vlan, holder: holder)
            }
            if broken.isEmpty { try after.reserve(vlan: vlan, besides: own.vlan, holder: holder) }
        }
        let isTaken = try compare(broken, "reserve VLAN \(number) besides \(own.vlan)") { () throws(StoreError) in
            try insert(circuits[place].id, number, own.id, Bandwidth(megabitsPerSecond: 0))
            try update(
                "UPDATE circuit SET is_routed = CASE ?2 WHEN 1 THEN 1 ELSE is_routed END WHERE id = ?1", circuits[place].id,
                [number == 0 ? 1 : 0])
        }
        guard isTaken else { return }
        circuits[place] = after
        held[place][one].second = VLANID(number)
    }

    /// Ends a change of VLAN, by the new one or by the old one.
    private func settleVLAN(of one: Int, on place: Int) throws {
        var own = held[place][one]
        guard let second = own.second else { return }
        let isUndone = Bool.random(using: &random)
        let (kept, given) = isUndone ? (own.vlan, second) : (second, own.vlan)
        let isTaken = try compare([], "settle on VLAN \(kept)") { () throws(StoreError) in
            try delete(circuits[place].id, given)
            try update(
                "UPDATE allocation SET bandwidth_mbps = ?2 WHERE circuit_id = ?1 AND vlan = ?3", circuits[place].id,
                [Int64(own.bandwidth.megabitsPerSecond), Int64(kept.number)])
            try update("UPDATE circuit SET is_routed = ?2 WHERE id = ?1", circuits[place].id, [kept.isRouted ? 1 : 0])
        }
        guard isTaken else { return }
        circuits[place].settle(vlan: kept)
        (own.vlan, own.second) = (kept, nil)
        held[place][one] = own
    }

    private func changeBandwidth(of one: Int, on place: Int) throws {
        let own = held[place][one]
        let wanted = rates[Int.random(in: rates.indices, using: &random)]
        let before = own.bandwidth.megabitsPerSecond
        var after = circuits[place]
        var broken: Set<SchemaRule> = []
        if wanted > before {
            broken = ruleBroken(on: place) { circuit throws(Refusal) in try circuit.widen(by: wanted - before) }
            if broken.isEmpty { try after.widen(by: wanted - before) }
        } else {
            after.narrow(by: before - wanted)
        }
        let isTaken = try compare(broken, "change \(before) to \(wanted) Mbit/s") { () throws(StoreError) in
            try update(
                "UPDATE allocation SET bandwidth_mbps = ?2 WHERE circuit_id = ?1 AND vlan = ?3", circuits[place].id,
                [Int64(wanted), Int64(own.vlan.number)])
            try update(
                "UPDATE circuit SET allocated_mbps = allocated_mbps + ?2 WHERE id = ?1", circuits[place].id,
                [Int64(wanted) - Int64(before)])
        }
        guard isTaken else { return }
        circuits[place] = after
        held[place][one].bandwidth = Bandwidth(megabitsPerSecond: wanted)
    }

    private func changeCapacity(of place: Int) throws {
        let capacity = max(100, circuits[place].capacity.megabitsPerSecond / 4 * UInt32.random(in: 3...5, using: &random))
        let change = CircuitChange(capacityMbps: min(capacity, 100_000))
        let broken = ruleBroken(on: place) { circuit throws(Refusal) in
            circuit = try CircuitRules.change(circuit, change, namesake: nil, limits: .none)
        }
        let isTaken = try compare(broken, "change the capacity to \(capacity)") { () throws(StoreError) in
            try update(
                "UPDATE circuit SET capacity_mbps = ?2 WHERE id = ?1", circuits[place].id, [Int64(change.capacityMbps ?? 0)])
        }
        if isTaken { circuits[place].capacity = Bandwidth(megabitsPerSecond: change.capacityMbps ?? 0) }
    }

    // MARK: The rules

    /// The rule that a change of a circuit breaks; none if it may be made.
    private func ruleBroken(on place: Int, by change: (inout Circuit) throws(Refusal) -> Void) -> Set<SchemaRule> {
        var circuit = circuits[place]
        do throws(Refusal) {
            try change(&circuit)
            return []
        } catch {
            guard let rule = SchemaRule(error) else {
                Issue.record("\(error)")
                return []
            }
            return [rule]
        }
    }

    private func holder(of vlan: VLANID, on place: Int) -> ConnectionID? {
        held[place].first { $0.vlan == vlan || $0.second == vlan }?.id
    }

    /// Mostly one of a few, so that they meet.
    private func anyVLAN() -> UInt32 {
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: 0
        case 2: UInt32.random(in: 2_990...3_010, using: &random)
        default: UInt32.random(in: 1...20, using: &random)
        }
    }

    // MARK: The schema

    /// Writes a change past the rules, in a transaction of its own, and compares what the schema says with the rules.
    /// - Returns: whether it was taken.
    private func compare(_ broken: Set<SchemaRule>, _ what: String, _ write: () throws(StoreError) -> Void) throws -> Bool {
        do throws(StoreError) {
            try connection.transaction(write)
        } catch {
            guard case .constraint(let violation) = error, let rule = SchemaRule(violation) else { throw error }
            refused[rule, default: 0] += 1
            if !broken.contains(rule) { disagreements.append("\(what): the schema says \(rule), the rules \(broken)") }
            return false
        }
        taken += 1
        if !broken.isEmpty { disagreements.append("\(what): the schema took what breaks \(broken)") }
        return broken.isEmpty
    }

    private func insert(_ circuit: CircuitID, _ vlan: UInt32, _ id: ConnectionID, _ bandwidth: Bandwidth) throws(StoreError) {
        let statement = try connection.prepare(
            "INSERT INTO allocation (circuit_id, vlan, connection_id, bandwidth_mbps) VALUES (?1, ?2, ?3, ?4)")
        statement.bind(1, circuit)
        statement.bind(2, Int64(vlan))
        statement.bind(3, id)
        statement.bind(4, Int64(bandwidth.megabitsPerSecond))
        try statement.run()
    }

    private func delete(_ circuit: CircuitID, _ vlan: VLANID) throws(StoreError) {
        try update("DELETE FROM allocation WHERE circuit_id = ?1 AND vlan = ?2", circuit, [Int64(vlan.number)])
    }

    private func update(_ sql: String, _ circuit: CircuitID, _ values: [Int64]) throws(StoreError) {
        let statement = try connection.prepare(sql)
        statement.bind(1, circuit)
        for (place, value) in values.enumerated() { statement.bind(Int32(place + 2), value) }
        let changed = try statement.run()
        guard changed == 1 else { throw .unexpectedRowCount(sql: sql, expected: 1, changed: changed) }
    }

    private func compareCircuit(_ place: Int) throws {
        let query = try connection.prepare(
            "SELECT capacity_mbps, allocated_mbps, connections, is_routed FROM circuit WHERE id = ?1")
        query.bind(1, circuits[place].id)
        let circuit = circuits[place]
        let isSame = try query.first { row throws(StoreError) in
            row.int64(0) == Int64(circuit.capacity.megabitsPerSecond) && row.int64(1) == Int64(circuit.allocated)
                && row.int64(2) == Int64(circuit.connections) && row.bool(3) == circuit.isRouted
        }
        if isSame != true { disagreements.append("the row of \(circuit) differs") }
    }

    /// Each circuit's sums are those of its rows.
    func compareSums() throws {
        let query = try connection.prepare(
            """
            SELECT sum(bandwidth_mbps), count(DISTINCT connection_id), count(DISTINCT vlan), count(*) FROM allocation \
            WHERE circuit_id = ?1
            """)
        for (circuit, held) in zip(circuits, held) {
            query.bind(1, circuit.id)
            let vlans = Int64(held.reduce(0) { $0 + ($1.second == nil ? 1 : 2) })
            let isSame = try query.first { row throws(StoreError) in
                row.int64(0) == Int64(circuit.allocated) && row.int64(1) == Int64(circuit.connections) && row.int64(2) == vlans
                    && row.int64(3) == vlans
            }
            if isSame != true { disagreements.append("the allocations of \(circuit) differ") }
        }
    }
}
