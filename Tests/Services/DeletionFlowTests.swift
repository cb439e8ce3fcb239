import HostedConnection
import Messaging
import PartnerDomain
import PartnerService
import Schema
import ServiceKit
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("Deleting ports, over both services and billing")
struct DeletionFlowTests {
    @Test(
        "R-175, R-177, R-178, R-179: the payer deletes an active port: refunded, released, deleted on both sides",
        arguments: [Payer.partner, .tenant])
    func deleted(_ payer: Payer) throws {
        let network = try Network()
        let circuit = try network.circuit(capacity: 200)
        let port = try network.portInUse(circuit, payer: payer)
        let view =
            try payer == .partner
            ? network.partner.ok(network.deletion(port), as: DeletionView.self)
            : network.tenant.ok(network.tenantDeletion(port), as: DeletionView.self)
        #expect(view.port?.status == "Deleting")
        #expect(view.refundID.hasPrefix("rfd-"))
        #expect(view.next.contains("refund"))
        try network.settle()
        #expect(try network.axes(port) == ["deleted", "released", "refunded", "none"])
        #expect(try network.refunds() == 1)
        #expect(try network.allocated(circuit) == [0, 0])
        #expect(try network.partnerView(port)?.sagaID.isSet == false)
        #expect(try network.tenantView(port)?.sagaID.isSet == false)
        #expect(try network.partnerView(port)?.forwarding == "removed")
        let history = try network.history(port)
        #expect(history.partner.suffix(1) == ["deleted"])
        #expect(history.tenant.suffix(1) == ["deleted"])
        _ = try network.offer(circuit)
        try network.expectNoDeadLetters()
    }

