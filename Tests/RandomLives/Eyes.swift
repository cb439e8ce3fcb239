import HostedConnection
import Messaging
import PartnerService
import Schema
import ServiceTesting
import Store
import TenantService

/// Looks at what a world's services have committed, with everything prepared once.
final class Eyes {
    private let world: World
    private let supply: PartnerQueries
    private let demand: TenantQueries
    private let device: any StoreStatement
    private let ledger: any StoreStatement
    private let router: any StoreStatement
    private let routerCopy: any StoreStatement
    private let partnerWishes: any StoreStatement
    private let tenantWishes: any StoreStatement
    private let partnerLine: any StoreStatement
    private let tenantLine: any StoreStatement
    private let allocations: any StoreStatement
    private let circuits: any StoreStatement
    private let sagas: any StoreStatement
    private let course: any StoreStatement

    init(_ world: World) throws {
        self.world = world
        let (partner, tenant) = (world.partner.connection, world.tenant.connection)
        supply = try PartnerQueries(partner)
        demand = try TenantQueries(tenant)
        device = try world.network.connection.prepare(
            "SELECT forwarding, vlan, rate_mbps, version, asked_version FROM device WHERE connection_id = ?1")
        ledger = try world.billing.connection.prepare(
            """
            SELECT COUNT(*), TOTAL(outcome <> 2), TOTAL(outcome = 3), TOTAL(payer_account <> ?2)
            FROM ledger WHERE port_id = ?1 AND kind <> 3
            """)
        router = try tenant.prepare("SELECT state, vlan, bandwidth_mbps, disabled_with_port FROM vbr WHERE id = ?1")
        routerCopy = try partner.prepare("SELECT vbr_disabled_with_port FROM port_state WHERE id = ?1")
        let wishes = "SELECT id, act, standing FROM party_request WHERE port_id = ?1"
        partnerWishes = try partner.prepare(wishes)
        tenantWishes = try tenant.prepare(wishes)
        partnerLine = try partner.prepare("SELECT newest_line FROM port_state WHERE id = ?1")
        tenantLine = try tenant.prepare("SELECT newest_line FROM port_state WHERE id = ?1")
        allocations = try partner.prepare("SELECT circuit_id, vlan, connection_id, bandwidth_mbps FROM allocation")
        circuits = try partner.prepare("SELECT id, allocated_mbps, connections, is_routed FROM circuit")
        course = try partner.prepare("SELECT is_turned_back FROM saga WHERE id = ?1")
        sagas = try partner.prepare("SELECT COUNT(*) FROM saga WHERE ended_at IS NULL")
    }

    // MARK: One port

    func sight(of id: PortID, _ model: PortModel) throws -> Sight {
        var sight = Sight()
        if let view = try supply.port(id, of: World.staff) {
            sight.partner = Self.fields(view)
            if try isTurnedBack(view.sagaID) { sight.partner["isChanging"] = "back" }
            sight.partner["router"] = try routerCopy(of: id, state: view.vbrState)
            sight.device = try device(of: id, isBehind: view.deviceDesired != view.deviceApplied)
        }
        if let view = try demand.port(id, of: World.staff) {
            sight.tenant = Self.fields(view)
            sight.tenant["router"] = try router(of: view.vbrID)
        }
        sight.money = try money(of: id, model)
        sight.partnerWishes = try wishes(of: id, partnerWishes)
        sight.tenantWishes = try wishes(of: id, tenantWishes)
        return sight
    }

    private static func fields(_ view: PortView) -> [String: String] {
        var requested = view.requestedVLANID.map { "VLAN \($0)" } ?? ""
        if let mbps = view.requestedBandwidthMbps { requested = "\(mbps) Mbit/s" }
        let terminatedBy =
            switch view.terminatedBy {
            case .partner: "partner"
            case .tenant: "tenant"
            default: ""
            }
        return [
            "acceptance": view.acceptance, "service": view.service, "billing": view.billing, "association": view.association,
            "vlan": view.vlanID.map { "\($0)" } ?? "", "bandwidth": "\(view.bandwidthMbps)",
            "vbr": view.vbrID.isSet ? view.vbrID.description : "", "status": view.status, "stage": view.stage,
            "isChanging": "\(view.sagaID.isSet)", "requested": requested, "terminatedBy": terminatedBy,
        ]
    }

    private func device(of id: PortID, isBehind: Bool) throws -> [String: String] {
        device.bind(1, id)
        let row = try device.first { row throws(StoreError) in (0..<5).map { row.int64($0) } }
        guard let row else { return [:] }
        if isBehind { return ["isBehind": "true"] }
        let traffic: [Int64: PortModel.Device.Traffic] = [1: .removed, 2: .block, 3: .pass]
        var shown = ["isBehind": "\(row[3] != row[4])", "traffic": traffic[row[0]]?.rawValue ?? "\(row[0])"]
        if row[0] != 1 {
            shown["vlan"] = "\(row[1])"
            shown["rate"] = "\(row[2])"
        }
        return shown
    }

