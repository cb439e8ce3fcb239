import HTTP
import Testing

/// A refusal is given before the body is read. Whoever sends all of it first and reads then must get the refusal all the same.
@Suite struct LingeringTests {
    private static let head = "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: \(5 << 20)\r\n\r\n"
    private static let mebibyte = [UInt8](repeating: 32, count: 1 << 20)

    /// Sends the head of a request that is refused, and reads the refusal.
    private func refused(_ fixture: Fixture) throws -> RawConnection {
        let connection = try fixture.connect()
        connection.send(Self.head)
        #expect(try connection.response().status == 404)
        #expect(eventually { fixture.server.statistics.connections == 0 })
        return connection
    }

    @Test(arguments: [
        ("refused by the service", head, 404),
        ("too large", "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: \(5 << 20)\r\n\r\n", 413),
        ("malformed", "POST /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: \(5 << 20)\r\n\r\n", 400),
        ("a head without an end", "GET / HTTP/1.1\r\nHost: a\r\nX: ", 431),
        ("a target without an end", "GET /", 414),
    ])
    func aClientThatSendsFirstAndReadsThenIsAnswered(_ what: String, _ head: String, _ status: Int) throws {
        let fixture = try Fixture()
        do {
            let connection = try fixture.connect()
            #expect(connection.send(head))
            for _ in 0..<5 { #expect(connection.send([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)), "\(what)") }
            let response = try connection.response()
            #expect(response.status == status, "\(what)")
            #expect(response["Connection"] == "close")
            #expect(try connection.readToEnd().isEmpty)
        }
        #expect(eventually { fixture.server.statistics.lingeringConnections == 0 })
        #expect(fixture.server.statistics.bodyBytes == 0)
    }

    @Test func aRequestThatWasReadToItsEndLeavesNothingOpen() throws {
        let fixture = try Fixture()
        let connection = try fixture.connect()
        connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")
        #expect(try connection.readToEnd().isEmpty == false)
        #expect(eventually { fixture.server.statistics.connections == 0 })
        #expect(fixture.server.statistics.lingeringConnections == 0)
    }

    @Test func aClientThatNeitherSendsNorClosesIsCutAtTheDeadline() throws {
        let fixture = try Fixture { $0.lingeringDeadline = .milliseconds(200) }
        let connection = try refused(fixture)
        #expect(eventually { fixture.server.statistics.lingeringConnections == 0 })
        #expect(eventually { !connection.send([32]) })
    }

    @Test func aClientThatNeverStopsSendingIsCutAtTheLimitOfBytes() throws {
        let fixture = try Fixture {
            $0.lingeringDeadline = .seconds(3600)
            $0.lingeringByteLimit = 2 << 20
        }
        let connection = try refused(fixture)
        #expect(eventually { !connection.send(Self.mebibyte) })
        #expect(eventually { fixture.server.statistics.lingeringConnections == 0 })
    }

    @Test func soManyLingerAndNoMore() throws {
        let fixture = try Fixture {
            $0.lingeringDeadline = .seconds(3600)
            $0.lingeringLimit = 2
        }
        let first = try (0..<2).map { _ in try refused(fixture) }
        #expect(fixture.server.statistics.lingeringConnections == 2)
        let oneMore = try refused(fixture)
        #expect(fixture.server.statistics.lingeringConnections == 2)
        #expect(eventually { !oneMore.send([32]) })
        for connection in first { #expect(connection.send(Self.mebibyte)) }
    }

    @Test func theDrainDoesNotWaitForThem() throws {
        let fixture = try Fixture { $0.lingeringDeadline = .seconds(3600) }
        let connection = try refused(fixture)
        #expect(fixture.server.statistics.lingeringConnections == 1)
        #expect(fixture.server.drain(within: .seconds(3600)).isClean)
        #expect(fixture.server.statistics.lingeringConnections == 0)
        #expect(eventually { !connection.send([32]) })
    }
}
