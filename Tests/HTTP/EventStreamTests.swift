import Glibc
import HTTP
import Synchronization
import Testing

@Suite struct EventStreamTests {
    final class Streams: Sendable {
        private let list = Mutex<[HTTPEventStream]>([])
        func add(_ stream: HTTPEventStream) { list.withLock { $0.append(stream) } }
        var all: [HTTPEventStream] { list.withLock { $0 } }
    }

    private func server(
        _ streams: Streams, _ change: (inout HTTPServerConfiguration) -> Void = { _ in }
    ) throws -> HTTPServer {
        var configuration = HTTPServerConfiguration()
        change(&configuration)
        var router = HTTPRouter()
        try router.on(.get, "/events") { _, responder in
            if let stream = responder.respondWithEventStream() { streams.add(stream) }
        }
        return try HTTPServer.start(configuration, service: router)
    }

    private func open(_ server: HTTPServer) throws -> RawConnection {
        let connection = try RawConnection(server.port)
        connection.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        return connection
    }

    @Test func sendsEventsAsTheyCome() throws {
        let streams = Streams()
        let server = try server(streams)
        let connection = try open(server)
        let head = try connection.read(until: "\r\n\r\n")
        #expect(head.contains("text/event-stream"))
        #expect(head.contains("no-store"))
        #expect(eventually { streams.all.count == 1 })
        streams.all[0].send(event: "port", id: "1", data: "a\nb")
        _ = try connection.read(until: "id: 1\nevent: port\ndata: a\ndata: b\n\n")
        streams.all[0].send(data: "")
        _ = try connection.read(until: "data: \n\n")
        streams.all[0].end()
        _ = try connection.read(until: "\r\n0\r\n\r\n")
        #expect(!streams.all[0].send(data: "late"))
        #expect(eventually { server.statistics.openEventStreams == 0 })
    }

    @Test func publishesToManyFromAnotherThread() throws {
        let streams = Streams()
        let server = try server(streams)
        let connections = try (0..<300).map { _ in try open(server) }
        #expect(eventually { streams.all.count == 300 })
        let thread = onOwnThread {
            for number in 0..<20 { for stream in streams.all { stream.send(id: "\(number)", data: "event") } }
        }
        for connection in connections { _ = try connection.read(until: "id: 19\ndata: event\n\n") }
        pthread_join(thread, nil)
    }

    @Test func findsClientsThatAreGoneByHeartbeat() throws {
        let streams = Streams()
        let server = try server(streams) { $0.streamHeartbeat = .milliseconds(100) }
        do {
            let connections = try (0..<50).map { _ in try open(server) }
            #expect(eventually { server.statistics.openEventStreams == 50 })
            for connection in connections { _ = try connection.read(until: ":\n\n") }
        }
        #expect(eventually { server.statistics.connections == 0 })
        #expect(server.statistics.openEventStreams == 0)
        #expect(streams.all.count { !$0.hasEnded } == 0)
    }

    @Test func endsAStreamWhoseClientIsTooSlow() throws {
        let streams = Streams()
        let server = try server(streams) {
            $0.streamBufferLimit = 256 * 1024
            $0.idleDeadline = .milliseconds(500)
        }
        // A client with a small window: else the kernel takes megabytes before anything waits in the server.
        let connection = try RawConnection(server.port, receiveBuffer: 4096)
        connection.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(eventually { streams.all.count == 1 })
        let data = String(repeating: "x", count: 100_000)
        #expect(eventually { !streams.all[0].send(data: data) })
        #expect(streams.all[0].hasEnded)
        withExtendedLifetime(connection) { #expect(eventually { server.statistics.connections == 0 }) }
    }

    @Test func endsAllStreamsInTheDrain() throws {
        let streams = Streams()
        let server = try server(streams)
        let connections = try (0..<50).map { _ in try open(server) }
        #expect(eventually { server.statistics.openEventStreams == 50 })
        #expect(server.drain(within: .seconds(patience)).isClean)
        for connection in connections { _ = try connection.read(until: "\r\n0\r\n\r\n") }
    }

    @Test func answersHeadWithoutAStream() throws {
        let streams = Streams()
        let server = try server(streams)
        let connection = try RawConnection(server.port)
        connection.send("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try connection.response(hasBody: false).status == 200)
        #expect(eventually { server.statistics.openEventStreams == 0 && server.statistics.requestsInFlight == 0 })
    }
}
