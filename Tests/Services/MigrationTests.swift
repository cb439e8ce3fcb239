import BillingSimulator
import HostedConnection
import NetworkSimulator
import PartnerService
import Schema
import Store
import TenantService
import Testing

@Suite("The schema grows in databases in use")
struct MigrationTests {
    private static let carrier = "1000000000000001"
    private static let customer = "2000000000000002"

    /// A database as it was before a migration of a module, with something in it, and then brought up to date.
    private func upgraded(
        _ migrations: [Migration], before number: Int, of module: String, holding rows: [String]
    ) throws -> any StoreConnection {
        let database = StoreConfiguration(location: .memory(try MemoryDatabase()))
        let connection = try database.openWriter()
        let old = migrations.filter { $0.module != module || $0.number < number }
        #expect(old.count < migrations.count)
        try Migrator.apply(old, to: connection, at: Instant(seconds: 1))
        for row in rows { try connection.prepare(row).run() }
        try Migrator.apply(migrations, to: connection, at: Instant(seconds: 2))
        #expect(try texts(connection, "SELECT * FROM pragma_foreign_key_check", columns: 1) == [])
        return connection
    }

    private func texts(_ connection: any StoreConnection, _ sql: String, columns: Int32) throws -> [[String]] {
        var rows: [[String]] = []
        try connection.prepare(sql).query { row throws(StoreError) in
            var texts: [String] = []
            for column in 0..<columns { texts.append(row.isNull(column) ? "NULL" : try row.text(column)) }
            rows.append(texts)
        }
        return rows
    }

    private func account(_ number: String) -> String {
        """
        INSERT INTO account (
            account_id, name, is_partner, carrier, site, regions, outbound_billing, is_closed, version, is_held, registered_at,
            is_locked, lock_version, sent_epoch, sent_sequence, handled_epoch, handled_sequence)
        VALUES (\(number), 'a', 0, '', '', '', 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0)
        """
    }

    /// An active port with a VBR, as both services have had it.
    private func port(_ columns: String, _ values: String) -> String {
        """
        INSERT INTO port (
            id, circuit_id, partner_account, tenant_account, name, resource_group, vlan, bandwidth_mbps, payer, offered_at, acceptance,
            service, billing, association, attempt, charge, settled_attempts, amount_minor, currency, is_payer_locked, decline_reason,
            billing_version, vbr_id, change_attempts, change_cancellation, end_reason, waiting_since, sent_epoch, sent_sequence,
            handled_epoch, handled_sequence, newest_line, tags, \(columns))
        VALUES (
            x'02', x'01', \(Self.carrier), \(Self.customer), 'port', '', 100, 200, 2, 1, 2, 2, 2, 2, 1, 3, 2, 24000, 'EUR', 0, '', 1,
            x'03', 0, '', '', 1, 1, 4, 1, 5, 9, 'k' || char(31) || 'v', \(values))
        """
    }

