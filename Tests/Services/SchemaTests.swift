import HostedConnection
import Messaging
import PartnerService
import Schema
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("The schema refuses by itself what the rules would")
struct SchemaTests {
    /// The violation that a statement past the rules runs into.
    private func violation(
        _ connection: any StoreConnection, _ sql: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ConstraintViolation {
        try connection.begin()
        defer { try? connection.rollback() }
        do {
            try connection.prepare(sql).run()
        } catch StoreError.constraint(let violation) {
            return violation
        }
        Issue.record("\(sql) was taken", sourceLocation: sourceLocation)
        return ConstraintViolation(kind: .type)
    }

    @Test("R-048, R-049, R-053: circuits have capacity, VLAN 0 alone, names unique with their partner")
    func circuits() throws {
        let network = try Network()
        let circuit = try network.circuit(capacity: 300)
        _ = try network.offer(circuit, vlan: 1)
        _ = try network.offer(circuit, vlan: 2, bandwidth: 100)
        let connection = network.partner.connection
        #expect(try violation(connection, "UPDATE circuit SET allocated_mbps = allocated_mbps + 1").name == "circuit_capacity")
        #expect(try violation(connection, "UPDATE circuit SET allocated_mbps = -1").name == "circuit_capacity")
        #expect(try violation(connection, "UPDATE circuit SET is_routed = 1").name == "circuit_routed_alone")
        #expect(try violation(connection, "UPDATE circuit SET connections = -1").name == "circuit_connections_counted")
        let copy =
            "INSERT INTO circuit SELECT x'00000000000000000000000000000001', partner_account, name, region, access_point, "
            + "capacity_mbps, is_deployed, 0, 0, 0, registered_at FROM circuit"
        #expect(try violation(connection, copy).kind == .unique)
        #expect(try violation(connection, "UPDATE circuit SET partner_account = 9999999999999999").kind == .foreignKey)
    }

    @Test("R-021, R-022: an application has its reason, and its time if it is for a valid quota; resource groups are unique by name")
    func onboarding() throws {
        let network = try Network()
        let connection = network.partner.connection
        #expect(try violation(connection, "UPDATE privilege_application SET reason = ''").name == "privilege_application_reason")
        #expect(try violation(connection, "UPDATE privilege_application SET expires_at = NULL").name == "privilege_application_time")
        #expect(try violation(connection, "UPDATE privilege_application SET applied = 3").name == "privilege_application_value")
        let group = ResourceGroupInput(partnerAccountID: Network.carrier, name: "gold")
        try network.partner.ok(PartnerCommand(.createResourceGroups([group]), by: Network.staff))
        let again = "INSERT INTO resource_group SELECT partner_account, name, x'05', description, created_at FROM resource_group"
        #expect(try violation(connection, again).kind == .primaryKey)
    }

    @Test("R-044, R-046, R-047: one allocation for each VLAN of a circuit, on a circuit that exists")
    func allocations() throws {
        let network = try Network()
        _ = try network.offer(try network.circuit(), vlan: 1)
        let connection = network.partner.connection
        let again = "INSERT INTO allocation SELECT circuit_id, vlan, x'02', 1 FROM allocation"
        #expect(try violation(connection, again).kind == .primaryKey)
        #expect(try violation(connection, "UPDATE allocation SET vlan = 3000").name == "allocation_vlan")
        #expect(try violation(connection, "UPDATE allocation SET bandwidth_mbps = -1").name == "allocation_bandwidth")
        #expect(try violation(connection, "UPDATE allocation SET circuit_id = x'05'").kind == .foreignKey)
        #expect(try violation(connection, "DELETE FROM circuit").kind == .foreignKey)
        _ = try network.offer(try network.circuit("FRA-2"), vlan: 1)
    }

    @Test("R-059, R-071: ports have states that exist, nothing enabled that is not accepted, one VBR")
    func ports() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit(), vlan: 1)
        try network.settle()
        for connection in [network.partner.connection, network.tenant.connection] {
            #expect(try violation(connection, "UPDATE port SET service = 2").name == "port_enabled_is_accepted")
            #expect(try violation(connection, "UPDATE port SET acceptance = 7").name == "port_states")
            #expect(try violation(connection, "UPDATE port SET association = 2").name == "port_association")
            #expect(try violation(connection, "UPDATE port SET vlan = 3000").name == "port_vlan")
            #expect(try violation(connection, "UPDATE port SET payer = 3").name == "port_payer")
        }
        try network.accept(port)
        try network.settle()
        try network.createVBR(port)
        let connection = network.tenant.connection
        let columns =
            "port_id, account, name, vlan, bandwidth_mbps, cloud_ipv4, client_ipv4, prefix_length, is_ipv6_enabled, state, "
            + "disabled_with_port, created_at, deleted_at"
        let second = "INSERT INTO vbr (id, \(columns)) SELECT x'00000000000000000000000000000001', \(columns) FROM vbr"
        #expect(try violation(connection, second).kind == .unique)
        #expect(try violation(connection, "UPDATE vbr SET client_ipv4 = cloud_ipv4").name == "vbr_addresses")
        #expect(try violation(connection, "UPDATE vbr SET is_ipv6_enabled = 1").name == "vbr_ipv6")
        #expect(try violation(connection, "UPDATE vbr SET cloud_ipv6 = '::2'").name == "vbr_ipv6")
        #expect(try violation(connection, "UPDATE vbr SET detect_multiplier = 2").name == "vbr_detection")
        #expect(try violation(connection, "UPDATE vbr SET min_rx_ms = 1001").name == "vbr_detection")
        #expect(try violation(connection, "UPDATE vbr SET port_id = x'05'").kind == .foreignKey)
        #expect(try violation(connection, "UPDATE account SET version = 0").name == "account_version_counts")
    }

    @Test("Ledger: a declined charge costs nothing, a settled one is paid until some day")
    func ledger() throws {
        let network = try Network()
        _ = try network.offer(try network.circuit(), payer: .partner)
        try network.settle()
        let connection = network.billing.connection
        #expect(try violation(connection, "UPDATE ledger SET outcome = 2").name == "ledger_declined_is_free")
        #expect(try violation(connection, "UPDATE ledger SET paid_until = NULL").name == "ledger_settled_is_paid")
        #expect(try violation(connection, "UPDATE ledger SET outcome = 4").name == "ledger_outcome")
        #expect(try violation(connection, "UPDATE ledger SET refunded_minor = amount_minor + 1").name == "ledger_refund")
        #expect(try violation(connection, "UPDATE ledger SET refunded_at = 1").name == "ledger_refund")
    }
}
