import HTTP
import Testing

@Suite struct BodyTests {
    @Test func takesChunkedBodiesWithTrailersByteByByte() throws {
        let fixture = try Fixture()
        let connection = try fixture.connect()
        let request = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nT: 1\r\n\r\n"
        for byte in request.utf8 { connection.send([byte]) }
        #expect(try connection.response().text == "hello!")
    }

    @Test(arguments: ["POST", "PUT", "PATCH", "DELETE", "GET"])
    func refusesADeclaredBodyThatIsTooLarge(_ method: String) throws {
        let fixture = try Fixture { $0.bodyLimit = 1000 }
        let connection = try fixture.connect()
        connection.send("\(method) /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n")
        let response = try connection.response()
        #expect(response.status == 413)
        #expect(response["Connection"] == "close")
        _ = try connection.readToEnd()
    }

    @Test(arguments: ["POST", "PATCH"])
    func refusesAChunkedBodyThatIsTooLarge(_ method: String) throws {
        let fixture = try Fixture { $0.bodyLimit = 1000 }
        let connection = try fixture.connect()
        connection.send("\(method) /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<30 { connection.send("64\r\n\(String(repeating: "x", count: 100))\r\n") }
        connection.send("0\r\n\r\n")
        #expect(try connection.response().status == 413)
        _ = try connection.readToEnd()
        #expect(eventually { fixture.server.statistics.bodyBytes == 0 })
    }

    @Test func obeysTheLimitOfTheRoute() throws {
        let fixture = try Fixture()
        #expect(try fixture.exchange("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789").text == "10")
        #expect(try fixture.exchange("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n0123456789a").status == 413)
    }

    @Test func asksForTheBodyOnlyWhenItWants() throws {
        let fixture = try Fixture()
        let connection = try fixture.connect()
        connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        #expect(try connection.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
        connection.send("hello")
        #expect(try connection.response().text == "hello")
        let refused = try fixture.connect()
        refused.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        #expect(try refused.read(until: "\r\n").hasPrefix("HTTP/1.1 404 "))
    }

    @Test func boundsAllBodiesTogether() throws {
        let fixture = try Fixture { $0.totalBodyLimit = 1500 }
        let held = try fixture.connect()
        held.send("POST /parked HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n\(String(repeating: "x", count: 1000))")
        #expect(eventually { fixture.parking.count == 1 })
        let body = "Content-Length: 600\r\n\r\n\(String(repeating: "y", count: 600))"
        #expect(try fixture.exchange("POST /echo HTTP/1.1\r\nHost: a\r\n\(body)").status == 503)
        fixture.parking.answerAll()
        #expect(try held.response().status == 200)
        #expect(eventually { fixture.server.statistics.bodyBytes == 0 })
        #expect(try fixture.exchange("POST /echo HTTP/1.1\r\nHost: a\r\n\(body)").status == 200)
    }

    @Test func takesEightMebibytes() throws {
        let fixture = try Fixture()
        let connection = try fixture.connect()
        let body = [UInt8](repeating: 7, count: 8 << 20)
        connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
        connection.send(body)
        #expect(try connection.response().body == body)
    }
}
