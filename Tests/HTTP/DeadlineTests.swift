import HTTP
import Testing

@Suite struct DeadlineTests {
    /// Long enough for a request that is sent at once to arrive, however slow the machine is.
    private let brief = Duration.seconds(2)

    /// Sends a byte every 50 ms until the server closes; false when it has not in time.
    private func closesATrickle(_ connection: RawConnection, _ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        return eventually {
            let next = bytes.popFirst() ?? UInt8(ascii: "x")
            guard connection.send([next]) else { return true }
            do {
                _ = try connection.read(until: "HTTP/1.1 ", within: 0.05)
                return false
            } catch RawConnection.Failure.closed {
                return true
            } catch {
                return false
            }
        }
    }

    @Test func cutsATrickledHead() throws {
        let fixture = try Fixture { $0.headerDeadline = .milliseconds(400) }
        let start = ContinuousClock.now
        #expect(closesATrickle(try fixture.connect(), "GET / HTTP/1.1\r\nHost: a\r\nX: "))
        #expect(ContinuousClock.now - start >= .milliseconds(300))
        #expect(eventually { fixture.server.statistics.connections == 0 })
    }

    @Test func cutsATrickledBody() throws {
        let fixture = try Fixture { $0.bodyDeadline = .milliseconds(400) }
        let connection = try fixture.connect()
        connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        #expect(closesATrickle(connection, ""))
        #expect(eventually { fixture.server.statistics.connections == 0 })
        #expect(fixture.server.statistics.bodyBytes == 0)
    }

    @Test func cutsATrickledSecondHead() throws {
        let fixture = try Fixture {
            $0.headerDeadline = brief
            $0.idleDeadline = brief
        }
        let connection = try fixture.connect()
        connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try connection.response()
        #expect(closesATrickle(connection, "GET / HTTP/1.1\r\nHost: a\r\nX: "))
    }

    @Test func closesSilentAndIdleConnections() throws {
        let fixture = try Fixture {
            $0.headerDeadline = brief
            $0.idleDeadline = brief
        }
        let silent = try fixture.connect()
        let idle = try fixture.connect()
        idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try idle.response()
        #expect(try silent.readToEnd().isEmpty)
        #expect(try idle.readToEnd().isEmpty)
    }

    @Test func closesAConnectionThatDoesNotRead() throws {
        let fixture = try Fixture { $0.sendDeadline = .milliseconds(300) }
        let connection = try RawConnection(fixture.server.port, receiveBuffer: 4096)
        let body = [UInt8](repeating: 1, count: 8 << 20)
        connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
        connection.send(body)
        #expect(eventually { fixture.server.statistics.connections == 0 })
    }

    @Test func parkedRequestsHaveNoDeadline() throws {
        let fixture = try Fixture {
            $0.headerDeadline = brief
            $0.bodyDeadline = brief
            $0.idleDeadline = brief
            $0.sendDeadline = brief
        }
        let parked = try fixture.connect()
        parked.send("GET /parked/1 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(eventually { fixture.parking.count == 1 })
        // Two silent connections, one after the other, come and go first.
        for _ in 0..<2 { #expect(try fixture.connect().readToEnd().isEmpty) }
        fixture.parking.answerAll()
        #expect(try parked.response().text == "/parked/1")
    }

    @Test func connectionsAboveTheLimitWaitTheirTurn() throws {
        let fixture = try Fixture { $0.connectionLimit = 10 }
        let connections = try (0..<14).map { _ in try fixture.connect() }
        for connection in connections { connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") }
        for connection in connections { #expect(try connection.response().text == "hello") }
    }

    @Test func connectionsOfOneAddressAreLimited() throws {
        let fixture = try Fixture { $0.perAddressLimit = 5 }
        let connections = try (0..<8).map { _ in try fixture.connect() }
        let answered = connections.count { connection in
            connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            return (try? connection.response().status) == 200
        }
        #expect(answered == 5)
    }
}
