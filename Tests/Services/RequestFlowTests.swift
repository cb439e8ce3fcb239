import HostedConnection
import Messaging
import PartnerService
import PortRecords
import Schema
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("What the parties ask of each other, over both services")
struct RequestFlowTests {
    @Test("A request is seen on both sides, refused by who is asked, and then another can be made") func refused() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        let made = try network.tenant.ok(network.request(.deletePort, port), as: RequestView.self)
        #expect(made.fromAccountID == Network.customer)
        #expect(made.toAccountID == Network.carrier)
        #expect(made.state == "open")
        #expect(try network.tenant.refusal(network.request(.deletePort, port)).error.code == "request_exists")
        try network.settle()
        let seen = try #require(
            try network.partner.read { reader in try RequestQuery(reader).request(made.requestID, of: Network.partnerCaller) })
        #expect(seen.reason == "please")
        let answer = try network.partner.ok(
            PartnerCommand(.refuseRequest(made.requestID, reason: "contract"), by: Network.partnerCaller), as: RequestView.self)
        #expect(answer.state == "refused")
        try network.settle()
        #expect(try network.requests(port) == (["refused"], ["refused"]))
        let told = try network.tenant.read { reader in try RequestQuery(reader).request(made.requestID, of: Network.tenantCaller) }
        #expect(told?.closingReason == "contract")
        try network.tenant.ok(network.request(.deletePort, port))
        try network.settle()
        #expect(try network.requests(port) == (["refused", "open"], ["refused", "open"]))
        #expect(try network.history(port).tenant.suffix(4) == ["request_made", "refused", "request_closed", "request_made"])
        try network.expectNoDeadLetters()
    }

    @Test("A request is withdrawn by who asks, and made again in the same batch") func withdrawn() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        let made = try network.tenant.ok(network.request(.deletePort, port), as: RequestView.self)
        try network.settle()
        let other = PartnerCommand(.withdrawRequest(made.requestID, reason: "x"), by: Network.partnerCaller)
        #expect(try network.partner.refusal(other).error.code == "forbidden")
        let answers = try network.tenant.answers([
            TenantCommand(.withdrawRequest(made.requestID, reason: "changed our mind"), by: Network.tenantCaller),
            network.request(.deletePort, port),
        ])
        #expect(answers.map(\.status) == [200, 201])
        try network.settle()
        #expect(try network.requests(port) == (["withdrawn", "open"], ["withdrawn", "open"]))
        try network.expectNoDeadLetters()
    }

    @Test("A request withdrawn while the other side refuses it ends refused on both") func crossing() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        let made = try network.tenant.ok(network.request(.deletePort, port), as: RequestView.self)
        try network.settle()
        try network.partner.ok(PartnerCommand(.refuseRequest(made.requestID, reason: "no"), by: Network.partnerCaller))
        try network.tenant.ok(
            TenantCommand(.withdrawRequest(made.requestID, reason: "never mind"), by: Network.tenantCaller), crossing: true)
        try network.settle()
        #expect(try network.requests(port) == (["refused"], ["refused"]))
        try network.expectNoDeadLetters()
    }

    @Test("A-25: a request for what is done meanwhile is fulfilled at once; requests about a deleted port are refused")
    func answered() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        try network.partner.ok(network.termination(port))
        try network.settle()
        try network.tenant.ok(network.request(.recoverPort, port))
        try network.partner.ok(network.recovery(port), crossing: true)
        try network.settle()
        #expect(try network.requests(port) == (["fulfilled"], ["fulfilled"]))
        try network.partner.ok(network.termination(port))
        try network.settle()
        try network.tenant.ok(network.request(.recoverPort, port))
        try network.settle()
        try network.partner.ok(network.deletion(port))
        try network.settle()
        #expect(try network.requests(port) == (["fulfilled", "refused"], ["fulfilled", "refused"]))
        try network.expectNoDeadLetters()
    }

    @Test("A-46: the partner's request to delete the VBR is fulfilled when the VBR is gone") func router() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        #expect(try network.partner.refusal(network.partnerRequest(.deleteVBR, port)).error.code == "port_has_no_vbr")
        let vbr = try network.createVBR(port).vbrID
        try network.settle()
        try network.partner.ok(network.partnerRequest(.deleteVBR, port))
        try network.settle()
        try network.partner.ok(network.vbrTermination(vbr))
        try network.settle()
        try network.partner.ok(network.vbrDeletion(vbr))
        try network.settle()
        #expect(try network.requests(port) == (["fulfilled"], ["fulfilled"]))
        try network.expectNoDeadLetters()
    }

    @Test("A-36: the tenant asks for another bandwidth, and the partner sees which") func bandwidth() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        let made = try network.tenant.ok(network.request(.changeBandwidth, port, bandwidth: 500), as: RequestView.self)
        try network.settle()
        let seen = try network.partner.read { reader in try RequestQuery(reader).request(made.requestID, of: Network.staff) }
        #expect(seen?.bandwidthMbps == 500)
        #expect(seen?.kind == .changeBandwidth)
    }

    @Test("One open request of a kind for each port stands in the schema too") func schema() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        try network.tenant.ok(network.request(.deletePort, port))
        try network.settle()
        for connection in [network.partner.connection, network.tenant.connection] {
            try connection.begin()
            defer { try? connection.rollback() }
            let second =
                "INSERT INTO party_request SELECT x'00000000000000000000000000000001', port_id, partner_account, tenant_account, act, "
                + "asker, bandwidth_mbps, reason, made_at, standing, closed_at, closing_reason FROM party_request"
            do {
                try connection.prepare(second).run()
                Issue.record("a second open request was taken")
            } catch StoreError.constraint(let violation) {
                #expect(violation.kind == .unique)
            }
        }
    }
}
