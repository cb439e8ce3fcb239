import HTTPClient
import HostedConnection
import PartnerDomain
import Schema
import ServiceKit
import Store
import Testing

@Suite("Offers from many clients at once", .serialized)
struct ConcurrencyTests {
    private static let rival = AccountID(number: 1_000_000_000_000_002)
    private static let tenants = (1...4).map { AccountID(number: 2_000_000_000_000_000 + $0) }
    private static let abroad = AccountID(number: 2_000_000_000_000_011)
    private static let unknown = AccountID(number: 2_000_000_000_000_012)
    private static let clients = 64

    private let fixture: Fixture
    private let crowd: ConcurrentClients
    private let seed: UInt64

    init() throws {
        fixture = try Fixture()
        try fixture.registerPartner()
        let rival = #"{"accountId": "\#(Self.rival)", "name": "R", "carrier": "China Unicom", "site": "international"}"#
        try #require(try fixture.send("POST", "/admin/v1/accounts", rival).status == 201)
        for tenant in Self.tenants { try fixture.knowTenant(tenant) }
        try fixture.knowTenant(Self.abroad, site: "china")
        crowd = ConcurrentClients(
            baseURL: fixture.baseURL,
            tokens: [
                .staff: Fixture.operatorToken, .carrier: try fixture.issueToken(), .rival: try fixture.issueToken(for: Self.rival),
            ])
        seed = SystemRandom().next()
        print("seed \(seed)")
    }

    private func plan() -> OfferPlan { OfferPlan(seed: seed, tenants: Self.tenants, strangers: [Self.abroad, Self.unknown]) }

    private func registerCircuit(_ name: String, capacity: UInt32) throws -> CircuitView {
        let input = CircuitInput(
            name: name, partnerAccountID: Fixture.partner, region: "r", accessPoint: "ap", bandwidthMbps: capacity)
        let response = try fixture.send("POST", "/admin/v1/circuits", String(decoding: input.jsonBytes(), as: UTF8.self))
        try #require(response.status == 201, "\(response.text)")
        return try CircuitView(json: response.body)
    }

    private func referee(of circuit: CircuitView) -> OfferReferee {
        func account(_ id: AccountID, carrier: String = "", site: String = "international") -> KnownAccount {
            KnownAccount(
                id: id, name: "", isPartner: !carrier.isEmpty, carrier: carrier, site: site, regions: [], outboundBilling: false,
                version: 1)
        }
        let carriers = [account(Fixture.partner, carrier: "China Telecom"), account(Self.rival, carrier: "China Unicom")]
        let tenants = Self.tenants.map { account($0) } + [account(Self.abroad, site: "china")]
        return OfferReferee(
            circuit, accounts: carriers + tenants, carrier: Fixture.partner, rival: Self.rival, now: SystemClock().now())
    }

    private func allPorts() throws -> [PortView] {
        var all: [PortView] = []
        var token = ""
        repeat {
            let page = try fixture.get(
                "/admin/v1/ports?pageSize=1000" + (token.isEmpty ? "" : "&pageToken=\(token)"), as: PortList.self)
            all += page.items
            token = page.nextPageToken
        } while !token.isEmpty
        return all
    }

    /// What a circuit's connections hold according to the database: VLAN, connection, bandwidth.
    private func allocations(of circuit: CircuitID) throws -> [VLANID: (connection: ConnectionID, bandwidth: UInt32)] {
        let reader = try fixture.openReader()
        defer { try? reader.close() }
        let query = try reader.prepare("SELECT vlan, connection_id, bandwidth_mbps FROM allocation WHERE circuit_id = ?1")
        query.bind(1, circuit)
        var held: [VLANID: (connection: ConnectionID, bandwidth: UInt32)] = [:]
        var rows = 0
        while try query.next() {
            rows += 1
            held[VLANID(stored: query.int64(0))] = (ConnectionID(bits: try query.id(1)), UInt32(query.int64(2)))
        }
        #expect(held.count == rows)
        return held
    }

