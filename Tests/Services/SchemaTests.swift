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
        #expect(try violation(connection, "UPDATE circuit SET unlimited = 3").name == "circuit_unlimited")
        let copy =
            "INSERT INTO circuit SELECT x'00000000000000000000000000000001', partner_account, name, region, access_point, "
            + "capacity_mbps, is_deployed, 0, 0, 0, registered_at, 0 FROM circuit"
        #expect(try violation(connection, copy).kind == .unique)
        #expect(try violation(connection, "UPDATE circuit SET partner_account = 9999999999999999").kind == .foreignKey)
    }

    @Test("R-113, R-115, R-126: pushed VBRs have a bandwidth where they can, whole attestations, fees that only the payer gets back")
    func pushedVBRs() throws {
        let network = try Network()
        let circuit = try network.circuit()
        _ = try network.pushed(circuit)
        let supply = network.partner.connection
        #expect(try violation(supply, "UPDATE pushed_vbr SET bandwidth_mbps = 0").name == "pushed_vbr_bandwidth")
        #expect(try violation(supply, "UPDATE pushed_vbr SET supports_bandwidth = 0").name == "pushed_vbr_bandwidth")
        #expect(try violation(supply, "UPDATE pushed_vbr SET vlan = 3000").name == "pushed_vbr_vlan")
        #expect(try violation(supply, "UPDATE pushed_vbr SET state = 3").name == "pushed_vbr_state")
        #expect(try violation(supply, "UPDATE pushed_vbr SET informed_at = 1").name == "pushed_vbr_informed")
        #expect(try violation(supply, "UPDATE pushed_vbr SET attached_at = 1").name == "pushed_vbr_attached")
        #expect(try violation(supply, "UPDATE pushed_vbr SET fee_state = 3").name == "pushed_vbr_fee", "the tenant pays")
        #expect(try violation(supply, "UPDATE pushed_vbr SET device_applied = device_desired + 1").name == "pushed_vbr_device")
        #expect(try violation(supply, "UPDATE pushed_vbr SET circuit_id = x'05'").kind == .foreignKey)
        _ = try network.offer(circuit, vlan: 7)
        #expect(try violation(supply, "UPDATE port SET confirmed_at = 1").name == "port_confirmed")
        let demand = network.tenant.connection
        #expect(try violation(demand, "UPDATE pushed_vbr SET fee_prepaid = 0, fee_state = 3").name == "pushed_vbr_fee")
        #expect(try violation(demand, "UPDATE pushed_vbr SET fee_refund_minor = 1").name == "pushed_vbr_fee")
        #expect(try violation(demand, "UPDATE vbr SET bandwidth_mbps = 0").name == "vbr_bandwidth")
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

    @Test("R-059, R-071: ports have nothing enabled that is not accepted, one VBR")
    func ports() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit(), vlan: 1)
        try network.settle()
        for connection in [network.partner.connection, network.tenant.connection] {
            #expect(try violation(connection, "UPDATE port_state SET service = 2").name == "port_enabled_is_accepted")
            #expect(try violation(connection, "UPDATE port_state SET association = 2").name == "port_association")
            #expect(try violation(connection, "UPDATE port SET vlan = 3000").name == "port_vlan")
            #expect(try violation(connection, "UPDATE port SET bandwidth_mbps = 0").name == "port_bandwidth")
            #expect(try violation(connection, "UPDATE port SET requested_vlan = 5").name == "port_change")
            #expect(try violation(connection, "UPDATE port SET change_cancellation = 'why'").name == "port_change_cancelled")
            #expect(try violation(connection, "DELETE FROM port").kind == .foreignKey)
        }
        let supply = network.partner.connection
        #expect(try violation(supply, "UPDATE port_state SET payer = 3").name == "port_payer")
        #expect(try violation(supply, "UPDATE port_state SET vbr_state = 1").name == "port_router")
        #expect(try violation(supply, "UPDATE port_state SET device_applied = device_desired + 1").name == "port_device")
        #expect(try violation(supply, "UPDATE port_state SET device_vlan = 5").name == "port_device_asked")
        #expect(try violation(network.tenant.connection, "UPDATE port SET payer = 3").name == "port_payer")
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

    @Test("No row that is written needs a table of its own to be judged: a list of three values in a CHECK or an index would")
    func writesAreCheap() throws {
        let network = try Network()
        for connection in [network.partner.connection, network.tenant.connection] {
            var tables: [String: [String]] = [:]
            let columns = try connection.prepare(
                "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY c.cid")
            try columns.query { row throws(StoreError) in tables[try row.text(0), default: []].append(try row.text(1)) }
            #expect(tables["port"] != nil && tables["port_state"] != nil && tables["port_history"] != nil)
            for (table, columns) in tables {
                let values = columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
                let program = try connection.prepare(
                    "EXPLAIN INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(values))")
                for column in columns.indices { program.bind(Int32(column) + 1, Int64(1)) }
                var steps: [String] = []
                try program.query { row throws(StoreError) in steps.append(try row.text(1)) }
                #expect(steps.contains("Halt"))
                #expect(!steps.contains("OpenEphemeral"), "\(table) has a list that is built anew for each row")
            }
        }
    }
}
