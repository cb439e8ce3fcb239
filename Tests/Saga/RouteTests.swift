import AdminAPI
import Glibc
import HTTP
import HTTPClient
import HostedConnection
import Kafka
import Messaging
import PartyAPI
import Saga
import SagaRecords
import Schema
import ServiceKit
import Store
import Testing

/// A log that takes everything at once and keeps nothing.
private final class AcknowledgingLog: EventLog {
    private let mailbox: Mailbox<ToyCommand>

    init(_ mailbox: Mailbox<ToyCommand>) { self.mailbox = mailbox }

    func publish(_ batch: borrowing RecordBatch, from start: Int) -> Int {
        let tags = (start..<batch.records.count).map { batch.records[$0].tag }
        mailbox.acknowledge(Delivery(generation: 0, tags: tags))
        return tags.count
    }

    func commit(_ offsets: [TopicPartition: Int64]) {}
}

/// The toy service's API on loopback.
private final class Fixture {
    static let operatorToken = "operator-token-of-the-test"
    static let accountToken = "account-token-of-the-test"

    private let folder: String
    private let mailbox = Mailbox<ToyCommand>(commandLimit: 100)
    private let engine: EngineThread<ToyApplication>
    private let reads: ReadPool
    private let server: HTTPServer
    private let http: HTTPClient

    init() throws {
        var template = Array("/tmp/saga-routes-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } }
        folder = try #require(made)
        let store = StoreConfiguration(location: .file(folder + "/saga.db"))
        let logger = Logger(service: "test", level: .error, format: .text, output: .function { _ in })
        let tokens = try TokenTable(operatorToken: AccessToken(presented: Self.operatorToken), operatorName: "ada")
        tokens.add(
            try AccessToken(presented: Self.accountToken).digest(), actingAs: AccountID(number: 1_000_000_000_000_001))
        let (mailbox, catalogue) = (mailbox, try Samples.catalogue())
        engine = try EngineThread<ToyApplication>.start(
            named: "engine", mailbox: mailbox, heartbeat: HealthRegistry().heartbeat("engine", limit: .seconds(30)), logger: logger,
            resume: {}
        ) { () throws(StoreError) in
            let connection = try store.openWriter()
            try Migrator.apply(try MessagingMigrations.all() + SagaMigrations.all(), to: connection, at: SystemClock().now())
            let random = SystemRandom()
            return try Engine(
                try ToyApplication(connection, catalogue, ToyApplication.Script()), connection: connection,
                log: AcknowledgingLog(mailbox), clock: SystemClock(), incarnation: "test", random: { random.next() })
        }
        reads = try ReadPool.start(threads: 1, queueLimit: 100) { () throws(StoreError) in try store.openReader() }
        var routes = AdminRoutes(AdminContext(mailbox: mailbox, tokens: tokens, reads: reads, logger: logger))
        try routes.sagas(catalogue) { id, input, _ in .take(input, for: id) }
        var configuration = HTTPServerConfiguration()
        configuration.problemRenderer = APIError.problemRenderer
        server = try HTTPServer.start(configuration, service: routes.service(open: HTTPRouter()))
        http = try HTTPClient(HTTPClientConfiguration(baseURL: "http://127.0.0.1:\(server.port)"))
    }

    deinit {
        server.drain(within: .seconds(1))
        reads.stop(until: .now + .seconds(5))
        engine.stop(until: .now + .seconds(5))
        _ = try? ChildProcess(.init("rm", ["-rf", folder])).wait()
    }

    func send(_ method: String, _ path: String, _ body: String? = nil, token: String = operatorToken) throws -> HTTPClientResponse {
        var headers = [(name: "Authorization", value: "Bearer \(token)")]
        if body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        return try http.request(method, path, headers: headers, body: body.map { Array($0.utf8) })
    }

    func get<Answer: WireMessage>(_ path: String, as type: Answer.Type) throws -> Answer {
        let response = try send("GET", path)
        try #require(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
        return try Answer(json: response.body)
    }

    /// Starts sagas on connections 1, 2 …; all stand in the database afterwards.
    func start(_ count: UInt64) throws -> [SagaID] {
        for number in 1...count {
            #expect(mailbox.submit(CommandRequest(.start(Samples.connection(number)), actor: "operator:ada") { _ in }))
        }
        _ = mailbox.settledOffsets(until: .now + .seconds(10))
        return try get("/admin/v1/sagas", as: SagaList.self).items.map(\.sagaID)
    }
}

@Suite("The admin API's routes of sagas")
struct RouteTests {
    @Test("Lists with filters and pages, one saga, and its journal as lines, text and diagram")
    func reading() throws {
        let fixture = try Fixture()
        let ids = try fixture.start(3)
        let page = try fixture.get("/admin/v1/sagas?pageSize=2&phase=running&definition=vlan-change&overdue=false", as: SagaList.self)
        #expect(page.items.map(\.sagaID) == Array(ids[..<2]) && !page.nextPageToken.isEmpty)
        let one = try fixture.get("/admin/v1/sagas?connectionId=\(Samples.connection(3))", as: SagaList.self)
        #expect(one.items.map(\.sagaID) == [ids[2]])
        #expect(try fixture.get("/admin/v1/sagas/\(ids[0])", as: SagaView.self).waitingFor == "ChangeAgreed from tenant-service")
        let journal = try fixture.get("/admin/v1/sagas/\(ids[0])/journal", as: SagaJournal.self)
        #expect(journal.items.map(\.verdict) == ["asked"] && journal.items[0].actor == "operator:ada")
        #expect(journal.why.hasPrefix("\(ids[0]): vlan-change 1 about \(Samples.connection(1)), running\n"))
        #expect(journal.diagram.hasPrefix("sequenceDiagram\n"))
        for query in ["phase=walking", "overdue=maybe", "connectionId=pc-1", "state=running"] {
            #expect(try fixture.send("GET", "/admin/v1/sagas?\(query)").status == 400, "\(query)")
        }
        #expect(try fixture.send("GET", "/admin/v1/sagas/\(Samples.sagaID(9))").status == 404)
        #expect(try fixture.send("GET", "/admin/v1/sagas/\(Samples.sagaID(9))/journal").status == 404)
    }

