import HostedConnection
import PartnerDomain
import Testing

@Suite("A circuit's VLANs and bandwidth")
struct CircuitTests {
    private func vlan(_ number: UInt32) throws -> VLANID { try #require(VLANID(number)) }
    private func rate(_ megabits: UInt32) -> Bandwidth { Bandwidth(megabitsPerSecond: megabits) }

    @Test("R-046: a VLAN of a circuit is held once; the holder is named") func vlanInUse() throws {
        var circuit = circuit()
        let vlan = try vlan(100)
        try circuit.allocate(vlan: vlan, bandwidth: rate(100), holder: nil)
        let before = circuit
        let holder = ConnectionID(id(5, PortKind.self))
        let refused = refusal { () throws(Refusal) in try circuit.allocate(vlan: vlan, bandwidth: rate(100), holder: holder) }
        #expect(refused?.code == .vlanInUse)
        #expect(refused?.object == holder.description)
        #expect(circuit == before)
    }

    @Test("R-048: VLAN 0 needs a circuit without connections") func routedForwards() throws {
        var circuit = circuit()
        try circuit.allocate(vlan: try vlan(5), bandwidth: rate(100), holder: nil)
        let zero = try vlan(0)
        let refused = refusal { () throws(Refusal) in try circuit.allocate(vlan: zero, bandwidth: rate(100), holder: nil) }
        #expect(refused?.code == .vlanZeroNotAlone)
        #expect(circuit.connections == 1)
        #expect(!circuit.isRouted)
    }

    @Test("R-049: beside VLAN 0 there is no other connection") func routedBackwards() throws {
        var circuit = circuit()
        try circuit.allocate(vlan: try vlan(0), bandwidth: rate(100), holder: nil)
        #expect(circuit.isRouted)
        let other = try vlan(7)
        let refused = refusal { () throws(Refusal) in try circuit.allocate(vlan: other, bandwidth: rate(100), holder: nil) }
        #expect(refused?.code == .vlanZeroNotAlone)
        #expect(circuit.isRouted)
        #expect(circuit.connections == 1)
    }

    @Test("R-050: many connections on VLANs of their own") func many() throws {
        var circuit = circuit()
        for number in 1...10 { try circuit.allocate(vlan: try vlan(UInt32(number)), bandwidth: rate(100), holder: nil) }
        #expect(circuit.connections == 10)
        #expect(circuit.allocated == 1_000)
    }

    @Test("R-052, R-240: the sum may reach the capacity and not pass it, in the guide's words") func capacity() throws {
        var circuit = circuit(capacity: 300)
        try circuit.allocate(vlan: try vlan(1), bandwidth: rate(200), holder: nil)
        let second = try vlan(2)
        let refused = refusal { () throws(Refusal) in try circuit.allocate(vlan: second, bandwidth: rate(200), holder: nil) }
        #expect(refused?.code == .insufficientBandwidth)
        #expect(refused?.text == "Insufficient bandwidth resources")
        #expect(refused?.next?.hasPrefix("100 Mbit/s are free") == true)
        try circuit.allocate(vlan: second, bandwidth: rate(100), holder: nil)
        #expect(circuit.available == 0)
    }

    @Test("R-053: no sum wraps around") func extremes() throws {
        var circuit = circuit(capacity: .max)
        try circuit.allocate(vlan: try vlan(1), bandwidth: rate(.max), holder: nil)
        let second = try vlan(2)
        #expect(
            refusal { () throws(Refusal) in try circuit.allocate(vlan: second, bandwidth: rate(.max), holder: nil) }?.code
                == .insufficientBandwidth)
        #expect(circuit.allocated == .max)
    }

    @Test("Registering: what is missing is named; the same again is the same; other facts are refused") func registering() throws {
        let form = CircuitForm(
            partner: partnerID, name: "FRA-1", region: "eu-central-1", accessPoint: "Frankfurt A", capacityMbps: 1_000)
        let known = try CircuitRules.register(form, id: id(1), partner: partner(), isAllowed: true, now: now)
        #expect(known == circuit())
        #expect(try CircuitRules.repeated(form, known) == known)
        var other = form
        other.capacityMbps = 2_000
        #expect(refusal { () throws(Refusal) in try CircuitRules.repeated(other, known) }?.code == .circuitExists)
        for (change, field) in [
            ({ $0.name = "" }, "name"), ({ $0.region = "" }, "region"), ({ $0.accessPoint = "" }, "accessPoint"),
            ({ $0.capacityMbps = nil }, "bandwidthMbps"), ({ $0.capacityMbps = 0 }, "bandwidthMbps"),
        ] as [((inout CircuitForm) -> Void, String)] {
            var bad = form
            change(&bad)
            let refused = refusal { () throws(Refusal) in
                try CircuitRules.register(bad, id: id(1), partner: partner(), isAllowed: true, now: now)
            }
            #expect(refused?.code == .missingField)
            #expect(refused?.field == field)
        }
        #expect(
            refusal { () throws(Refusal) in
                try CircuitRules.register(form, id: id(1), partner: partner(), isAllowed: false, now: now)
            }?.code == .accountUnknown)
        #expect(
            refusal { () throws(Refusal) in
                try CircuitRules.register(form, id: id(1), partner: partner(regions: ["us-east-1"]), isAllowed: true, now: now)
            }?.code == .regionMismatch)
    }
}
