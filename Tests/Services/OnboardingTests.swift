import HostedConnection
import Kafka
import Messaging
import PartnerDomain
import PartnerService
import Schema
import ServiceKit
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("What a partner needs before it offers ports")
struct OnboardingTests {
    private static let own = Caller.account(Network.carrier)
    private static let stranger = Caller.account(Network.otherCarrier)

    private func apply(_ network: Network, _ input: PrivilegeApplicationInput, by caller: Caller = own) throws -> PrivilegeApplicationView {
        try network.partner.ok(PartnerCommand(.applyForPrivileges([input]), by: caller), as: PrivilegeApplicationView.self)
    }

    private func revocation(notifies: Bool = false) -> PrivilegeApplicationInput {
        PrivilegeApplicationInput(accountID: Network.carrier, applied: .invalid, reason: "No more ports", notifyResult: notifies)
    }

    private func notices(_ network: Network) -> [MessageType] {
        let batch = network.broker.records(of: .notifications)
        return batch.records.compactMap { (try? EventEnvelope(record: $0, in: batch))?.type }
    }

    private func privilege(_ network: Network, of caller: Caller = own) throws -> PrivilegeView? {
        try network.partner.read { reader in
            try PartnerQueries(reader).privilege(of: Network.carrier, for: caller, at: network.clock.now())
        }
    }

    // MARK: The privilege

    @Test("R-021, R-031: the system fills in quota ID and description; applications are kept for audit, each with its decision")
    func audit() throws {
        let network = try Network()
        var input = network.privilege(Network.carrier)
        input.quotaID = "ec/can_buy_1G_vpconn"
        let granted = try apply(network, input)
        #expect(granted.quotaID == "ec/can_buy_1G_vpconn")
        #expect(granted.description == "Express Connect: can_buy_1G_vpconn, offering shared ports to tenants")
        #expect(granted.decision == "granted")
        #expect(granted.appliedBy == "\(Network.carrier)")
        let revoked = try apply(network, revocation(), by: Network.staff)
        #expect(revoked.decision == "revoked")
        #expect(revoked.appliedBy == "operator:ada")
        // Another carrier's application is refused, and kept too.
        let outside = AccountID(number: 1_000_000_000_000_005)
        try network.partner.ok(
            PartnerCommand(.registerAccounts([network.account(outside, carrier: "Rheintal Telekom")]), by: Network.staff))
        let refused = try network.partner.refusal(
            PartnerCommand(.applyForPrivileges([network.privilege(outside)]), by: .account(outside)))
        #expect(refused.status == 409)
        #expect(refused.error.code == "carrier_not_eligible")
        try network.partner.read { reader in
            let queries = try PartnerQueries(reader)
            let own = try queries.privilegeApplications(of: nil, for: Self.own, PageRequest()).items
            #expect(own.map(\.decision) == ["granted", "granted", "revoked"])
            #expect(own.map(\.reason).suffix(2) == ["Customer 2000000000000001, 200 Mbit/s", "No more ports"])
            let outsiders = try queries.privilegeApplications(of: outside, for: Network.staff, PageRequest()).items
            #expect(outsiders.map(\.decision) == ["refused"])
            #expect(outsiders.map(\.refusal) == ["carrier_not_eligible"])
            #expect(try queries.privilegeApplications(of: outside, for: Self.own, PageRequest()).items.isEmpty)
            #expect(try queries.privilegeApplication(granted.applicationID, of: Self.own) == granted)
            #expect(try queries.privilegeApplication(granted.applicationID, of: Self.stranger) == nil)
        }
    }

    @Test("R-031: applications are kept for their time and then go, the oldest first; the privilege is as it was") func retention() throws {
        let network = try Network()
        let first = try apply(network, network.privilege(Network.carrier))
        network.clock.advance(by: .seconds(1_095 * 86_400))
        try network.partner.engine.maintain()
        let kept = try network.partner.read { try PartnerQueries($0).privilegeApplication(first.applicationID, of: Self.own) }
        #expect(kept == first)
        let second = try apply(network, network.privilege(Network.carrier))
        network.clock.advance(by: .seconds(2 * 86_400))
        try network.partner.engine.maintain()
        try network.partner.read { reader in
            let queries = try PartnerQueries(reader)
            #expect(try queries.privilegeApplication(first.applicationID, of: Self.own) == nil)
            #expect(try queries.privilegeApplication(second.applicationID, of: Self.own) == second)
            let ages = try MessagingQueries(reader).oldestRows(of: [.privilegeApplications])
            #expect(ages.map(\.oldest) == [second.appliedAt?.instant])
        }
        #expect(try privilege(network)?.valid == false)
    }

