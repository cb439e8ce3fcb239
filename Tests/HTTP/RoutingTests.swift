import HTTP
import Testing

@Suite struct RoutingTests {
    private func server() throws -> HTTPServer {
        var router = HTTPRouter()
        let tell: HTTPHandler = { request, responder in
            let id = request.parameters["id"] ?? "-"
            responder.respond(.text("\(request.method.rawValue) \(request.route) \(id) \(request.parameters["port"] ?? "-")"))
        }
        try router.on(.get, "/admin/v1/ports", tell)
        try router.on(.post, "/admin/v1/ports", tell)
        try router.on(.post, "/admin/v1/ports:bulk", tell)
        try router.on(.get, "/admin/v1/ports/{id}", tell)
        try router.on(.delete, "/admin/v1/ports/{id}", tell)
        try router.on(.post, "/admin/v1/ports/{id}:accept", tell)
        try router.on(.post, "/admin/v1/ports/{id}:withdraw", tell)
        try router.on(.post, "/admin/v1/ports/special", tell)
        try router.on(.get, "/admin/v1/circuits/{id}/ports/{port}", tell)
        try router.on(.get, "/admin/v1/circuits/{id}/ports/all", tell)
        return try HTTPServer.start(service: router)
    }

    @Test(arguments: [
        ("GET", "/admin/v1/ports", "GET /admin/v1/ports - -"),
        ("POST", "/admin/v1/ports", "POST /admin/v1/ports - -"),
        ("POST", "/admin/v1/ports:bulk", "POST /admin/v1/ports:bulk - -"),
        ("POST", "/admin/v1/ports%3Abulk", "POST /admin/v1/ports:bulk - -"),
        ("GET", "/admin/v1/ports/pc-1", "GET /admin/v1/ports/{id} pc-1 -"),
        ("GET", "/admin/v1/ports/a%2Fb%20c+d", "GET /admin/v1/ports/{id} a/b c+d -"),
        ("POST", "/admin/v1/ports/pc-1:accept", "POST /admin/v1/ports/{id}:accept pc-1 -"),
        ("POST", "/admin/v1/ports/pc-1:withdraw?x=:accept", "POST /admin/v1/ports/{id}:withdraw pc-1 -"),
        ("POST", "/admin/v1/ports/special", "POST /admin/v1/ports/special - -"),
        ("GET", "/admin/v1/ports/special", "GET /admin/v1/ports/{id} special -"),
        ("GET", "/admin/v1/circuits/c1/ports/p2", "GET /admin/v1/circuits/{id}/ports/{port} c1 p2"),
        ("GET", "/admin/v1/circuits/c1/ports/all", "GET /admin/v1/circuits/{id}/ports/all c1 -"),
    ])
    func finds(_ method: String, _ path: String, _ expected: String) throws {
        let server = try server()
        let connection = try RawConnection(server.port)
        connection.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try connection.response()
        #expect(response.status == 200)
        #expect(response.text == expected)
    }

    @Test(arguments: [
        "/", "/admin", "/admin/v1/ports/", "/admin/v1//ports", "/admin/v1/ports/x/y", "/Admin/v1/ports", "/admin/v1/circuits//ports/a",
    ])
    func knowsNothingAt(_ path: String) throws {
        let server = try server()
        let connection = try RawConnection(server.port)
        connection.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try connection.response()
        #expect(response.status == 404)
        #expect(response.text.contains("\"NotFound\""))
        // The connection goes on.
        connection.send("GET /admin/v1/ports HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try connection.response().status == 200)
    }

    @Test(arguments: [
        ("PUT", "/admin/v1/ports", 405, "GET, HEAD, POST, OPTIONS"),
        ("POST", "/admin/v1/ports/pc-1", 405, "GET, HEAD, DELETE, OPTIONS"),
        ("DELETE", "/admin/v1/ports:bulk", 405, "POST, OPTIONS"),
        ("PUT", "/admin/v1/ports/special", 405, "GET, HEAD, POST, DELETE, OPTIONS"),
        ("OPTIONS", "/admin/v1/ports", 204, "GET, HEAD, POST, OPTIONS"),
        ("OPTIONS", "*", 204, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    ])
    func namesTheAllowedMethods(_ method: String, _ path: String, _ status: Int, _ allow: String) throws {
        let server = try server()
        let connection = try RawConnection(server.port)
        connection.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try connection.response()
        #expect(response.status == status)
        #expect(response["Allow"] == allow)
    }

    @Test func answersHeadByGet() throws {
        let server = try server()
        let connection = try RawConnection(server.port)
        connection.send("HEAD /admin/v1/ports HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try connection.response(hasBody: false)
        #expect(response.status == 200)
        #expect(response["Content-Length"] == "\("HEAD /admin/v1/ports - -".utf8.count)")
    }

    @Test func refusesWrongDeclarations() {
        var router = HTTPRouter()
        let nothing: HTTPHandler = { _, _ in }
        for pattern in ["", "ports", "/a//b", "/{}", "/{a", "/a}", "/{a}b", "/{a}:", "/{a}/{a}", "/x{a}"] {
            #expect(throws: HTTPRouteError.malformedPattern(pattern)) { try router.on(.get, pattern, nothing) }
        }
        #expect(throws: Never.self) { try router.on(.get, "/a/{b}", nothing) }
        #expect(throws: HTTPRouteError.duplicate(.get, "/a/{c}")) { try router.on(.get, "/a/{c}", nothing) }
    }

    @Test func rendersItsOwnErrorsInTheGivenShape() throws {
        var configuration = HTTPServerConfiguration()
        configuration.problemRenderer = { .text("<\($0.status) \($0.code.rawValue)>", status: $0.status) }
        let server = try HTTPServer.start(configuration, service: HTTPRouter())
        let connection = try RawConnection(server.port)
        connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try connection.response().text == "<404 NotFound>")
    }

    @Test func sendsStandingHeadersAndNoVersion() throws {
        let server = try server()
        let connection = try RawConnection(server.port)
        connection.send("GET /admin/v1/ports HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try connection.response()
        #expect(response["X-Content-Type-Options"] == "nosniff")
        #expect(response["Content-Type"] == "text/plain; charset=utf-8")
        #expect(response["Server"] == nil)
        #expect(response["Date"] != nil)
        #expect(response["Connection"] == nil)
    }
}
