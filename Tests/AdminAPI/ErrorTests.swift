import AdminAPI
import HTTPClient
import HostedConnection
import Messaging
import Schema
import Store
import Testing

@Suite("Errors all have one shape")
struct ErrorTests {
    @Test("The server's own errors are rendered as the API's")
    func serverErrors() throws {
        let fixture = try Fixture()
        let nothing = try fixture.send("GET", "/nothing")
        #expect(nothing.status == 404 && nothing.error?.code == "not_found")
        let method = try fixture.send("DELETE", "/admin/v1/accounts")
        #expect(method.status == 405 && method.error?.code == "method_not_allowed")
        #expect(method.header("Allow") == "GET, HEAD, POST, OPTIONS")
        let large = try fixture.send("POST", "/admin/v1/accounts", String(repeating: " ", count: (4 << 20) + 1))
        #expect(large.status == 413 && large.error?.code == "body_too_large")
        let atLimit = try fixture.send("POST", "/admin/v1/accounts", String(repeating: " ", count: 4 << 20))
        #expect(atLimit.status == 400)
    }

    @Test("A body that does not say that it is JSON is refused", arguments: ["text/plain", "application/jsonp", nil])
    func mediaType(_ type: String?) throws {
        let response = try Fixture().send("POST", "/admin/v1/accounts", "{}", type: type)
        #expect(response.status == 415 && response.error?.code == "unsupported_media_type")
        #expect(response.error?.field == "Content-Type")
    }

    @Test("What JSON's media type says beside its name does not matter")
    func charset() throws {
        let response = try Fixture().send("POST", "/admin/v1/accounts", "{}", type: "Application/JSON; charset=utf-8")
        #expect(response.status == 400 && response.error?.code == "missing_field")
    }

    @Test("A refusal by a rule has code, field and next step, and every answer its request's name")
    func refusal() throws {
        let fixture = try Fixture()
        let first = try fixture.send("POST", "/admin/v1/accounts", #"{"name": "P"}"#)
        let second = try fixture.send("GET", "/admin/v1/accounts")
        #expect(first.status == 400 && first.error?.field == "accountId" && first.error?.next.isEmpty == false)
        let ids = [first, second].compactMap { $0.header("X-Request-Id") }
        #expect(Set(ids).count == 2)
        #expect(first.header("Cache-Control") == "no-store")
    }

    @Test("What fails inside is told to the log alone, under the name that the answer carries")
    func internalFault() throws {
        let fixture = try Fixture { routes in
            try routes.read("/admin/v1/broken") { _, _ throws(StepFailure) in throw .store(.corrupt("secret of the database")) }
        }
        let response = try fixture.send("GET", "/admin/v1/broken")
        let id = try #require(response.header("X-Request-Id"))
        #expect(response.status == 500 && response.error?.code == "internal_error")
        #expect(response.error?.object == id)
        #expect(!response.text.contains("secret"))
        #expect(fixture.logLines.all.contains("secret of the database") && fixture.logLines.all.contains(id))
        #expect(try fixture.send("GET", "/admin/v1/accounts").status == 200)

        let refusal = Refusal(.internalError, "UNIQUE constraint failed: port.vlan")
        #expect(refusal.answer.status == 500)
        #expect(!refusal.detail.text.contains("port.vlan"))
    }

    @Test("Full queues answer 503 with Retry-After")
    func overload() throws {
        let fixture = try Fixture(commandLimit: 0, readLimit: 0)
        for response in [try fixture.send("POST", "/admin/v1/accounts", "{}"), try fixture.send("GET", "/admin/v1/accounts")] {
            #expect(response.status == 503 && response.error?.code == "overloaded")
            #expect(response.header("Retry-After") == "1")
        }
    }

    @Test(
        "Paging parameters are checked",
        arguments: [("pageSize=0", "pageSize"), ("pageSize=1001", "pageSize"), ("pageSize=x", "pageSize"), ("pageToken=zz", "pageToken")])
    func paging(_ query: String, _ field: String) throws {
        let response = try Fixture().send("GET", "/admin/v1/circuits?\(query)")
        #expect(response.status == 400 && response.error?.field == field)
    }

    @Test("A filter that is no state or no id is refused", arguments: [("acceptance=maybe", "acceptance"), ("circuitId=7", "circuitId")])
    func filters(_ query: String, _ field: String) throws {
        let response = try Fixture().send("GET", "/admin/v1/ports?\(query)")
        #expect(response.status == 400 && response.error?.field == field)
    }
}
