import HTTPClient
import HostedConnection
import Schema
import Testing

@Suite("Bearer tokens")
struct AuthenticationTests {
    @Test("Without a token, or with one that nobody has, the answer is 401, whatever the path and before the body is read")
    func noToken() throws {
        let fixture = try Fixture()
        for token in [nil, "nobody's", "\(Fixture.operatorToken)x"] {
            for (method, path) in [("GET", "/admin/v1/ports"), ("GET", "/nowhere"), ("POST", "/admin/v1/ports")] {
                let body = method == "POST" ? String(repeating: " ", count: 5 << 20) : nil
                let response = try fixture.send(method, path, body, token: token)
                #expect(response.status == 401)
                #expect(response.header("WWW-Authenticate")?.hasPrefix("Bearer") == true)
                #expect(response.error?.code == "unauthenticated")
            }
        }
        #expect(!fixture.logLines.all.contains("nobody's"))
    }

    @Test("An account's token works as soon as the answer has shown it, and acts as its account alone")
    func accountToken() throws {
        let fixture = try Fixture()
        try fixture.registerPartner()
        let token = try fixture.issueToken()
        let accounts = try fixture.get("/admin/v1/accounts", as: AccountList.self, token: token)
        #expect(accounts.items.map(\.accountID) == [Fixture.partner])
        #expect(try fixture.get("/admin/v1/circuits", as: CircuitList.self, token: token).items.count == 1)

        let another = #"{"accountId": "1000000000000002", "name": "Q", "carrier": "D", "site": "international"}"#
        #expect(try fixture.send("POST", "/admin/v1/accounts", another, token: token).status == 403)
        #expect(try fixture.send("POST", "/admin/v1/accounts/1000000000000002:issue-token", token: token).status == 404)
    }

    @Test("R-013: of another account's things and of the operators' views a token learns nothing: the answers are those of nothing")
    func thirdAccount() throws {
        let fixture = try Fixture()
        let circuit = try fixture.registerPartner()
        let other = #"{"accountId": "1000000000000002", "name": "Q", "carrier": "D", "site": "international"}"#
        try #require(try fixture.send("POST", "/admin/v1/accounts", other).status == 201)
        let issued = try fixture.send("POST", "/admin/v1/accounts/1000000000000002:issue-token", "{}")
        let token = try TokenView(json: issued.body).token

        let known = try fixture.send("GET", "/admin/v1/circuits/\(circuit)", token: token)
        let unknown = try fixture.send("GET", "/admin/v1/circuits/\(circuit.dropLast())0", token: token)
        #expect(known.status == 404 && unknown.status == 404)
        #expect(known.error?.code == unknown.error?.code)
        #expect(try fixture.get("/admin/v1/circuits", as: CircuitList.self, token: token).items.isEmpty)
        #expect(try fixture.send("GET", "/admin/v1/circuits/\(circuit)").status == 200)

        let nothing = try fixture.send("GET", "/admin/v1/nothing", token: token)
        for path in ["/admin/v1/dead-letters", "/admin/v1/dead-letters/1", "/admin/v1/held-channels", "/admin/v1/messaging"] {
            let response = try fixture.send("GET", path, token: token)
            #expect(response.status == 404)
            #expect(response.error == nothing.error)
        }
        #expect(try fixture.send("POST", "/admin/v1/dead-letters/1:discard", token: token).error == nothing.error)
    }

    @Test("A token is not kept with an idempotency key, and a dry run issues none")
    func tokenIsShownOnce() throws {
        let fixture = try Fixture()
        try fixture.registerPartner()
        let path = "/admin/v1/accounts/\(Fixture.partner):issue-token"
        let keyed = try fixture.send("POST", path, headers: [(name: "Idempotency-Key", value: "k")])
        #expect(keyed.status == 400 && keyed.error?.field == "Idempotency-Key")
        let rehearsed = try fixture.send("POST", path + "?dryRun=true", "{}")
        #expect(rehearsed.status == 201)
        #expect(try TokenView(json: rehearsed.body).token.isEmpty)
        #expect(try fixture.send("GET", "/admin/v1/accounts", token: "").status == 401)
    }
}
