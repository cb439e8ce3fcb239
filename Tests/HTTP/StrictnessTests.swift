import HTTP
import Testing

@Suite struct StrictnessTests {
    @Test(arguments: [
        ("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("no host", "GET / HTTP/1.1\r\n\r\n", 400),
        ("two differing content lengths", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400),
        ("two equal content lengths", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400),
        ("list of content lengths", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx", 400),
        ("signed content length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx", 400),
        ("negative content length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nx", 400),
        (
            "length and chunked",
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400
        ),
        ("other coding", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nx", 501),
        ("other coding on PATCH", "PATCH /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nx", 501),
        ("other coding on GET", "GET /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nx", 501),
        ("coding list", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (
            "coding twice", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            501
        ),
        ("coding in 1.0", "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        ("lower-case method", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        ("TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        ("version 1.9", "GET / HTTP/1.9\r\nHost: a\r\n\r\n", 505),
        ("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("blank before the colon", "GET / HTTP/1.1\r\nHost: a\r\nName : x\r\n\r\n", 400),
        ("folded header", "GET / HTTP/1.1\r\nHost: a\r\nA: a\r\n b\r\n\r\n", 400),
        ("folded header without a value", "GET / HTTP/1.1\r\nHost: a\r\nA:\r\n b\r\n\r\n", 400),
        ("fold that builds a name", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Lengt: 5\r\n h\r\n\r\nhello", 400),
        ("control byte in a value", "GET / HTTP/1.1\r\nHost: a\r\nA: \u{1}\r\n\r\n", 400),
        ("raw bytes in the target", "GET /\u{e4} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("fragment", "GET /#top HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("malformed escape", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("cut escape", "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("escaped NUL", "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("escape that is not UTF-8", "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("malformed escape in the query", "GET /?a=%f HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("no slash", "GET foo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("asterisk", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("expectation", "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\nx", 417),
    ])
    func refuses(_ what: String, _ request: String, _ status: Int) throws {
        let fixture = try Fixture()
        let connection = try fixture.connect()
        connection.send(request)
        let response = try connection.response()
        #expect(response.status == status, "\(what)")
        // What follows such a request is not trusted.
        _ = try connection.readToEnd()
        #expect(eventually { fixture.server.statistics.connections == 0 }, "\(what)")
        #expect(fixture.server.drain(within: .seconds(patience)).isClean, "\(what)")
    }

    @Test func takesAbsoluteForm() throws {
        let fixture = try Fixture()
        let response = try fixture.exchange("GET http://example.org/ports/7?x=1 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(response.status == 200)
        #expect(response.text == "port 7")
        #expect(try fixture.exchange("GET http://example.org HTTP/1.1\r\nHost: a\r\n\r\n").text == "hello")
    }

    @Test func survivesAMissingTargetAndNULBytes() throws {
        let fixture = try Fixture()
        for request in ["GET  \r\n\r\n", "GET\r\n\r\n", "\r\n\r\n\r\n", "GET /\0secret HTTP/1.1\r\nHost: a\r\n\r\n", "\0\0\0\0\r\n\r\n"] {
            let connection = try fixture.connect()
            connection.send(request)
            connection.halfClose()
            _ = try? connection.response(within: 0.2)
        }
        // A NUL cuts a header value; the request is answered or refused, never misread as two.
        let connection = try fixture.connect()
        connection.send("GET /describe HTTP/1.1\r\nHost: a\r\nX-Cut: one\0two\r\n\r\n")
        let response = try connection.response()
        #expect(response.status == 400 || !response.text.contains("two"))
        #expect(try fixture.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
    }

    @Test func answersTwoThousandParameters() throws {
        let fixture = try Fixture()
        let query = (0..<2000).map { "a\($0)=\($0)" }.joined(separator: "&")
        let response = try fixture.exchange("GET /describe?\(query) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(response.status == 200)
        #expect(response.text.split(separator: "\n").count { $0.hasPrefix("?") } == 2000)
        #expect(response.text.contains("?a1999|1999|a1999|1999"))
    }

    @Test func limitsTargetAndHeaders() throws {
        let fixture = try Fixture()
        let long = String(repeating: "x", count: 60_000)
        #expect(try fixture.exchange("GET /ports/\(long) HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
        let over = String(repeating: "x", count: 66_000)
        let own = try fixture.exchange("GET /\(over) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(own.status == 414)
        #expect(own.text.contains("TargetTooLong"))
        let headers = try fixture.exchange("GET / HTTP/1.1\r\nHost: a\r\nA: \(over)\r\n\r\n")
        #expect(headers.status == 431)
        #expect(headers.text.contains("HeadersTooLarge"))
        let far = String(repeating: "x", count: 300_000)
        #expect(try fixture.exchange("GET /\(far) HTTP/1.1\r\nHost: a\r\n\r\n").status == 414)
        #expect(try fixture.exchange("GET / HTTP/1.1\r\nHost: a\r\nA: \(far)\r\n\r\n").status == 431)
    }

    @Test func keepsTargetHeadersAndQueryAsSent() throws {
        let fixture = try Fixture()
        let response = try fixture.exchange(
            "GET /describe?b=%41+c&&a&a=&=x&b=1=2 HTTP/1.1\r\nhost: a\r\nX-B: 1  \r\nx-b:2\r\nX-Empty:\r\n\r\n")
        #expect(
            response.text == """
                GET /describe?b=%41+c&&a&a=&=x&b=1=2
                host=a
                X-B=1
                x-b=2
                X-Empty=
                ?b|%41+c|b|A c
                ?a|nil|a|
                ?a||a|
                ?|x||x
                ?b|1=2|b|1=2
                body=0
                """)
    }
}