    /// Whether the access device lets traffic of the port pass, whatever it was asked.
    func passes(_ id: PortID) throws -> Bool {
        device.bind(1, id)
        return try device.first { row throws(StoreError) in row.int64(0) } == 3
    }

    private func router(of id: VBRID) throws -> String {
        guard id.isSet else { return "" }
        router.bind(1, id)
        let row = try router.first { row throws(StoreError) in (0..<4).map { row.int64($0) } }
        guard let row, let state = RouterState(rawValue: UInt8(row[0])) else { return "missing" }
        return "\(state.name)\(row[3] == 1 ? " with the port" : "") \(row[1]) \(row[2])"
    }

    private func isTurnedBack(_ saga: SagaID) throws -> Bool {
        guard saga.isSet else { return false }
        course.bind(1, saga)
        return try course.first { row throws(StoreError) in row.int64(0) } == 1
    }

    private func routerCopy(of id: PortID, state: String) throws -> String {
        routerCopy.bind(1, id)
        let isWithPort = try routerCopy.first { row throws(StoreError) in row.int64(0) } == 1
        return "\(state)\(isWithPort ? " with the port" : "")"
    }

    private func money(of id: PortID, _ model: PortModel) throws -> [String: String] {
        ledger.bind(1, id)
        ledger.bind(2, model.payingAccount)
        let row = try ledger.first { row throws(StoreError) in (0..<4).map { row.int64($0) } } ?? []
        return ["attempts": "\(row[0])", "settled": "\(row[1])", "refunded": "\(row[2])", "foreign": "\(row[3])"]
    }

    private func wishes(of id: PortID, _ statement: any StoreStatement) throws -> [PartyRequestID: String] {
        var found: [PartyRequestID: String] = [:]
        statement.bind(1, id)
        try statement.query { row throws(StoreError) in
            guard let act = RequestedAct(rawValue: UInt8(row.int64(1))), let standing = RequestStanding(rawValue: UInt8(row.int64(2)))
            else { throw .corrupt("a request without act or standing") }
            found[try row.identifier(0)] = "\(act.name) \(standing.name)"
        }
        return found
    }

    /// The newest line of a port's history on each side.
    func newestLines(of id: PortID) throws -> [Int64] {
        try [partnerLine, tenantLine].map { statement in
            statement.bind(1, id)
            return try statement.first { row throws(StoreError) in row.int64(0) } ?? 0
        }
    }

    func histories(of id: PortID) throws -> [History] {
        [try supply.history(of: id, for: World.staff), try demand.history(of: id, for: World.staff)].compactMap { $0 }
    }

    /// Whether anything of the port can be seen by an account.
    func isSeen(_ id: PortID, by account: AccountID) throws -> Bool {
        let isSeenThere = try supply.port(id, of: .account(account)) != nil
        return try demand.port(id, of: .account(account)) != nil || isSeenThere
    }

    // MARK: The circuits

    struct Allocation: Equatable {
        var held: [[UInt32: CircuitModel.Place]]
        /// Mbit/s, connections, and whether the circuit is a routed interface.
        var sums: [[Int64]]
    }

    /// - Parameter slots: the ports' numbers.
    func allocation(_ slots: [PortID: Int]) throws -> Allocation {
        let places = Dictionary(uniqueKeysWithValues: world.circuitIDs.enumerated().map { ($1, $0) })
        var allocation = Allocation(held: places.map { _ in [:] }, sums: places.map { _ in [] })
        try allocations.query { row throws(StoreError) in
            let circuit = try row.identifier(0, as: CircuitKind.self)
            let port = PortID(bits: try row.id(2))
            guard let place = places[circuit] else { return }
            allocation.held[place][UInt32(row.int64(1))] = CircuitModel.Place(port: slots[port] ?? -1, bandwidth: UInt32(row.int64(3)))
        }
        try circuits.query { row throws(StoreError) in
            guard let place = places[try row.identifier(0, as: CircuitKind.self)] else { return }
            allocation.sums[place] = (1..<4).map { row.int64($0) }
        }
        return allocation
    }

    func sagasUnderWay() throws -> Int64 { try sagas.first { row throws(StoreError) in row.int64(0) } ?? 0 }

    // MARK: Everywhere

    /// What stands still at rest and should not.
    func troubles() -> [String] {
        func troubles(_ name: String, _ statistics: EngineStatistics) -> [String] {
            [
                ("open dead letters", statistics.openDeadLetters), ("held channels", statistics.heldChannels),
                ("parked", statistics.parkedNow),
            ]
            .filter { $0.1 > 0 }.map { "\(name): \($0.1) \($0.0)" }
        }
        return troubles("partner", world.partner.statistics) + troubles("tenant", world.tenant.statistics)
            + troubles("billing", world.billing.statistics) + troubles("network", world.network.statistics)
    }

    func deadLetters() throws -> [String] {
        try world.partner.deadLetterCauses() + world.tenant.deadLetterCauses() + world.billing.deadLetterCauses()
            + world.network.deadLetterCauses()
    }
}