    @Test("R-013, A-05: a third account can neither apply for a partner nor see its privilege") func strangers() throws {
        let network = try Network()
        let refused = try network.partner.refusal(
            PartnerCommand(.applyForPrivileges([network.privilege(Network.carrier)]), by: Self.stranger))
        #expect(refused.status == 404)
        let nobody = AccountID(number: 1_000_000_000_000_008)
        var unknown = try network.partner.refusal(
            PartnerCommand(.applyForPrivileges([network.privilege(nobody)]), by: Self.stranger)
        ).error
        unknown.text = unknown.text.replacing("\(nobody)", with: "\(Network.carrier)")
        unknown.object = unknown.object.replacing("\(nobody)", with: "\(Network.carrier)")
        #expect(refused.error == unknown)
        #expect(try privilege(network, of: Self.stranger) == nil)
        #expect(try privilege(network)?.valid == true)
    }

    @Test("R-023, R-025, R-026, R-027, R-028: a day later nothing is offered or widened, and what was offered goes on as it was")
    func expiry() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let port = try network.offer(circuit, vlan: 1)
        try network.settle()
        network.clock.advance(by: .seconds(86_400))
        let before = try #require(try network.partnerView(port))
        let refused = try network.partner.refusal(PartnerCommand(.offer([network.offerInput(circuit, vlan: 2)]), by: Self.own))
        #expect(refused.status == 409)
        #expect(refused.error.code == "privilege_expired")
        #expect(refused.error.text == "The specified bandwidth value is incorrect")
        #expect(refused.error.next.contains("POST /admin/v1/privilege-applications"))
        #expect(try privilege(network)?.valid == false)
        #expect(try network.partnerView(port) == before)
        //
        let change = try network.partner.refusal(
            PartnerCommand(.changeBandwidths([BandwidthChangeInput(portID: port, bandwidthMbps: 500)]), by: Self.own))
        #expect(change.error.code == "privilege_expired")
        #expect(change.error.text == "Invalid Bandwidth parameter")
        #expect(change.error.next.contains("POST /admin/v1/privilege-applications"))
        // accepting, paying, tagging, telling again and the VBR need none.
        try network.partner.ok(PartnerCommand(.tellTenants([NoticeInput(portID: port)]), by: Self.own))
        try network.accept(port)
        try network.settle()
        try network.createVBR(port)
        try network.settle()
        try network.expectComplete(port)
        _ = try apply(network, network.privilege(Network.carrier))
        _ = try network.offer(circuit, vlan: 2)
    }

    @Test("R-027: retrying a charge, tags, notices and changes of circuits do not ask for the privilege") func notGated() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let port = try network.offer(circuit, payer: .partner)
        _ = try apply(network, revocation())
        try network.settle()
        try network.partner.ok(PartnerCommand(.tagPorts([TagChangeInput(portID: port, set: ["a": "1"])]), by: Self.own))
        try network.partner.ok(PartnerCommand(.tellTenants([NoticeInput(portID: port)]), by: Self.own))
        try network.partner.ok(PartnerCommand(.changeCircuits([CircuitChangeInput(circuitID: circuit, name: "FRA-7")]), by: Self.own))
        let charge = try network.partner.refusal(PartnerCommand(.retryCharges([ChargeInput(portID: port)]), by: Self.own))
        #expect(charge.error.code == "charge_not_retriable")
        try network.accept(port)
        try network.settle()
        #expect(try network.tenantView(port)?.status == "Active")
    }

    @Test("R-029: one notification for each decision that asked for one, none for the others") func notification() throws {
        let network = try Network()
        try network.settle()
        #expect(notices(network) == [])
        var input = network.privilege(Network.carrier)
        input.notifyResult = true
        _ = try apply(network, input)
        _ = try apply(network, revocation())
        try network.settle()
        #expect(notices(network) == [.privilegeDecided])
        _ = try apply(network, revocation(notifies: true))
        try network.settle()
        #expect(notices(network) == [.privilegeDecided, .privilegeDecided])
    }

    @Test("R-030: a revoked privilege stays revoked over a restart, and is there again after another application") func revoked() throws {
        let network = try Network()
        let circuit = try network.circuit()
        _ = try apply(network, revocation())
        try network.partner.restart()
        let refused = try network.partner.refusal(PartnerCommand(.offer([network.offerInput(circuit)]), by: Self.own))
        #expect(refused.error.code == "privilege_expired")
        _ = try apply(network, network.privilege(Network.carrier))
        try network.partner.restart()
        _ = try network.offer(circuit)
    }

    @Test("R-025: what is applied for and offered in one batch is offered; in a dry run nothing is granted") func sameBatch() throws {
        let network = try Network()
        let circuit = try network.circuit()
        _ = try apply(network, revocation())
        let application = PartnerCommand(.applyForPrivileges([network.privilege(Network.carrier)]), by: Self.own)
        let offer = PartnerCommand(.offer([network.offerInput(circuit)]), by: Self.own)
        #expect(try network.partner.answer(application, isDryRun: true).status == 201)
        #expect(try network.partner.answers([offer, application, offer]).map(\.status) == [409, 201, 201])
    }

    // MARK: Readiness

    @Test("R-003, R-004, R-006: the report names what is missing, and is complete when all is there") func readiness() throws {
        let network = try Network()
        func report(of caller: Caller = Self.own) throws -> ReadinessView? {
            try network.partner.read { reader in
                try PartnerQueries(reader).readiness(of: Network.carrier, for: caller, .standard)
            }
        }
        let empty = try #require(try report())
        #expect(!empty.ready)
        #expect(!empty.enforced)
        #expect(empty.clauses.filter { !$0.met }.map(\.rule) == ["R-003", "R-003", "R-003", "R-004", "R-006"])
        #expect(empty.clauses.first?.missing == "4 more circuits in service")
        for (number, place) in ["A", "A", "B", "B"].enumerated() { try register(network, "c\(number)", at: place) }
        try network.partner.ok(
            PartnerCommand(
                .registerAccessDevices([
                    AccessDeviceInput(
                        partnerAccountID: Network.carrier, name: "sw-1", location: "FRA", bandwidthManagement: true, trafficMonitoring: true
                    )
                ]), by: Self.own))
        try network.partner.ok(
            PartnerCommand(
                .changeAccounts([AccountChangeInput(accountID: Network.carrier, productPermission: true)]), by: Network.staff))
        #expect(try report()?.ready == true)
        #expect(try report(of: Self.stranger) == nil)
        #expect(try network.partner.read { try PartnerQueries($0).accessDevices(of: Self.stranger, PageRequest()).items }.isEmpty)
        let incapable = try network.partner.refusal(
            PartnerCommand(
                .registerAccessDevices([AccessDeviceInput(partnerAccountID: Network.carrier, name: "sw-2", bandwidthManagement: true)]),
                by: Self.own))
        #expect(incapable.error.code == "device_not_capable")
    }

    @discardableResult
    private func register(_ network: Network, _ name: String, at accessPoint: String) throws -> CircuitID {
        try network.partner.ok(
            PartnerCommand(
                .registerCircuits([
                    CircuitInput(
                        name: name, partnerAccountID: Network.carrier, region: "eu-central-1", accessPoint: accessPoint,
                        bandwidthMbps: 1_000)
                ]), by: Self.own), as: CircuitView.self
        ).circuitID
    }

    @Test("R-003, A-44: where it is enforced, ports are offered once the partner is ready, also within one batch") func enforced() throws {
        let network = try Network(policy: PartnerPolicy(readiness: ReadinessPolicy(minimumCircuits: 2, isEnforced: true)))
        let circuit = try register(network, "a1", at: "A")
        try register(network, "a2", at: "A")
        try register(network, "b1", at: "B")
        try network.partner.ok(
            PartnerCommand(
                .changeAccounts([AccountChangeInput(accountID: Network.carrier, productPermission: true)]), by: Network.staff))
        let offer = PartnerCommand(.offer([network.offerInput(circuit)]), by: Self.own)
        let refused = try network.partner.refusal(offer)
        #expect(refused.error.code == "partner_not_ready")
        #expect(refused.error.text.hasSuffix("circuits_per_access_point, access_devices"))
        let last = PartnerCommand(
            .registerCircuits([
                CircuitInput(
                    name: "b2", partnerAccountID: Network.carrier, region: "eu-central-1", accessPoint: "B", bandwidthMbps: 1_000)
            ]), by: Self.own)
        let device = PartnerCommand(
            .registerAccessDevices([
                AccessDeviceInput(
                    partnerAccountID: Network.carrier, name: "sw-1", bandwidthManagement: true, trafficMonitoring: true)
            ]), by: Self.own)
        #expect(try network.partner.answers([last, offer, device, offer]).map(\.status) == [201, 409, 201, 201])
    }

    @Test("R-060: a tenant's ports are shown by circuit and access point; a redundant one goes to another circuit") func redundancy() throws
    {
        let network = try Network()
        let (first, second) = (try register(network, "a1", at: "A"), try register(network, "b1", at: "B"))
        let port = try network.offer(first)
        func report(_ caller: Caller = Self.own) throws -> RedundancyView {
            try network.partner.read { reader in try PartnerQueries(reader).redundancy(of: Network.customer, for: caller) }
        }
        #expect(try !report().redundant)
        var wanted = network.offerInput(first, vlan: 101)
        wanted.redundantWith = port
        let refused = try network.partner.refusal(PartnerCommand(.offer([wanted]), by: Self.own))
        #expect(refused.error.code == "not_redundant")
        #expect(refused.error.object == port.description)
        wanted.circuitID = second
        let twin = try network.partner.ok(PartnerCommand(.offer([wanted]), by: Self.own), as: PortView.self).portID
        let spread = try report()
        #expect(spread.redundant)
        #expect(spread.acrossAccessPoints)
        #expect(spread.places.map(\.accessPoint) == ["A", "B"])
        #expect(spread.places.map(\.portIDs) == [[port], [twin]])
        #expect(try report(Self.stranger).places.isEmpty)
    }
}