    /// The service's circuit, its ports and its rows are what the referee has made of the same commands.
    private func expectSame(_ referee: OfferReferee, _ listed: [PortView]) throws {
        let circuit = referee.circuit
        let view = try fixture.get("/admin/v1/circuits/\(circuit.id)", as: CircuitView.self)
        #expect(view.allocatedMbps == circuit.allocated && view.connections == circuit.connections)
        #expect(view.allocatedMbps <= view.bandwidthMbps)
        let ports = listed.filter { $0.circuitID == circuit.id }
        #expect(ports.count == referee.ports.count)
        #expect(Set(ports.map(\.vlanID)).count == ports.count)
        #expect(Set(ports.map(\.portID)) == Set(referee.ports.values.map(\.portID)))
        #expect(ports.reduce(0) { $0 + $1.bandwidthMbps } == circuit.allocated)
        let held = try allocations(of: circuit.id)
        #expect(held.values.reduce(0) { $0 + $1.bandwidth } == circuit.allocated)
        #expect(held.count == referee.ports.count)
        for (vlan, port) in referee.ports where held[vlan] ?? (.none, 0) != (port.connectionID, port.bandwidthMbps) {
            Issue.record("VLAN \(vlan) is not held by \(port.connectionID) with \(port.bandwidthMbps)")
        }
    }

    @Test("R-046, R-048, R-052, R-053: of ten thousand offers on one circuit each is answered as by the rules one after the other")
    func oneCircuit() throws {
        let circuit = try registerCircuit("crowded", capacity: 500_000)
        var plan = plan()
        let queues = plan.queues(on: circuit.circuitID, clients: Self.clients, count: 10_000, rehearsals: 500)
        let watch = try CircuitWatch(circuit.circuitID, at: fixture.baseURL, token: Fixture.operatorToken)
        let begun = MonotonicInstant.now
        let exchanges = try crowd.send(queues)
        let taken = MonotonicInstant.now - begun
        let seen = watch.end()

        var referee = referee(of: circuit)
        referee.judge(exchanges)
        #expect(exchanges.count == 10_500)
        #expect(Array(referee.faults.prefix(5)) == [])
        #expect(referee.repetitions == 200 && referee.rehearsals == 500)
        #expect(referee.refused[.vlanInUse, default: 0] >= 3_000)
        #expect(referee.refused[.insufficientBandwidth, default: 0] >= 3_000)
        #expect(referee.refused[.vlanZeroNotAlone, default: 0] >= 100)
        try expectSame(referee, try allPorts())
        #expect(seen.contains { (1..<referee.circuit.connections).contains($0.connections) })
        #expect(seen.allSatisfy { $0.allocated <= circuit.bandwidthMbps })
        // Each sight is one that the rules had on their way: the circuit's sums belong together.
        #expect(
            seen.allSatisfy {
                referee.allocated.indices.contains(Int($0.connections)) && referee.allocated[Int($0.connections)] == $0.allocated
            })
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.connections <= $1.connections })
        let refused = referee.refused.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
        print("\(exchanges.count) offers in \(taken): \(referee.ports.count) accepted; refused: \(refused)")
        print("read \(seen.count) times meanwhile")
    }

    @Test("R-046, R-048, R-049: whoever comes first on an empty circuit decides whether it carries VLAN 0 or VLANs")
    func emptyCircuits() throws {
        let circuits = try (0..<100).map { try registerCircuit("empty \($0)", capacity: 1_000) }
        var plan = plan()
        let queues = (0..<Self.clients).map { _ in circuits.map { plan.rivalling(on: $0.circuitID) } }
        let exchanges = Dictionary(grouping: try crowd.send(queues, inStep: true), by: \.offer.input.circuitID)
        let ports = try allPorts()
        var routed = 0
        for circuit in circuits {
            var referee = referee(of: circuit)
            referee.judge(exchanges[circuit.circuitID] ?? [])
            #expect(Array(referee.faults.prefix(5)) == [])
            try expectSame(referee, ports)
            if referee.circuit.isRouted { routed += 1 }
        }
        #expect((10...90).contains(routed))
    }
}
