import HostedConnection
import PartnerDomain
import Testing

@Suite("A partner's readiness")
struct ReadinessRuleTests {
    private static let ready = ReadinessFacts(circuits: ["A": 2, "B": 2], accessDevices: 1)

    private func permitted() -> KnownAccount {
        var account = partner()
        account.hasProductPermission = true
        return account
    }

    private func failing(
        _ facts: ReadinessFacts, of account: KnownAccount? = nil, _ policy: ReadinessPolicy = ReadinessPolicy()
    ) -> [ReadinessFinding.Clause] {
        ReadinessRules.report(account ?? permitted(), facts, policy).filter { !$0.isMet }.map(\.clause)
    }

    @Test("R-003, A-45: circuits, access points, and circuits of each access point are told apart") func redundancy() {
        #expect(failing(Self.ready) == [])
        #expect(failing(ReadinessFacts(circuits: ["A": 4], accessDevices: 1)) == [.accessPoints])
        #expect(failing(ReadinessFacts(circuits: ["A": 3, "B": 1], accessDevices: 1)) == [.circuitsPerAccessPoint])
        #expect(failing(ReadinessFacts(circuits: ["A": 2], accessDevices: 1)) == [.circuits, .accessPoints])
        #expect(failing(ReadinessFacts(accessDevices: 1)) == [.circuits, .accessPoints, .circuitsPerAccessPoint])
        let two = ReadinessPolicy(minimumCircuits: 2)
        #expect(failing(ReadinessFacts(circuits: ["A": 1, "B": 1], accessDevices: 1), two) == [.circuitsPerAccessPoint])
        #expect(failing(ReadinessFacts(circuits: ["A": 1], accessDevices: 1), two).contains(.circuits))
        let report = ReadinessRules.report(permitted(), ReadinessFacts(circuits: ["A": 3, "B": 1]), ReadinessPolicy())
        #expect(report.first { $0.clause == .circuitsPerAccessPoint }?.missing == "a second circuit to B")
    }

    @Test("R-004: the product permissions come from the account manager") func permission() {
        #expect(failing(Self.ready, of: partner()) == [.productPermission])
    }

    @Test("R-005: a circuit in service keeps to the cloud's limits") func limits() throws {
        let limits = NetworkLimits(largestCircuit: Bandwidth(megabitsPerSecond: 500))
        let form = CircuitForm(
            partner: partnerID, name: "FRA-1", region: "eu-central-1", accessPoint: "Frankfurt A", capacityMbps: 1_000)
        func register(_ form: CircuitForm) throws(Refusal) -> Circuit {
            try CircuitRules.register(form, id: id(1), partner: partner(), isAllowed: true, limits: limits, now: now)
        }
        #expect(refusal { () throws(Refusal) in try register(form) }?.code == .networkLimit)
        var planned = form
        planned.isDeployed = false
        let circuit = try register(planned)
        #expect(
            refusal { () throws(Refusal) in
                try CircuitRules.change(circuit, CircuitChange(isDeployed: true), namesake: nil, limits: limits)
            }?.code == .networkLimit)
        let smaller = CircuitChange(capacityMbps: 500, isDeployed: true)
        #expect(try CircuitRules.change(circuit, smaller, namesake: nil, limits: limits).isDeployed)
        var facts = Self.ready
        facts.aboveLimits = circuit.id
        #expect(failing(facts) == [.networkLimits])
    }

    @Test("R-006: a switch that lacks bandwidth management or traffic monitoring is not registered") func devices() throws {
        func register(_ managesBandwidth: Bool, _ monitorsTraffic: Bool, known: AccessDevice? = nil) throws(Refusal) -> AccessDevice {
            try AccessDeviceRules.register(
                AccessDeviceForm(name: "sw-1", location: "FRA", managesBandwidth: managesBandwidth, monitorsTraffic: monitorsTraffic),
                of: partner(), known: known, id: id(3), now: now)
        }
        for (bandwidth, monitoring, field) in [
            (false, true, "bandwidthManagement"), (true, false, "trafficMonitoring"), (false, false, "bandwidthManagement"),
        ] {
            let refused = refusal { () throws(Refusal) in try register(bandwidth, monitoring) }
            #expect(refused?.code == .deviceNotCapable)
            #expect(refused?.field == field)
        }
        let device = try register(true, true)
        #expect(try register(true, true, known: device) == device)
        var elsewhere = device
        elsewhere.location = "AMS"
        #expect(refusal { () throws(Refusal) in try register(true, true, known: elsewhere) }?.code == .deviceExists)
        var facts = Self.ready
        facts.accessDevices = 0
        #expect(failing(facts) == [.accessDevices])
    }

    @Test("R-003, A-44: a partner that is not ready is refused new ports only where that is enforced") func enforcement() throws {
        let enforced = PartnerPolicy(readiness: ReadinessPolicy(isEnforced: true))
        let refused = refusal { () throws(Refusal) in
            try check(offer(), readiness: ReadinessFacts(circuits: ["A": 1], accessDevices: 1), policy: enforced)
        }
        #expect(refused?.code == .partnerNotReady)
        #expect(refused?.text.contains("circuits, access_points, circuits_per_access_point, product_permission") == true)
        #expect(refused?.next?.contains("3 more circuits in service") == true)
        _ = try check(offer(), partner: permitted(), readiness: Self.ready, policy: enforced)
        _ = try check(offer(), readiness: ReadinessFacts())
    }
}