    /// What both services read of it afterwards.
    private func expectKept(_ connection: any StoreConnection, sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(
            try texts(connection, "SELECT name, vlan, bandwidth_mbps, tags, tenant_account, origin_vbr FROM port", columns: 6)
                == [["port", "100", "200", "k\u{1f}v", Self.customer, "NULL"]], sourceLocation: sourceLocation)
        #expect(
            try texts(
                connection,
                "SELECT acceptance, handled_sequence, newest_line, amount_minor, paid_until, hex(vbr_id), hex(id) FROM port_state",
                columns: 7) == [["2", "5", "9", "24000", "NULL", "03", "02"]], sourceLocation: sourceLocation)
    }

    private static let vbr = """
        id, port_id, account, name, vlan, bandwidth_mbps, cloud_ipv4, client_ipv4, prefix_length, is_ipv6_enabled, state, \
        disabled_with_port, created_at
        """

    private func vbr(_ id: String, on port: String, name: String, bandwidth: String) -> String {
        """
        INSERT INTO vbr (\(Self.vbr))
        VALUES (x'\(id)', \(port), \(Self.customer), '\(name)', 100, \(bandwidth), 1, 2, 30, 0, 1, 0, 7)
        """
    }

    @Test("tenant-service: VBRs and ports stay as they are, and VBRs on no port can be added") func tenant() throws {
        let connection = try upgraded(
            try TenantMigrations.all(), before: 3, of: "tenant",
            holding: [
                account(Self.customer), port("region, access_point, is_from_transformation", "'r', 'a', 0"),
                vbr("03", on: "x'02'", name: "edge", bandwidth: "150"),
            ])
        #expect(
            try texts(connection, "SELECT name, vlan, bandwidth_mbps, created_at, hex(port_id) FROM vbr", columns: 5)
                == [["edge", "100", "150", "7", "02"]])
        try expectKept(connection)
        try connection.prepare(vbr("04", on: "NULL", name: "old", bandwidth: "NULL")).run()
        #expect(throws: StoreError.self, "R-059") {
            try connection.prepare(vbr("05", on: "x'02'", name: "second", bandwidth: "150")).run()
        }
    }

    @Test("tenant-service: pushed VBRs stay as they are when the state of ports gets a table of its own") func tenantState() throws {
        let pushed = """
            INSERT INTO pushed_vbr
            VALUES (x'04', \(Self.carrier), \(Self.customer), x'01', 'r', 'a', 2, 1, 4, 500, 'EUR', 1, 2, 1, 3, 8)
            """
        let connection = try upgraded(
            try TenantMigrations.all(), before: 4, of: "tenant",
            holding: [
                account(Self.customer), port("region, access_point", "'r', 'a'"), vbr("03", on: "x'02'", name: "edge", bandwidth: "150"),
                vbr("04", on: "NULL", name: "old", bandwidth: "NULL"), pushed,
            ])
        try expectKept(connection)
        #expect(try texts(connection, "SELECT name, hex(port_id) FROM vbr ORDER BY id", columns: 2) == [["edge", "02"], ["old", ""]])
        #expect(
            try texts(connection, "SELECT hex(id), fee_refund_minor, handled_sequence, newest_line FROM pushed_vbr", columns: 4)
                == [["04", "500", "3", "8"]])
        #expect(throws: StoreError.self) { try connection.prepare("UPDATE vbr SET port_id = x'09'").run() }
        #expect(throws: StoreError.self) { try connection.prepare("DELETE FROM vbr WHERE id = x'04'").run() }
    }

    @Test("partner-service: ports and what the access device has of them stay as they are") func partner() throws {
        let circuit = "INSERT INTO circuit VALUES (x'01', \(Self.carrier), 'FRA-1', 'r', 'a', 1000, 1, 200, 1, 0, 1)"
        let connection = try upgraded(
            try PartnerMigrations.all(), before: 3, of: "partner",
            holding: [
                account(Self.carrier), account(Self.customer), circuit,
                port(
                    """
                    vbr_state, vbr_name, vbr_mbps, vbr_disabled_with_port, device_desired, device_applied, device_forwarding,
                    device_vlan, device_mbps, device_attempts, device_failure, device_may_pass, tellings
                    """, "1, 'edge', 150, 0, 3, 2, 3, 100, 200, 1, 'slow', 1, 4"),
            ])
        try expectKept(connection)
        #expect(try texts(connection, "SELECT hex(circuit_id), tellings, confirmed_at FROM port", columns: 3) == [["01", "4", "NULL"]])
        #expect(
            try texts(
                connection,
                """
                SELECT partner_account, payer, vbr_name, vbr_mbps, device_desired, device_applied, device_vlan, device_mbps,
                    device_failure
                FROM port_state
                """, columns: 9) == [[Self.carrier, "2", "edge", "150", "3", "2", "100", "200", "slow"]])
        #expect(try texts(connection, "SELECT name, unlimited FROM circuit", columns: 2) == [["FRA-1", "0"]])
        #expect(throws: StoreError.self) { try connection.prepare("DELETE FROM circuit").run() }
    }

    @Test("The simulators: ledger and devices stay as they are") func simulators() throws {
        let ledger = try upgraded(
            try BillingMigrations.all(), before: 2, of: "billing_simulator",
            holding: [
                "INSERT INTO ledger VALUES (x'05', x'04', 2, x'02', 'r', 200, 1, 24000, 'EUR', 1, '', 1, 1, 1, 1, 2, 0, NULL)"
            ])
        #expect(
            try texts(ledger, "SELECT amount_minor, currency, paid_until, refunded_at FROM ledger", columns: 4)
                == [["24000", "EUR", "2", "NULL"]])
        let devices = try upgraded(
            try NetworkMigrations.all(), before: 2, of: "network_simulator",
            holding: ["INSERT INTO device VALUES (x'02', x'01', 3, 3, 100, 200, 1, 3, 3, 100, 200, 1)"])
        #expect(
            try texts(devices, "SELECT hex(connection_id), version, rate_mbps FROM device", columns: 3) == [["02", "3", "200"]])
    }
}