    @Test(
        "R-176: a deletion asked for twice, and every message twice, is one deletion and one refund", arguments: [Payer.partner, .tenant])
    func once(_ payer: Payer) throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit(), payer: payer)
        if payer == .partner {
            let answers = try network.partner.answers([network.deletion(port), network.deletion(port)])
            #expect(answers.map(\.status) == [200, 200])
        } else {
            let answers = try network.tenant.answers([network.tenantDeletion(port), network.tenantDeletion(port)])
            #expect(answers.map(\.status) == [200, 200])
        }
        try network.settle()
        for topic in [Topic.partner, .tenant, .billingEvents, .billingRequests] { network.broker.repeatEverything(of: topic) }
        try network.settle()
        #expect(try network.axes(port) == ["deleted", "released", "refunded", "none"])
        #expect(try network.refunds() == 1)
        #expect(try network.partner.rows(of: "saga") == 1)
        if payer == .partner { try network.partner.ok(network.deletion(port)) } else { try network.tenant.ok(network.tenantDeletion(port)) }
        try network.settle()
        #expect(try network.partner.rows(of: "saga") == 1)
        #expect(try network.refunds() == 1)
        try network.expectNoDeadLetters()
    }

    @Test(
        "R-174: an expired port is released without a refund, by the tenant also where the partner paid",
        arguments: [Payer.partner, .tenant])
    func expired(_ payer: Payer) throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit(), payer: payer)
        try network.expire(port, payer: payer)
        let view = try network.tenant.ok(network.tenantDeletion(port), as: DeletionView.self)
        #expect(view.refundID.isEmpty)
        try network.settle()
        #expect(try network.axes(port) == ["deleted", "released", "expired", "none"])
        #expect(try network.refunds() == 0)
        #expect(network.broker.records(of: .billingRequests).records.count == 2, "a charge and a stop")
        try network.expectNoDeadLetters()
    }

    @Test(
        "A-38, A-46: who does not pay is told to make a request, and the answer to it deletes the port",
        arguments: [Payer.partner, .tenant])
    func onRequest(_ payer: Payer) throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit(), payer: payer)
        if payer == .partner {
            let refused = try network.tenant.refusal(network.tenantDeletion(port)).error
            #expect(refused.code == "not_the_payer")
            #expect(refused.next.contains("request to delete the port"))
            try network.tenant.ok(network.request(.deletePort, port))
        } else {
            #expect(try network.partner.refusal(network.deletion(port)).error.code == "not_the_payer")
            try network.partner.ok(network.partnerRequest(.deletePort, port))
        }
        try network.settle()
        #expect(try network.requests(port) == (["open"], ["open"]))
        if payer == .partner { try network.partner.ok(network.deletion(port)) } else { try network.tenant.ok(network.tenantDeletion(port)) }
        try network.settle()
        #expect(try network.requests(port) == (["fulfilled"], ["fulfilled"]))
        #expect(try network.axes(port) == ["deleted", "released", "refunded", "none"])
        try network.expectNoDeadLetters()
    }

    @Test("R-173: a VBR that is created while the deletion begins stops it, and the port is what it was") func crossingVBR() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let port = try network.portInUse(circuit)
        try network.partner.ok(network.deletion(port))
        #expect(try network.partnerView(port)?.service == "deleting")
        let vbr = try VBRView(
            json: try network.tenant.ok(TenantCommand(.createVBRs([network.vbrInput(port)]), by: Network.tenantCaller), crossing: true).body
        ).vbrID
        try network.settle()
        #expect(try network.axes(port) == ["confirmed", "enabled", "paid", "associated"])
        #expect(try network.history(port).partner.contains("deletion_aborted"))
        #expect(try network.partnerView(port)?.sagaID.isSet == false)
        #expect(try network.refunds() == 0)
        #expect(try network.partner.refusal(network.deletion(port)).error.object == vbr.description)
        try network.expectComplete(port)
        try network.expectNoDeadLetters()
    }

    @Test("R-176: a deletion that both begin at once is one", arguments: [false, true]) func bothBegin(_ partnerFirst: Bool) throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        try network.expire(port, payer: .partner)
        if partnerFirst { try network.partner.ok(network.deletion(port)) }
        try network.tenant.ok(network.tenantDeletion(port), crossing: true)
        if !partnerFirst { try network.partner.ok(network.deletion(port), crossing: true) }
        try network.settle()
        #expect(try network.axes(port) == ["deleted", "released", "expired", "none"])
        #expect(try network.partner.rows(of: "saga") == 1)
        try network.expectNoDeadLetters()
    }

    @Test("While a deletion runs other commands are refused, naming it and what it waits for; `deleted` comes when billing has confirmed")
    func visible() throws {
        let network = try Network()
        network.areDevicesSilent = true
        let circuit = try network.circuit()
        let port = try network.portInUse(circuit)
        try network.applyDevice(port, id: 1)
        try network.partner.ok(network.deletion(port))
        try network.settle()
        let waiting = try #require(try network.partnerView(port))
        #expect(waiting.status == "Deleting")
        #expect(waiting.waitingFor.contains("access device"))
        let refused = try network.partner.refusal(network.termination(port)).error
        #expect(refused.code == "change_in_progress")
        #expect(refused.object == waiting.sagaID.description)
        #expect(refused.text.contains("port-deletion"))
        #expect(refused.text.contains("access device"))
        #expect(try network.tenant.refusal(network.tenantTermination(port)).error.code == "change_in_progress")
        #expect(try network.tenantView(port)?.service == "deleting")
        #expect(
            try network.tenant.refusal(TenantCommand(.createVBRs([network.vbrInput(port)]), by: Network.tenantCaller)).error.code
                == "change_in_progress")
        #expect(try network.refunds() == 0, "the device first")
        #expect(try network.allocated(circuit) == [200, 1])
        try network.applyDevice(port, id: 2)
        #expect(try network.axes(port) == ["deleted", "released", "refunded", "none"])
        #expect(try network.allocated(circuit) == [0, 0])
        try network.expectNoDeadLetters()
    }

    @Test("A deletion goes on over restarts at each of its steps, and over an empty log", arguments: [Payer.partner, .tenant])
    func restarts(_ payer: Payer) throws {
        let network = try Network()
        network.areDevicesSilent = true
        let port = try network.portInUse(try network.circuit(), payer: payer)
        try network.applyDevice(port, id: 1)
        if payer == .partner { try network.partner.ok(network.deletion(port)) } else { try network.tenant.ok(network.tenantDeletion(port)) }
        func restart() throws {
            try network.partner.restart()
            try network.tenant.restart()
            try network.billing.restart()
        }
        try restart()
        network.broker.forgetEverything()
        try restart()
        try network.settle()
        #expect(try network.partnerView(port)?.service == "deleting")
        try restart()
        try network.applyDevice(port, id: 2)
        try restart()
        try network.settle()
        #expect(try network.axes(port) == ["deleted", "released", "refunded", "none"])
        #expect(try network.refunds() == 1)
        try network.expectNoDeadLetters()
    }

    @Test("A device that does not answer is asked again for ever, with an alarm") func silentDevice() throws {
        let network = try Network()
        network.areDevicesSilent = true
        let port = try network.portInUse(try network.circuit())
        try network.applyDevice(port, id: 1)
        try network.partner.ok(network.deletion(port))
        try network.settle()
        let before = network.broker.records(of: .networkCommands).records.count
        for _ in 0..<8 {
            network.clock.advance(by: .seconds(3_600))
            try network.settle()
        }
        #expect(network.broker.records(of: .networkCommands).records.count >= before + 6)
        #expect(
            try network.partner.read { reader in
                try reader.prepare("SELECT is_overdue FROM saga").first { row throws(StoreError) in row.bool(0) }
            } == true)
        try network.applyDevice(port, id: 2)
        #expect(try network.axes(port) == ["deleted", "released", "refunded", "none"])
        #expect(try network.refunds() == 1)
    }

    @Test("R-175: an accepted port whose charge has no answer yet is deleted, and what may have been paid goes back")
    func unanswered() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit(), payer: .tenant)
        try network.settle()
        try network.accept(port)
        try network.tenant.ok(network.tenantDeletion(port))
        try network.settle()
        #expect(try network.axes(port) == ["deleted", "released", "refunded", "none"])
        #expect(try network.refunds() == 1)
        try network.expectNoDeadLetters()
    }

    @Test("R-183: a dry run says what a deletion would do, and begins none") func rehearsed() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        #expect(try network.partner.answer(network.deletion(port), isDryRun: true).status == 200)
        try network.settle()
        #expect(try network.axes(port) == ["confirmed", "enabled", "paid", "none"])
        #expect(try network.partner.rows(of: "saga") == 0)
    }
}
