import HTTP
import HTTPClient
import Testing

@Suite struct TLSTests {
    private func server(_ certificate: String, _ key: String) throws -> HTTPServer {
        var configuration = HTTPServerConfiguration()
        configuration.tls = HTTPServerTLS(certificatePath: certificate, keyPath: key)
        var router = HTTPRouter()
        try router.on(.get, "/") { _, responder in responder.respond(.text("hello")) }
        return try HTTPServer.start(configuration, service: router)
    }

    @Test(arguments: [true, false]) func answersOverTLS(_ curve: Bool) throws {
        let files = try Certificates(curve: curve)
        let server = try server(files.certificate, files.key)
        var configuration = HTTPClientConfiguration(baseURL: "https://127.0.0.1:\(server.port)")
        configuration.certificateAuthorityPath = files.certificate
        let response = try HTTPClient(configuration).request("GET", "/")
        #expect(response.status == 200)
        #expect(response.body == Array("hello".utf8))
    }

    @Test func refusalsReachAClientThatIsStillSending() throws {
        let files = try Certificates()
        let server = try server(files.certificate, files.key)
        var configuration = HTTPClientConfiguration(baseURL: "https://127.0.0.1:\(server.port)")
        configuration.certificateAuthorityPath = files.certificate
        let client = try HTTPClient(configuration)
        let body = [UInt8](repeating: 32, count: 5 << 20)
        for _ in 0..<20 { #expect(try client.request("POST", "/nowhere", body: body).status == 404) }
    }

    @Test func speaksOnlyTheTwoNewestVersions() throws {
        let files = try Certificates()
        let server = try server(files.certificate, files.key)
        func connects(_ version: String) -> Bool {
            Certificates.status(
                "echo | timeout 10 openssl s_client -connect 127.0.0.1:\(server.port) -cipher DEFAULT@SECLEVEL=0 \(version) "
                    + "-CAfile \(files.certificate) -verify_return_error >/dev/null 2>&1") == 0
        }
        #expect(connects("-tls1_3"))
        #expect(connects("-tls1_2"))
        #expect(!connects("-tls1_1"))
        #expect(!connects("-tls1"))
    }

    @Test func clientRefusesAnUnknownCertificate() throws {
        let files = try Certificates()
        let server = try server(files.certificate, files.key)
        let client = try HTTPClient(HTTPClientConfiguration(baseURL: "https://127.0.0.1:\(server.port)"))
        let error = #expect(throws: HTTPClientError.self) { try client.request("GET", "/") }
        #expect(error?.code == "HTTPClient.TLS")
    }

    @Test func startFailsOnAKeyOfAnotherCertificate() throws {
        let files = try Certificates()
        let error = #expect(throws: HTTPServerError.self) { try server(files.certificate, files.otherKey) }
        guard case .refused(let detail) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!detail.isEmpty)
    }

    @Test func startFailsOnAMissingFile() throws {
        let files = try Certificates()
        let missing = files.folder + "/missing.pem"
        #expect(throws: HTTPServerError.unreadableFile(path: missing, errorNumber: 2)) { try server(missing, files.key) }
        #expect(throws: HTTPServerError.unreadableFile(path: missing, errorNumber: 2)) { try server(files.certificate, missing) }
        #expect(throws: HTTPServerError.self) { try server("/", files.key) }
    }
}
