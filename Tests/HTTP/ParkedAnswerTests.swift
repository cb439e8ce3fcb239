import Glibc
import HTTP
import Testing

@Suite struct ParkedAnswerTests {
    @Test func answersAThousandParkedRequestsFromAnotherThread() throws {
        let fixture = try Fixture()
        let connections = try (0..<1000).map { _ in try fixture.connect() }
        for (number, connection) in connections.enumerated() {
            connection.send("POST /parked/\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody")
        }
        #expect(eventually { fixture.parking.count == 1000 })
        #expect(fixture.server.statistics.requestsInFlight == 1000)
        let parking = fixture.parking
        let thread = onOwnThread { parking.answerAll() }
        for (number, connection) in connections.enumerated() {
            #expect(try connection.response().text == "/parked/\(number)")
        }
        pthread_join(thread, nil)
        #expect(eventually { fixture.server.statistics.requestsInFlight == 0 })
        #expect(eventually { fixture.server.statistics.openExchanges == 0 })
        #expect(fixture.server.statistics.parkedRequests == 1000)
        #expect(fixture.server.drain(within: .seconds(patience)).isClean)
        #expect(fixture.server.statistics.connections == 0)
    }

    @Test func keepsTheOrderOfPipelinedRequests() throws {
        let fixture = try Fixture()
        let connection = try fixture.connect()
        connection.send((0..<5).map { "GET /parked/\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined() + "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        for number in 0..<5 {
            #expect(eventually { fixture.parking.count == 1 })
            fixture.parking.answerAll()
            #expect(try connection.response().text == "/parked/\(number)")
        }
        #expect(try connection.response().text == "hello")
    }

    @Test func answersHeadAfterParking() throws {
        let fixture = try Fixture()
        let connection = try fixture.connect()
        connection.send("HEAD /parked/1 HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(eventually { fixture.parking.count == 1 })
        fixture.parking.answerAll()
        let head = try connection.response(hasBody: false)
        #expect(head.status == 200)
        #expect(head["Content-Length"] == "9")
        #expect(try connection.response().text == "hello")
    }

    @Test func answers500WhenTheResponderIsDropped() throws {
        let fixture = try Fixture()
        #expect(try fixture.exchange("GET /dropped HTTP/1.1\r\nHost: a\r\n\r\n").status == 500)
        let connection = try fixture.connect()
        connection.send("GET /parked HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(eventually { fixture.parking.count == 1 })
        let parking = fixture.parking
        pthread_join(onOwnThread { _ = parking.takeAll() }, nil)
        let response = try connection.response()
        #expect(response.status == 500)
        #expect(response.text.contains("InternalError"))
        #expect(eventually { fixture.server.statistics.openExchanges == 0 })
    }

    @Test func takesTheFirstAnswerOnly() throws {
        let fixture = try Fixture()
        #expect(try fixture.exchange("GET /twice HTTP/1.1\r\nHost: a\r\n\r\n").text == "first")
        #expect(fixture.log.all.contains("twice: true false"))
    }

    @Test func survivesClientsThatLeaveWhileParked() throws {
        let fixture = try Fixture()
        do {
            let connections = try (0..<100).map { _ in try fixture.connect() }
            for connection in connections { connection.send("GET /parked HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(eventually { fixture.parking.count == 100 })
        }
        fixture.parking.answerAll()
        #expect(eventually { fixture.server.statistics.connections == 0 })
        #expect(eventually { fixture.server.statistics.openExchanges == 0 })
        #expect(fixture.server.statistics.requestsInFlight == 0)
    }

    /// Answers race with the suspending: some come before the handler returns, some after.
    @Test func answersRacingWithTheParkingAreNeverLost() throws {
        let fixture = try Fixture()
        let parking = fixture.parking
        let done = LogLines()
        let thread = onOwnThread {
            while done.all.isEmpty { parking.answerAll() }
        }
        let connection = try fixture.connect()
        for number in 0..<3000 {
            connection.send("GET /parked/\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try connection.response().text == "/parked/\(number)")
        }
        done.add("done")
        pthread_join(thread, nil)
    }
}