    @Test("Operators cancel, resume, mark as done and skip, and have to say why")
    func orders() throws {
        let fixture = try Fixture()
        let id = try fixture.start(1)[0]
        let path = "/admin/v1/sagas/\(id)"
        for verb in ["resume", "mark-done", "skip"] {
            let answer = try fixture.send("POST", "\(path):\(verb)", #"{"reason": "tired of it"}"#)
            #expect(answer.status == 409, "\(verb): it waits in time")
        }
        let silent = try fixture.send("POST", "\(path):cancel", "{}")
        #expect(silent.status == 400)
        #expect(try ErrorBody(json: silent.body).error?.field == "reason")
        let rehearsed = try fixture.send("POST", "\(path):cancel?dryRun=true", #"{"reason": "what if"}"#)
        #expect(try SagaView(json: rehearsed.body).phase == "compensating")
        let cancelled = try fixture.send("POST", "\(path):cancel", #"{"reason": "the wrong VLAN"}"#)
        #expect(cancelled.status == 200)
        let view = try SagaView(json: cancelled.body)
        #expect(view.turnedBack && view.reason == "the wrong VLAN" && view.waitingFor == "ChangeUndone from tenant-service")
        let line = try #require(try fixture.get("\(path)/journal", as: SagaJournal.self).items.last)
        #expect(line.actor == "operator:ada" && line.input == "cancel: the wrong VLAN")
        #expect(try fixture.send("POST", "/admin/v1/sagas/\(Samples.sagaID(9)):cancel", #"{"reason": "x"}"#).status == 404)
        #expect(try fixture.send("POST", "/admin/v1/sagas/nonsense:cancel", #"{"reason": "x"}"#).status == 404)
    }

    @Test("For an account there is nothing at these paths")
    func accounts() throws {
        let fixture = try Fixture()
        let id = try fixture.start(1)[0]
        for path in ["", "/\(id)", "/\(id)/journal"] {
            #expect(try fixture.send("GET", "/admin/v1/sagas\(path)", token: Fixture.accountToken).status == 404, "\(path)")
        }
        for verb in ["cancel", "resume", "mark-done", "skip"] {
            let answer = try fixture.send("POST", "/admin/v1/sagas/\(id):\(verb)", #"{"reason": "x"}"#, token: Fixture.accountToken)
            #expect(answer.status == 404, "\(verb)")
        }
        #expect(try fixture.get("/admin/v1/sagas/\(id)", as: SagaView.self).phase == "running")
    }
}
