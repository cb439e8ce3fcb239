import Schema
import Testing

@testable import AdminConsole

@Suite struct InvocationTests {
    private func json(_ text: String) throws -> JSONValue { try JSONValue(json: Array(text.utf8)) }

    @Test func optionsBecomeTheBody() throws {
        let offer = try Invocation("port offer --circuit cir-1 --to 2000000000000001 --vlan 0 --bandwidth 500 --payer partner --tag a=b")
        #expect(offer.path == "/admin/v1/ports")
        #expect(
            try offer.body
                == json(
                    """
                    {"circuitId": "cir-1", "tenantAccountId": "2000000000000001", "vlanId": 0, "bandwidthMbps": 500,
                     "payer": "PAYER_PARTNER", "tags": {"a": "b"}}
                    """))
    }

    @Test func theSubjectIsInTheBodyOrInThePath() throws {
        #expect(try Invocation("port accept pc-1").body?.json == #"{"portId":"pc-1"}"#)
        let refusal = try Invocation("request refuse req-1 --reason late")
        #expect(refusal.path == "/admin/v1/requests/req-1:refuse")
        #expect(refusal.body?.json == #"{"reason":"late"}"#)
        #expect(try Invocation("account token 2000000000000001").body == nil)
        #expect(try Invocation("account redundancy 2000000000000001").path == "/admin/v1/redundancy?tenantAccountId=2000000000000001")
    }

    @Test func aSubjectIsNothingButAPartOfThePath() throws {
        #expect(try Invocation("port show a/b?c=d").path == "/admin/v1/ports/a%2Fb%3Fc%3Dd")
    }

    @Test func dotsLeadIntoAnObject() throws {
        let change = try Invocation("account change 2000000000000001 --region r1 --region r2 --extra-bandwidth 700")
        #expect(
            change.body?.json
                == #"{"accountId":"2000000000000001","regions":{"items":["r1","r2"]},"extraBandwidths":{"mbps":[700]}}"#)
    }

    @Test func severalSubjectsAreSentAsOne() throws {
        let terminate = try Invocation("port terminate pc-1 pc-2 --yes")
        #expect(terminate.path == "/admin/v1/terminations:bulk")
        #expect(terminate.body?.json == #"{"items":[{"portId":"pc-1"},{"portId":"pc-2"}]}"#)
        #expect(throws: UsageError.self) { try Invocation("port cancel-bandwidth pc-1 pc-2") }
    }

    @Test func itemsComeFromAFile() throws {
        let folder = try TestFolder()
        let file = try folder.write(#"[{"vlanId": 7}, {"vlanId": 8, "payer": "PAYER_TENANT"}]"#, to: "items")
        let offers = try Invocation("port offer --items \(file) --payer partner")
        #expect(offers.path == "/admin/v1/ports:bulk")
        #expect(
            try offers.body == json(#"{"items": [{"vlanId": 7, "payer": "PAYER_PARTNER"}, {"vlanId": 8, "payer": "PAYER_TENANT"}]}"#),
            "what an item says itself wins")
        #expect(throws: UsageError.self) { try Invocation("port offer --items \(file).missing") }
    }

    @Test func viewsHaveAQuery() throws {
        let list = try Invocation("saga list --phase needs_operator --overdue")
        #expect(list.path == "/admin/v1/sagas?phase=needs_operator&overdue=true")
        #expect(list.body == nil)
        #expect(try Invocation("port list").path == "/admin/v1/ports")
    }

    @Test func aDryRunAndTheCallersRegionAreInTheQuery() throws {
        let delete = try Invocation("port delete pc-1 --dry-run --from-region eu-central-1")
        #expect(delete.path == "/admin/v1/deletions?dryRun=true&region=eu-central-1")
        #expect(delete.isDryRun)
    }

    @Test(arguments: [
        ("port fly pc-1", "there is no port fly, only offer"),
        ("port accept", "PORT is missing"),
        ("port offer --to 2000000000000001 --vlan 1 --bandwidth 500", "--circuit is missing"),
        ("port set-vlan pc-1 --vlan many", "--vlan takes a whole number, not \"many\""),
        ("port set-vlan pc-1 --vlan", "--vlan needs a value"),
        ("port set-payer pc-1 --payer nobody", "--payer takes partner or tenant, not \"nobody\""),
        ("port tag pc-1 --set a", "--set takes KEY=VALUE, not \"a\""),
        ("circuit change cir-1 --deployed perhaps", "--deployed takes true or false, not \"perhaps\""),
        ("port show pc-1 --dry-run", "port show changes nothing"),
        ("port list pc-1", "unknown argument \"pc-1\""),
        ("port accept pc-1 --force", "unknown argument \"--force\""),
    ])
    func whatCannotBeUnderstoodIsSaid(line: String, text: String) throws {
        let error = #expect(throws: UsageError.self) { try Invocation(line) }
        #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    }
}
