import BillingSimulator
import HostedConnection
import NetworkSimulator
import Schema
import Store
import TenantService
import Testing

@Suite("The schema of pushed VBRs is added to databases in use")
struct PushedVBRMigrationTests {
    /// A database as it was before, with something in it, and then brought up to date.
    private func upgraded(_ migrations: [Migration], before module: String, holding rows: [String]) throws -> any StoreConnection {
        let database = StoreConfiguration(location: .memory(try MemoryDatabase()))
        let connection = try database.openWriter()
        let last = try #require(migrations.last)
        #expect(last.module == module)
        try Migrator.apply(Array(migrations.dropLast()), to: connection, at: Instant(seconds: 1))
        for row in rows { try connection.prepare(row).run() }
        try Migrator.apply(migrations, to: connection, at: Instant(seconds: 2))
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

    @Test("tenant-service: VBRs and ports stay as they are, and VBRs on no port can be added") func tenant() throws {
        let port = """
            id, circuit_id, partner_account, tenant_account, region, access_point, name, resource_group, vlan, bandwidth_mbps, payer, \
            offered_at, is_from_transformation, acceptance, service, billing, association, attempt, charge, settled_attempts, \
            amount_minor, currency, is_payer_locked, decline_reason, billing_version, vbr_id, change_attempts, change_cancellation, \
            end_reason, waiting_since, sent_epoch, sent_sequence, handled_epoch, handled_sequence, newest_line
            """
        let vbr = """
            id, port_id, account, name, vlan, bandwidth_mbps, cloud_ipv4, client_ipv4, prefix_length, is_ipv6_enabled, state, \
            disabled_with_port, created_at
            """
        let connection = try upgraded(
            try TenantMigrations.all(), before: "tenant",
            holding: [
                "PRAGMA foreign_keys = OFF",
                "INSERT INTO port (\(port)) VALUES (x'02', x'01', 1, 2, 'r', 'a', 'port', '', 100, 200, 2, 1, 0, 2, 2, 2, 2, 1, 3, 2, 1, "
                    + "'EUR', 0, '', 1, x'03', 0, '', '', 1, 1, 4, 1, 5, 9)",
                "INSERT INTO vbr (\(vbr)) VALUES (x'03', x'02', 2, 'edge', 100, 150, 1, 2, 30, 0, 1, 0, 7)",
            ])
        #expect(
            try texts(connection, "SELECT name, vlan, bandwidth_mbps, created_at, hex(port_id) FROM vbr", columns: 5)
                == [["edge", "100", "150", "7", "02"]])
        #expect(
            try texts(connection, "SELECT name, handled_sequence, newest_line, origin_vbr FROM port", columns: 4)
                == [["port", "5", "9", "NULL"]])
        try connection.prepare(
            "INSERT INTO vbr (\(vbr)) VALUES (x'04', NULL, 2, 'old', 101, NULL, 1, 2, 30, 0, 1, 0, 7)"
        ).run()
        let taken = "INSERT INTO vbr (\(vbr)) VALUES (x'05', x'02', 2, 'second', 100, 150, 1, 2, 30, 0, 1, 0, 7)"
        #expect(throws: StoreError.self, "R-059") { try connection.prepare(taken).run() }
    }

    @Test("The simulators: ledger and devices stay as they are") func simulators() throws {
        let ledger = try upgraded(
            try BillingMigrations.all(), before: "billing_simulator",
            holding: [
                "INSERT INTO ledger VALUES (x'05', x'04', 2, x'02', 'r', 200, 1, 24000, 'EUR', 1, '', 1, 1, 1, 1, 2, 0, NULL)"
            ])
        #expect(
            try texts(ledger, "SELECT amount_minor, currency, paid_until, refunded_at FROM ledger", columns: 4)
                == [["24000", "EUR", "2", "NULL"]])
        let devices = try upgraded(
            try NetworkMigrations.all(), before: "network_simulator",
            holding: ["INSERT INTO device VALUES (x'02', x'01', 3, 3, 100, 200, 1, 3, 3, 100, 200, 1)"])
        #expect(
            try texts(devices, "SELECT hex(connection_id), version, rate_mbps FROM device", columns: 3) == [["02", "3", "200"]])
    }
}
