import CSQLite
import EmbeddedBroker
import Glibc
import HTTPClient
import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

@Suite("A running service", .serialized)
struct RunningServiceTests {
    private func started(_ program: Program, on broker: EmbeddedBroker) async throws -> HTTPClient {
        try broker.writeBootstrapFile(to: program.path("bootstrap"))
        let kafka = "bootstrapFile: \"\(program.path("bootstrap"))\""
        // A stop that takes longer ends with another exit code.
        try program.start(program.configuration(kafka: kafka, more: "shutdown:\n  deadline: 60s"))
        let address = try #require(await program.waitForAddress(), "\(program.errorLines)")
        return try HTTPClient(HTTPClientConfiguration(baseURL: "http://\(address)"))
    }

    @Test("becomes ready, shows health and metrics to anybody, and stops on SIGTERM in time and in good order")
    func lifecycle() async throws {
        let broker = try EmbeddedBroker()
        let program = try Program()
        let client = try await started(program, on: broker)
        #expect(try await eventually { try client.request("GET", "/readyz").status == 200 })
        #expect(try client.request("GET", "/healthz").status == 200)
        let metrics = String(decoding: try client.request("GET", "/metrics").body, as: UTF8.self)
        // Three topics: without access devices theirs is not read.
        for name in ["hc_engine_epoch ", "hc_kafka_assigned_partitions 18", "process_cpu_seconds_total", "hc_database_bytes{"] {
            #expect(metrics.contains(name), "\(name)")
        }
        #expect(metrics.contains("hc_http_requests_total{method=\"GET\",route=\"/readyz\",status=\"200\"}"))
        var status = stat()
        #expect(stat(program.path("address"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)

        _ = program.process?.send(SIGTERM)
        #expect(try await program.process?.waitInTask(until: .patience) == .exited(0))
        #expect(program.errorLines.last?.contains("\"stopped\"") == true)
        #expect(program.read("address") == nil)
        #expect(program.read("service.db-wal") ?? "" == "")
    }

    @Test("asks for a token on its API, and never logs one")
    func token() async throws {
        let broker = try EmbeddedBroker()
        let program = try Program()
        let client = try await started(program, on: broker)
        #expect(try client.request("GET", "/admin/v1/messaging").status == 401)
        let header = [(name: "Authorization", value: "Bearer operator-token")]
        let response = try client.request("GET", "/admin/v1/messaging", headers: header)
        #expect(response.status == 200)
        #expect(try MessagingView(json: response.body).epoch > 1_700_000_000)
        #expect(!program.errorLines.contains { $0.contains("operator-token") })
    }

    @Test("issues tokens that work after a restart too")
    func tokensSurvive() async throws {
        let broker = try EmbeddedBroker()
        let program = try Program()
        var client = try await started(program, on: broker)
        let staff = [
            (name: "Authorization", value: "Bearer operator-token"), (name: "Content-Type", value: "application/json"),
        ]
        let account = #"{"accountId": "1000000000000001", "name": "P", "carrier": "C", "site": "international"}"#
        #expect(try client.request("POST", "/admin/v1/accounts", headers: staff, body: Array(account.utf8)).status == 201)
        let issued = try client.request("POST", "/admin/v1/accounts/1000000000000001:issue-token", headers: staff, body: [])
        let token = try TokenView(json: issued.body).token
        let own = [(name: "Authorization", value: "Bearer \(token)")]
        #expect(try client.request("GET", "/admin/v1/accounts", headers: own).status == 200)

        #expect(program.process?.stop(grace: .seconds(120)) == .exited(0))
        client = try await started(program, on: broker)
        let list = try client.request("GET", "/admin/v1/accounts", headers: own)
        #expect(list.status == 200)
        #expect(try AccountList(json: list.body).items.map(\.name) == ["P"])
        #expect(!(program.read("service.db") ?? "").contains(token))
    }

    @Test("ends with an error when its engine can't go on")
    func engineDies() async throws {
        let broker = try EmbeddedBroker()
        let program = try Program()
        let client = try await started(program, on: broker)
        var database: OpaquePointer?
        try #require(sqlite3_open(program.path("service.db"), &database) == SQLITE_OK)
        #expect(sqlite3_exec(database, "DROP TABLE account", nil, nil, nil) == SQLITE_OK)
        sqlite3_close(database)
        let headers = [
            (name: "Authorization", value: "Bearer operator-token"), (name: "Content-Type", value: "application/json"),
        ]
        let account = #"{"accountId": "1000000000000001", "name": "P", "carrier": "C", "site": "international"}"#
        let answer = try client.request("POST", "/admin/v1/accounts", headers: headers, body: Array(account.utf8))
        #expect(answer.status >= 500)
        #expect(!String(decoding: answer.body, as: UTF8.self).contains("table"))
        #expect(try await program.process?.waitInTask(until: .patience) == .exited(70))
        #expect(program.errorLines.contains { $0.contains("the engine has ended") && $0.contains("no such table") })
    }

    @Test("carries an offer over Kafka to the other service, and its acceptance back")
    func offerToActive() async throws {
        let scratch = try Program()
        var options = LocalCluster.Options(folder: scratch.path("cluster"), programs: Program.programs)
        options.logLevel = "warning"
        let cluster = try LocalCluster(options)
        defer { cluster.stop() }
        try cluster.start()
        let (partner, tenant) = (try cluster.client(cluster.partner), try cluster.client(cluster.tenant))
        let _: AccountView = try partner.post(
            "/admin/v1/accounts",
            AccountInput(accountID: .init(number: 1_000_000_000_000_001), name: "P", carrier: "China Telecom", site: "s"))
        try partner.applyForPrivilege(of: .init(number: 1_000_000_000_000_001), at: SystemClock().now(), reason: "Test")
        let _: AccountView = try tenant.post(
            "/admin/v1/accounts", AccountInput(accountID: .init(number: 2_000_000_000_000_001), name: "T", site: "s"))
        let circuit: CircuitView = try partner.post(
            "/admin/v1/circuits",
            CircuitInput(
                name: "c", partnerAccountID: .init(number: 1_000_000_000_000_001), region: "r", accessPoint: "ap", bandwidthMbps: 1_000))
        #expect(
            try await eventually {
                try partner.get("/admin/v1/accounts", as: AccountList.self).items.count == 2
            })
        let offered: PortView = try partner.post(
            "/admin/v1/ports",
            OfferInput(
                circuitID: circuit.circuitID, tenantAccountID: .init(number: 2_000_000_000_000_001), vlanID: 7, bandwidthMbps: 100))
        let path = "/admin/v1/ports/\(offered.portID)"
        #expect(try await eventually { try tenant.get("/admin/v1/ports", as: PortList.self).items.map(\.portID) == [offered.portID] })
        let _: PortView = try tenant.post("/admin/v1/acceptances", AcceptanceInput(portID: offered.portID))
        #expect(try await eventually { try tenant.get(path, as: PortView.self).service == "enabled" })
        #expect(try partner.get(path, as: PortView.self).billing == "paid")
        #expect(try partner.get("\(path)/history", as: History.self).items.isEmpty == false)
    }
}
