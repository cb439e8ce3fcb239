import Glibc
import HTTP
import HTTPClient
import Testing

@Suite struct ClientTests {
    private func client(_ fixture: Fixture, _ change: (inout HTTPClientConfiguration) -> Void = { _ in }) throws -> HTTPClient {
        var configuration = HTTPClientConfiguration(baseURL: "http://127.0.0.1:\(fixture.server.port)")
        change(&configuration)
        return try HTTPClient(configuration)
    }

    @Test func keepsItsConnection() throws {
        let fixture = try Fixture()
        let client = try client(fixture)
        for _ in 0..<20 {
            let response = try client.request("POST", "/echo", body: Array("body".utf8))
            #expect(response.status == 200)
            #expect(response.body == Array("body".utf8))
            #expect(response.header("content-type") == "application/octet-stream")
        }
        #expect(try client.request("HEAD", "/").body.isEmpty)
        #expect(try client.request("PATCH", "/echo", body: []).body.isEmpty)
        #expect(try client.request("DELETE", "/echo").status == 200)
        #expect(try client.request("PUT", "/nowhere").status == 404)
        #expect(fixture.server.statistics.acceptedConnections == 1)
    }

    @Test func sendsWhatItIsGiven() throws {
        let fixture = try Fixture()
        let client = try client(fixture) { $0.token = HTTPBearerToken("secret") }
        let response = try client.request(
            "POST", "/describe?a=%20b&c", headers: [("X-One", "1"), ("X-Empty", ""), ("Content-Type", "application/json")], body: [1, 2, 3])
        let text = String(decoding: response.body, as: UTF8.self)
        for line in [
            "POST /describe?a=%20b&c", "X-One=1", "X-Empty=", "Content-Type=application/json", "Authorization=Bearer secret",
            "?a|%20b|a| b", "body=3",
        ] {
            #expect(text.split(separator: "\n").contains(Substring(line)), "\(line)")
        }
        #expect(!text.contains("Expect"))
    }

    @Test func sendsLargeBodiesAndTakesLargeAnswers() throws {
        let fixture = try Fixture()
        let body = [UInt8](repeating: 65, count: 8 << 20)
        #expect(try client(fixture).request("PUT", "/echo", body: body).body == body)
        let bounded = try client(fixture) { $0.responseLimit = 1000 }
        #expect(throws: HTTPClientError.responseTooLarge(limit: 1000)) { try bounded.request("PUT", "/echo", body: body) }
        #expect(try bounded.request("GET", "/").body == Array("hello".utf8))
        #expect(try client(fixture).request("PUT", "/echo", body: body + [0]).status == 413)
    }

    @Test func tellsFailuresApart() throws {
        let fixture = try Fixture()
        let client = try client(fixture)
        func code(_ request: () throws -> HTTPClientResponse) -> String? {
            do {
                _ = try request()
                return nil
            } catch {
                return (error as? HTTPClientError)?.code
            }
        }
        #expect(code { try client.request("GET", "/parked", timeout: .milliseconds(200)) } == "HTTPClient.TimedOut")
        #expect(code { try client.request("GET", "nowhere") } == "HTTPClient.InvalidRequest")
        #expect(code { try client.request("GET /", "/") } == "HTTPClient.InvalidRequest")
        #expect(code { try client.request("GET", "/a b") } == "HTTPClient.InvalidRequest")
        #expect(code { try client.request("GET", "/", headers: [("A", "x\r\nB: y")]) } == "HTTPClient.InvalidRequest")
        fixture.server.drain(within: .zero)
        #expect(code { try client.request("GET", "/") } == "HTTPClient.CannotConnect")
        let unknown = try HTTPClient(HTTPClientConfiguration(baseURL: "http://host.invalid"))
        #expect(code { try unknown.request("GET", "/") } == "HTTPClient.HostNotFound")
    }

    @Test(arguments: ["", "127.0.0.1:80", "ftp://a", "http://", "http://user:secret@a", "http://a/path", "http://a?x", "http://a b"])
    func refusesABaseURL(_ text: String) {
        #expect(throws: HTTPClientError.self) { try HTTPClient(HTTPClientConfiguration(baseURL: text)) }
    }

    @Test func hidesItsToken() throws {
        let token = HTTPBearerToken("secret")
        var configuration = HTTPClientConfiguration(baseURL: "http://a")
        configuration.token = token
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(token)", "\(configuration)", String(reflecting: configuration), dumped] { #expect(!text.contains("secret")) }
    }

    @Test func ignoresTheProxyOfTheEnvironment() async {
        await #expect(processExitsWith: .success) {
            setenv("http_proxy", "http://127.0.0.1:1", 1)
            let fixture = try Fixture()
            let client = try HTTPClient(HTTPClientConfiguration(baseURL: "http://127.0.0.1:\(fixture.server.port)"))
            #expect(try client.request("GET", "/").status == 200)
        }
    }
}
