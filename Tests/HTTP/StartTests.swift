import Glibc
import HTTP
import Testing

@Suite struct StartTests {
    private func start(_ change: (inout HTTPServerConfiguration) -> Void) throws -> HTTPServer {
        var configuration = HTTPServerConfiguration()
        change(&configuration)
        return try HTTPServer.start(configuration, service: HTTPRouter())
    }

    @Test func namesThePortThatIsTaken() throws {
        let first = try start { _ in }
        let error = #expect(throws: HTTPServerError.self) { try start { $0.port = first.port } }
        #expect(error == .addressInUse(address: "127.0.0.1", port: first.port))
        #expect(error?.code == "HTTP.AddressInUse")
        #expect("\(error!)" == "port \(first.port) of 127.0.0.1 is already in use")
        first.drain(within: .zero)
        #expect(try start { $0.port = first.port }.port == first.port)
    }

    @Test func refusesAnAddressThatIsNone() {
        for address in ["localhost", "", "127.0.0.1:80", "300.0.0.1"] {
            #expect(throws: HTTPServerError.invalidAddress(address)) { try start { $0.address = address } }
        }
        #expect(throws: HTTPServerError.self) { try start { $0.address = "192.0.2.1" } }
    }

    @Test func namesTheSettingThatIsWrong() {
        let error = #expect(throws: HTTPServerError.self) { try start { $0.headerDeadline = .zero } }
        #expect(error?.description == "headerDeadline has to be 100 ms to one day")
    }

    @Test func listensOnIPv6() throws {
        let probe = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        try #require(probe >= 0)
        close(probe)
        let server = try start { $0.address = "::1" }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = server.port.bigEndian
        inet_pton(AF_INET6, "::1", &address.sin6_addr)
        let client = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) }
        }
        #expect(result == 0)
        #expect(eventually { server.statistics.connections == 1 })
    }

    @Test func observesWhatItAnswers() throws {
        let seen = LogLines()
        let fixture = try Fixture {
            $0.observer = { summary in
                let request = summary.request
                seen.add(
                    "\(request?.method.rawValue ?? "-") \(request?.route ?? "-") \(summary.status) \(summary.responseBodyCount) \(summary.completed)"
                )
            }
        }
        _ = try fixture.exchange("GET /ports/7 HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try fixture.exchange("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try fixture.exchange("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
        #expect(eventually { seen.all.count == 3 })
        #expect(seen.all[0] == "GET /ports/{id} 200 6 true")
        #expect(seen.all[1].hasPrefix("GET  404 "))
        #expect(seen.all[2].hasPrefix("- - 400 "))
    }
}
