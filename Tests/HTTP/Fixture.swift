import Glibc
import HTTP
import Synchronization

/// Keeps responders until the test lets them go, and hands out work to a thread of its own.
final class ParkingLot: Sendable {
    private let parked = Mutex<[(HTTPRequest, HTTPResponder)]>([])

    func park(_ request: HTTPRequest, _ responder: HTTPResponder) { parked.withLock { $0.append((request, responder)) } }
    var count: Int { parked.withLock { $0.count } }

    func takeAll() -> [(HTTPRequest, HTTPResponder)] {
        parked.withLock { parked in
            defer { parked = [] }
            return parked
        }
    }

    /// Answers everything parked with its target.
    func answerAll() {
        for (request, responder) in takeAll() { responder.respond(.bytes(request.rawTarget, mediaType: "text/plain")) }
    }
}

/// Runs on a thread of its own, as the engine will.
func onOwnThread(_ work: @escaping @Sendable () -> Void) -> pthread_t {
    final class Box: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { @Sendable context in
            Unmanaged<Box>.fromOpaque(context!).takeRetainedValue().work()
            return nil
        }, Unmanaged.passRetained(Box(work)).toOpaque())
    return thread
}

/// Describes what of a request the server understood, a line each.
func describe(_ request: HTTPRequest) -> String {
    var lines = ["\(request.method.rawValue) \(String(decoding: request.rawTarget, as: UTF8.self))"]
    lines += request.headers.map { "\($0.name)=\($0.value)" }
    lines += request.query.map { "?\($0.rawName)|\($0.rawValue ?? "nil")|\($0.name)|\($0.value)" }
    lines.append("body=\(request.body.count)")
    return lines.joined(separator: "\n")
}

struct Fixture {
    let server: HTTPServer
    let parking = ParkingLot()
    let log = LogLines()

    init(_ change: (inout HTTPServerConfiguration) -> Void = { _ in }) throws {
        var configuration = HTTPServerConfiguration()
        let log = log
        let parking = parking
        configuration.log = { log.add($0) }
        change(&configuration)
        var router = HTTPRouter()
        try router.on(.get, "/") { _, responder in responder.respond(.text("hello")) }
        for method in [HTTPMethod.post, .put, .patch, .delete, .get] {
            try router.on(method, "/echo") { request, responder in
                responder.respond(.bytes(request.body, mediaType: "application/octet-stream"))
            }
        }
        try router.on(.post, "/small", bodyLimit: 10) { request, responder in responder.respond(.text("\(request.body.count)")) }
        for method in [HTTPMethod.post, .get] {
            try router.on(method, "/describe") { request, responder in responder.respond(.text(describe(request))) }
            try router.on(method, "/parked") { request, responder in parking.park(request, responder) }
            try router.on(method, "/parked/{id}") { request, responder in parking.park(request, responder) }
        }
        try router.on(.get, "/dropped") { _, _ in }
        try router.on(.get, "/twice") { _, responder in
            let first = responder.respond(.text("first"))
            let second = responder.respond(.text("second"))
            log.add("twice: \(first) \(second)")
        }
        try router.on(.get, "/ports/{id}") { request, responder in responder.respond(.text("port \(request.parameters["id"] ?? "")")) }
        server = try HTTPServer.start(configuration, service: router)
    }

    func connect() throws -> RawConnection { try RawConnection(server.port) }

    /// One exchange on a connection of its own.
    func exchange(_ request: String) throws -> RawConnection.Response {
        let connection = try connect()
        connection.send(request)
        return try connection.response()
    }
}

final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}
