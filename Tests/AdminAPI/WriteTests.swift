import HTTPClient
import HostedConnection
import Schema
import Testing

@Suite("Routes that change something")
struct WriteTests {
    private let account = #"{"accountId": "1000000000000001", "name": "P", "carrier": "C", "site": "international"}"#

    @Test("A repeated request with its key gets the same answer, another body or path with it is refused, and keys are the caller's")
    func idempotency() throws {
        let fixture = try Fixture()
        let circuit = try fixture.registerPartner()
        let token = try fixture.issueToken()
        let key = [(name: "Idempotency-Key", value: "order-7")]
        let second = """
            {"name": "c2", "partnerAccountId": "\(Fixture.partner)", "region": "r", "accessPoint": "ap", "bandwidthMbps": 500}
            """
        let first = try fixture.send("POST", "/admin/v1/circuits", second, headers: key)
        let again = try fixture.send("POST", "/admin/v1/circuits", second, headers: key)
        #expect(first.status == 201 && again.status == 201)
        #expect(first.body == again.body)
        #expect(first.header("X-Command-Id") == again.header("X-Command-Id"))
        #expect(try CircuitView(json: first.body).circuitID.description != circuit)

        let changed = try fixture.send("POST", "/admin/v1/circuits", second + " ", headers: key)
        #expect(changed.status == 409 && changed.error?.code == "idempotency_key_reused")
        let elsewhere = try fixture.send("POST", "/admin/v1/circuits:bulk", #"{"items": [\#(second)]}"#, headers: key)
        #expect(elsewhere.error?.code == "idempotency_key_reused")
        // The same facts again without the key: nothing new was made.
        #expect(try fixture.send("POST", "/admin/v1/circuits", second, token: token, headers: key).status == 200)
    }

    @Test("Every command has a name, greater than those before it, whatever it is answered; what is no command has none")
    func commandNames() throws {
        let fixture = try Fixture()
        let answers = [
            try fixture.send("POST", "/admin/v1/accounts", account),
            try fixture.send("POST", "/admin/v1/accounts?dryRun=true", account),
            try fixture.send("POST", "/admin/v1/accounts", #"{"name": "P"}"#),
            try fixture.send("POST", "/admin/v1/accounts:bulk", #"{"items": [\#(account)]}"#),
        ]
        #expect(answers.map(\.status) == [201, 200, 400, 200])
        let names = try answers.map { try #require($0.header("X-Command-Id").flatMap { CommandID($0) }) }
        #expect(zip(names, names.dropFirst()).allSatisfy { $0 < $1 })
        let none = [try fixture.send("POST", "/admin/v1/accounts", "[]"), try fixture.send("GET", "/admin/v1/accounts")]
        #expect(none.allSatisfy { $0.header("X-Command-Id") == nil })
    }

    @Test("A key has to be 1 to 255 visible characters", arguments: ["a b", String(repeating: "k", count: 256), "käse"])
    func badKey(_ key: String) throws {
        let response = try Fixture().send("POST", "/admin/v1/accounts", account, headers: [(name: "Idempotency-Key", value: key)])
        #expect(response.status == 400)
        #expect(response.error?.field == "Idempotency-Key")
    }

    @Test(
        "A client that prefers a minimal answer to a bulk call gets ids and refusals only",
        arguments: ["return=minimal", "respond-async, Return=\"minimal\""])
    func minimalAnswer(_ preference: String) throws {
        let fixture = try Fixture()
        try fixture.registerPartner()
        let circuits = [2, 0].map { bandwidth in
            """
            {"name": "n", "partnerAccountId": "\(Fixture.partner)", "region": "r", "accessPoint": "ap", "bandwidthMbps": \(bandwidth)}
            """
        }
        let response = try fixture.send(
            "POST", "/admin/v1/circuits:bulk", #"{"items": [\#(circuits.joined(separator: ", "))]}"#,
            headers: [(name: "Prefer", value: preference)])
        #expect(response.status == 200)
        let items = try CircuitAnswers(json: response.body).items
        try #require(items.count == 2)
        let id = try #require(items[0].circuit?.circuitID)
        #expect(items[0].circuit == CircuitView(circuitID: id))
        #expect(!response.text.contains("accessPoint"))
        #expect(items[1].error?.field == "bandwidthMbps")
        #expect(try fixture.get("/admin/v1/circuits/\(id)", as: CircuitView.self).name == "n")
    }

    @Test("A preference that is not known changes nothing", arguments: ["return=representation", "return", "handling=strict"])
    func otherPreference(_ preference: String) throws {
        let fixture = try Fixture()
        let response = try fixture.send(
            "POST", "/admin/v1/accounts:bulk", #"{"items": [\#(account)]}"#, headers: [(name: "Prefer", value: preference)])
        #expect(try AccountAnswers(json: response.body).items.first?.account?.name == "P")
    }

    @Test("A dry run answers as if and changes nothing")
    func dryRun() throws {
        let fixture = try Fixture()
        let rehearsed = try fixture.send("POST", "/admin/v1/accounts?dryRun=true", account)
        #expect(rehearsed.status == 201)
        #expect(try AccountView(json: rehearsed.body).accountID == Fixture.partner)
        #expect(try fixture.get("/admin/v1/accounts", as: AccountList.self).items.isEmpty)
        #expect(try fixture.send("POST", "/admin/v1/accounts?dryRun=false", account).status == 201)
        #expect(try fixture.get("/admin/v1/accounts", as: AccountList.self).items.count == 1)
    }

    @Test(
        "A query parameter that is unknown, repeated or neither true nor false is refused",
        arguments: ["dryRun=1", "dryRun=TRUE", "dryRun", "dryrun=true", "dryRun=true&dryRun=true", "x=1"])
    func badQuery(_ query: String) throws {
        let fixture = try Fixture()
        let response = try fixture.send("POST", "/admin/v1/accounts?\(query)", account)
        #expect(response.status == 400 && response.error?.code == "invalid_value")
        #expect(response.error?.field == query.split(separator: "=").first.map(String.init))
        #expect(try fixture.get("/admin/v1/accounts", as: AccountList.self).items.isEmpty)
    }

    @Test("A body that is not as it should be is refused with the path of the field")
    func badBody() throws {
        let fixture = try Fixture()
        for (body, field) in [
            (#"{"accountId": "12"}"#, "accountId"), (#"{"nmae": "P"}"#, "nmae"), ("[]", ""), ("", ""), (#"{"name": 3}"#, "name"),
            (#"{"regions": ["a", 1]}"#, "regions[1]"),
        ] {
            let response = try fixture.send("POST", "/admin/v1/accounts", body)
            #expect(response.status == 400 && response.error?.code == "malformed_body", "\(body)")
            #expect(response.error?.field == field, "\(body): \(response.text)")
        }
        let bulk = #"{"items": [{"accountId": "1000000000000001"}, {"accountId": "x"}]}"#
        #expect(try fixture.send("POST", "/admin/v1/accounts:bulk", bulk).error?.field == "items[1].accountId")
    }

    @Test("In a list each item has its own answer; an empty list and more than a thousand items are refused")
    func bulk() throws {
        let fixture = try Fixture()
        let good = (1...1_000).map { Self.item($0) }
        let full = try fixture.send("POST", "/admin/v1/accounts:bulk", #"{"items": [\#(good.joined(separator: ","))]}"#)
        #expect(full.status == 200)
        #expect(try AccountAnswers(json: full.body).items.count(where: { $0.account != nil }) == 1_000)

        let mixed = try fixture.send("POST", "/admin/v1/accounts:bulk", #"{"items": [\#(Self.item(1_001)), {"name": "no id"}]}"#)
        let answers = try AccountAnswers(json: mixed.body).items
        #expect(mixed.status == 200)
        #expect(answers.first?.account != nil && answers.first?.error == nil)
        #expect(answers.last?.account == nil && answers.last?.error?.code == "missing_field")

        let tooMany = (good + [Self.item(1_001)]).joined(separator: ",")
        let refused = try fixture.send("POST", "/admin/v1/accounts:bulk", #"{"items": [\#(tooMany)]}"#)
        #expect(refused.status == 400 && refused.error?.code == "too_many_items" && refused.error?.field == "items")
        let empty = try fixture.send("POST", "/admin/v1/accounts:bulk", #"{"items": []}"#)
        #expect(empty.status == 400 && empty.error?.field == "items")
    }

    private static func item(_ number: Int) -> String {
        #"{"accountId": "\#(1_000_000_000_000_000 + number)", "name": "P\#(number)", "carrier": "C", "site": "international"}"#
    }
}
