import HTTPClient
import HostedConnection
import Schema
import Testing

@Suite("Routes that show something")
struct ReadTests {
    @Test("A list comes in pages that hang together, each thing once")
    func pages() throws {
        let fixture = try Fixture()
        try fixture.registerPartner()
        let items = (0..<4).map {
            """
            {"name": "d\($0)", "partnerAccountId": "\(Fixture.partner)", "region": "r", "accessPoint": "ap", "bandwidthMbps": 500}
            """
        }
        try #require(try fixture.send("POST", "/admin/v1/circuits:bulk", #"{"items": [\#(items.joined(separator: ","))]}"#).status == 200)
        var names: [String] = []
        var token = ""
        var pages = 0
        repeat {
            let page = try fixture.get("/admin/v1/circuits?pageSize=2&pageToken=\(token)", as: CircuitList.self)
            names += page.items.map(\.name)
            token = page.nextPageToken
            pages += 1
        } while !token.isEmpty && pages < 10
        #expect(names == ["c1", "d0", "d1", "d2", "d3"])
        #expect(pages == 3)
    }

    @Test("An offer waits for the tenant's account; one that is refused says why")
    func offer() throws {
        let fixture = try Fixture()
        let circuit = try fixture.registerPartner()
        let offer = #"{"circuitId": "\#(circuit)", "tenantAccountId": "\#(Fixture.tenant)", "vlanId": 100, "bandwidthMbps": 100}"#
        let response = try fixture.send("POST", "/admin/v1/ports", offer)
        #expect(response.status == 404 && response.error?.code == "account_unknown")
        #expect(response.error?.object == Fixture.tenant.description)
        #expect(try fixture.get("/admin/v1/ports", as: PortList.self).items.isEmpty)
        #expect(try fixture.send("GET", "/admin/v1/ports/pc-nonsense").status == 404)
    }

    @Test("A dead letter is listed whole, can't be retried without a place, and is closed once")
    func deadLetters() throws {
        let fixture = try Fixture()
        fixture.deliverRubbish()
        let open = try fixture.get("/admin/v1/dead-letters?state=open", as: DeadLetterList.self).items
        let letter = try #require(open.first)
        #expect(open.count == 1)
        #expect(letter.topic == "hosted-connections.tenant" && letter.partition == 3 && letter.offset == 7)
        #expect(letter.key == "pc-none" && letter.bodyBytes == 7 && letter.state == "open" && !letter.holdsChannel)
        #expect(try fixture.get("/admin/v1/messaging", as: MessagingView.self).partitions.map(\.nextOffset) == [8])

        let path = "/admin/v1/dead-letters/\(letter.deadLetterID)"
        let retried = try fixture.send("POST", "\(path):retry")
        #expect(retried.status == 409 && retried.error?.code == "contradicts_state")
        #expect(try fixture.send("POST", "\(path):discard", "{}").status == 200)
        #expect(try fixture.send("POST", "\(path):discard").status == 404)
        #expect(try fixture.get(path, as: DeadLetterView.self).state == "discarded")
        #expect(try fixture.get("/admin/v1/dead-letters?state=open", as: DeadLetterList.self).items.isEmpty)
        #expect(try fixture.send("GET", "/admin/v1/dead-letters/99").status == 404)
        #expect(try fixture.send("GET", "/admin/v1/dead-letters?state=lost").error?.field == "state")
        #expect(try fixture.get("/admin/v1/held-channels", as: HeldChannelList.self).items.isEmpty)
    }
}
