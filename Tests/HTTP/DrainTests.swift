import Glibc
import HTTP
import Testing

@Suite struct DrainTests {
    @Test func answersWhatIsHeldAndRefusesTheRest() throws {
        let fixture = try Fixture()
        let held = try (0..<200).map { _ in try fixture.connect() }
        for connection in held { connection.send("GET /parked HTTP/1.1\r\nHost: a\r\n\r\n") }
        let idle = try fixture.connect()
        idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try idle.response()
        let half = try fixture.connect()
        half.send("GET / HTT")
        #expect(eventually { fixture.parking.count == 200 }, "\(fixture.server.statistics)")

        let server = fixture.server
        let outcomes = LogLines()
        let thread = onOwnThread { outcomes.add("\(server.drain(within: .seconds(patience)).isClean)") }
        #expect(eventually { (try? RawConnection(server.port)) == nil })
        // A connection that was open may still ask, and is told to go.
        idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try idle.response()["Connection"] == "close")
        fixture.parking.answerAll()
        for connection in held {
            let response = try connection.response()
            #expect(response.status == 200)
            #expect(response["Connection"] == "close")
        }
        pthread_join(thread, nil)
        #expect(outcomes.all == ["true"])
        #expect(server.statistics.connections == 0)
    }

    @Test func answers503WhenTheTimeIsOver() throws {
        let fixture = try Fixture()
        let held = try (0..<200).map { _ in try fixture.connect() }
        for connection in held { connection.send("GET /parked HTTP/1.1\r\nHost: a\r\n\r\n") }
        #expect(eventually { fixture.parking.count == 200 })
        let outcome = fixture.server.drain(within: .zero)
        #expect(outcome == HTTPDrainOutcome(refusedRequests: 200, lostRequests: 0))
        for connection in held {
            let response = try connection.response()
            #expect(response.status == 503)
            #expect(response.text.contains("ShuttingDown"))
        }
        // Late answers find nobody and touch nothing.
        for (_, responder) in fixture.parking.takeAll() { #expect(!responder.respond(.text("late"))) }
        #expect(fixture.server.statistics.openExchanges == 0)
        #expect(fixture.server.drain(within: .seconds(1)) == outcome)
    }

    @Test func isBoundedByAHalfReceivedBody() throws {
        let fixture = try Fixture()
        let half = try fixture.connect()
        half.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
        #expect(eventually { fixture.server.statistics.requestsInFlight == 1 })
        let outcome = fixture.server.drain(within: .milliseconds(200))
        #expect(outcome == HTTPDrainOutcome(refusedRequests: 0, lostRequests: 1))
        #expect(fixture.server.statistics.connections == 0)
        #expect(fixture.server.statistics.requestsInFlight == 0)
    }

    /// Requests keep coming while the drain is forced; the library aborts the process if one stays suspended.
    @Test func forcedDrainUnderLoadLeavesNothingSuspended() throws {
        for _ in 0..<20 {
            let fixture = try Fixture()
            let port = fixture.server.port
            let clients = (0..<4).map { _ in
                onOwnThread {
                    while let connection = try? RawConnection(port) {
                        connection.send("GET /parked HTTP/1.1\r\nHost: a\r\n\r\n")
                    }
                }
            }
            #expect(eventually { fixture.parking.count > 20 })
            fixture.server.drain(within: .zero)
            for client in clients { pthread_join(client, nil) }
            #expect(fixture.server.statistics.connections == 0)
        }
    }

    @Test func drainsWhenTheLastReferenceGoes() throws {
        let connection: RawConnection
        do {
            let fixture = try Fixture()
            connection = try fixture.connect()
            connection.send("GET /parked HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(eventually { fixture.parking.count == 1 })
        }
        #expect(try connection.response().status == 503)
    }

    /// A handler that keeps responders, and responders that know the server, are no cycle once the server has ended.
    @Test func keptRespondersDoNotKeepTheHandlers() throws {
        weak var parking: ParkingLot?
        func serve() throws {
            let fixture = try Fixture()
            parking = fixture.parking
            let connection = try fixture.connect()
            connection.send("GET /parked HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(eventually { fixture.parking.count == 1 })
            fixture.server.drain(within: .zero)
        }
        try serve()
        #expect(parking == nil)
    }
}
