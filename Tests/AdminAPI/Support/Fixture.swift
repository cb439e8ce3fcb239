import AdminAPI
import Accounts
import Glibc
import HTTP
import HTTPClient
import HostedConnection
import Kafka
import Messaging
import PartnerService
import PartyAPI
import Schema
import ServiceKit
import Store
import Testing

/// partner-service's API on loopback, on a real engine and database, without Kafka.
final class Fixture {
    static let operatorToken = "operator-token-of-the-test"
    static let partner = AccountID(number: 1_000_000_000_000_001)
    static let tenant = AccountID(number: 2_000_000_000_000_001)

    let tokens: TokenTable
    let mailbox: Mailbox<PartnerCommand>
    let logLines = LogLines()
    /// Where the API is, for clients of their own.
    let baseURL: String
    private let store: StoreConfiguration
    private let folder: String
    private let engine: EngineThread<PartnerApplication>
    private let reads: ReadPool
    private let server: HTTPServer
    private let http: HTTPClient

    /// - Parameter addRoutes: routes besides the service's own.
    init(
        commandLimit: Int = 1_000, readLimit: Int = 1_000, addRoutes: (inout AdminRoutes<PartnerCommand>) throws -> Void = { _ in }
    ) throws {
        var template = Array("/tmp/admin-api-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } }
        folder = try #require(made)
        let store = StoreConfiguration(location: .file(folder + "/partner.db"))
        self.store = store
        let mailbox = Mailbox<PartnerCommand>(commandLimit: commandLimit)
        self.mailbox = mailbox
        let lines = logLines
        let logger = Logger(service: "test", level: .warning, format: .text, output: .function { lines.add($0) })
        tokens = try TokenTable(operatorToken: AccessToken(presented: Self.operatorToken), operatorName: "ada")
        let heartbeat = HealthRegistry().heartbeat("engine", limit: .seconds(30))
        let random = SeededRandomBox()
        engine = try EngineThread<PartnerApplication>.start(
            named: "engine", mailbox: mailbox, heartbeat: heartbeat, logger: logger, resume: {}
        ) { () throws(StoreError) in
            let connection = try store.openWriter()
            try Migrator.apply(try PartnerMigrations.all(), to: connection, at: SystemClock().now())
            return try Engine(
                try PartnerApplication(connection), connection: connection, log: AcknowledgingLog(mailbox), clock: SystemClock(),
                incarnation: "test", random: { random.next() })
        }
        reads = try ReadPool.start(threads: 2, queueLimit: readLimit) { () throws(StoreError) in try store.openReader() }
        var routes = AdminRoutes(AdminContext(mailbox: mailbox, tokens: tokens, reads: reads, logger: logger))
        let engine = engine
        try routes.operations { engine.statistics }
        try routes.partnerService()
        try addRoutes(&routes)
        var configuration = HTTPServerConfiguration()
        configuration.problemRenderer = APIError.problemRenderer
        server = try HTTPServer.start(configuration, service: routes.service(open: HTTPRouter()))
        baseURL = "http://127.0.0.1:\(server.port)"
        http = try HTTPClient(HTTPClientConfiguration(baseURL: baseURL))
    }

    deinit {
        server.drain(within: .seconds(1))
        reads.stop(until: .now + .seconds(5))
        engine.stop(until: .now + .seconds(5))
        _ = try? ChildProcess(.init("rm", ["-rf", folder])).wait()
    }

    /// Sends a request.
    /// - Parameter token: nil for a request without one.
    func send(
        _ method: String, _ path: String, _ body: String? = nil, token: String? = Fixture.operatorToken,
        headers: [(name: String, value: String)] = [], type: String? = "application/json"
    ) throws -> HTTPClientResponse {
        var all = headers
        if let token { all.append((name: "Authorization", value: "Bearer \(token)")) }
        // An empty value keeps libcurl from adding its own.
        if body != nil { all.append((name: "Content-Type", value: type ?? "")) }
        return try http.request(method, path, headers: all, body: body.map { Array($0.utf8) })
    }

    func get<Answer: WireMessage>(_ path: String, as type: Answer.Type, token: String = Fixture.operatorToken) throws -> Answer {
        let response = try send("GET", path, token: token)
        try #require(response.status == 200, "\(response.text)")
        return try Answer(json: response.body)
    }

    /// Registers the partner with one circuit, and returns the circuit's id.
    @discardableResult
    func registerPartner() throws -> String {
        let account = #"{"accountId": "\#(Self.partner)", "name": "P", "carrier": "China Telecom", "site": "international"}"#
        try #require(try send("POST", "/admin/v1/accounts", account).status == 201)
        let application = PrivilegeApplicationInput(for: Self.partner, dayFrom: SystemClock().now(), reason: "Test")
        let applied = try send("POST", "/admin/v1/privilege-applications", String(decoding: application.jsonBytes(), as: UTF8.self))
        try #require(applied.status == 201, "\(applied.text)")
        let circuit = """
            {"name": "c1", "partnerAccountId": "\(Self.partner)", "region": "r", "accessPoint": "ap", "bandwidthMbps": 1000}
            """
        let response = try send("POST", "/admin/v1/circuits", circuit)
        try #require(response.status == 201, "\(response.text)")
        return try CircuitView(json: response.body).circuitID.description
    }

    /// Reads the database beside the service.
    func openReader() throws -> any StoreConnection { try store.openReader() }

    /// Delivers a tenant's account as tenant-service tells it, and waits until it is known.
    func knowTenant(_ tenant: AccountID = Fixture.tenant, site: String = "international") throws {
        var event = AccountRegistered(accountID: tenant, version: 1, name: "T", role: .tenant, site: site)
        event.common.epoch = 1
        event.common.sequence = 1
        event.common.after = Position()
        var batch = RecordBatch()
        event.protobufBytes().withUnsafeBytes { body in
            batch.appendEvent(
                topic: .accounts, key: tenant,
                id: MessageID(bits: ID128(milliseconds: 1, kind: MessageKind.code, sequence: 0, random: tenant.number)),
                source: "tenant-service", type: .accountRegistered, body: body)
        }
        _ = mailbox.deliver(batch)
        let deadline = MonotonicInstant.now + .seconds(10)
        while try send("GET", "/admin/v1/accounts/\(tenant)").status != 200 {
            try #require(MonotonicInstant.now < deadline, "the tenant's account is not known")
        }
    }

    /// Issues a token for a partner.
    func issueToken(for account: AccountID = Fixture.partner) throws -> String {
        let response = try send("POST", "/admin/v1/accounts/\(account):issue-token", "{}")
        try #require(response.status == 201, "\(response.text)")
        return try TokenView(json: response.body).token
    }

    /// Delivers a record that is no event.
    func deliverRubbish() {
        var batch = RecordBatch()
        var record = RecordBatch.Record(topic: .tenant)
        record.partition = 3
        record.offset = 7
        record.key = Array("pc-none".utf8).withUnsafeBytes { batch.append($0) }
        record.value = Array("rubbish".utf8).withUnsafeBytes { batch.append($0) }
        batch.records.append(record)
        _ = mailbox.deliver(batch)
        _ = mailbox.settledOffsets(until: .now + .seconds(10))
    }
}

/// Random numbers for one engine's thread.
final class SeededRandomBox: Sendable {
    private let random = ConditionLock(SeededRandom(seed: 42))

    func next() -> UInt64 { random.withLock { $0.next() } }
}

/// What was logged.
final class LogLines: Sendable {
    private let lines = ConditionLock<[String]>([])

    var all: String { lines.withLock { $0.joined() } }
    func add(_ line: [UInt8]) { lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
}

extension HTTPClientResponse {
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The error's parts.
    var error: ErrorDetail? { (try? ErrorBody(json: body))?.error }
}
