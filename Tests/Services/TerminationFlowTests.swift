import HostedConnection
import Messaging
import PartnerDomain
import PartnerService
import PortRecords
import Schema
import ServiceKit
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("Stopping and recovering, over both services")
struct TerminationFlowTests {
    @Test("R-161, R-166: the paying partner stops port and VBR, and recovers both") func cascade() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        let vbr = try network.createVBR(port).vbrID
        try network.settle()
        try network.partner.ok(network.termination(port))
        try network.settle()
        #expect(try network.axes(port) == ["confirmed", "terminated", "paid", "associated"])
        let stopped = try #require(try network.partnerView(port))
        #expect(stopped.status == "Disabled")
        #expect(stopped.vbrState == "terminated")
        #expect(stopped.terminatedBy == .partner)
        #expect(stopped.forwarding == "block")
        #expect(try network.tenantView(port)?.status == "Disabled")
        #expect(try vbrState(vbr, network) == "terminated")

        try network.partner.ok(network.recovery(port))
        try network.settle()
        #expect(try network.axes(port) == ["confirmed", "enabled", "paid", "associated"])
        #expect(try vbrState(vbr, network) == "enabled")
        let recovered = try #require(try network.partnerView(port))
        #expect(recovered.vbrState == "enabled")
        #expect(recovered.vlanID == stopped.vlanID)
        #expect(recovered.bandwidthMbps == stopped.bandwidthMbps)
        #expect(recovered.terminatedBy == .unspecified)
        #expect(
            try network.history(port).tenant.suffix(5) == ["vbr_created", "terminated", "vbr_terminated", "recovered", "vbr_recovered"])
        try network.expectNoDeadLetters()
    }

    private func vbrState(_ vbr: VBRID, _ network: Network) throws -> String? {
        try network.tenant.read { reader in try TenantQueries(reader).vbr(vbr, of: Network.staff)?.state }
    }

    @Test("R-160: a partner that does not pay neither stops nor deletes port or VBR; its refusals stand in the history")
    func notThePayer() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit(), payer: .tenant)
        let vbr = try network.createVBR(port).vbrID
        try network.settle()
        for command in [
            network.termination(port), network.deletion(port), network.vbrTermination(vbr), network.vbrRecovery(vbr),
            network.vbrDeletion(vbr),
        ] {
            let (status, error) = try network.partner.refusal(command)
            #expect(status == 403)
            #expect(error.code == "not_the_payer")
            #expect(!error.next.isEmpty)
            #expect(!error.object.isEmpty)
        }
        #expect(try network.history(port).partner.suffix(5) == Array(repeating: "refused", count: 5))
    }

    @Test("R-162, R-168, R-166: the VBR alone is stopped and recovered; of a stopped port it is not recovered alone")
    func routerAlone() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        let vbr = try network.createVBR(port).vbrID
        try network.settle()
        try network.partner.ok(network.vbrTermination(vbr))
        try network.settle()
        #expect(try network.axes(port) == ["confirmed", "enabled", "paid", "associated"])
        #expect(try network.partnerView(port)?.vbrState == "terminated")
        #expect(try network.partnerView(port)?.forwarding == "block")
        #expect(try vbrState(vbr, network) == "terminated")

        try network.partner.ok(network.termination(port))
        try network.settle()
        let refused = try network.partner.refusal(network.vbrRecovery(vbr)).error
        #expect(refused.code == "port_terminated")
        #expect(refused.object == port.description)
        try network.partner.ok(network.recovery(port))
        try network.settle()
        #expect(try vbrState(vbr, network) == "terminated", "it was stopped on its own before (A-27)")
        try network.partner.ok(network.vbrRecovery(vbr))
        try network.settle()
        #expect(try vbrState(vbr, network) == "enabled")
        #expect(try network.partnerView(port)?.vbrState == "enabled")
        #expect(try network.partnerView(port)?.forwarding == "pass")
        try network.expectNoDeadLetters()
    }

    @Test("R-163, R-167: the tenant stops its port, does not recover it, and asks the partner", arguments: [Payer.tenant, .partner])
    func tenantStops(_ payer: Payer) throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit(), payer: payer)
        #expect(try network.tenant.ok(network.tenantTermination(port), as: PortView.self).status == "Terminating")
        try network.settle()
        #expect(try network.axes(port) == ["confirmed", "terminated", "paid", "none"])
        #expect(try network.partnerView(port)?.terminatedBy == .tenant)
        #expect(try network.tenantView(port)?.terminatedBy == .tenant)
        try network.tenant.ok(network.tenantTermination(port))

        let own = try network.tenant.refusal(TenantCommand(.recover([RecoveryInput(portID: port)]), by: Network.tenantCaller)).error
        #expect(own.code == "partner_recovers")
        if payer == .tenant {
            #expect(try network.partner.refusal(network.recovery(port)).error.code == "recovery_not_requested")
        }
        try network.tenant.ok(network.request(.recoverPort, port))
        try network.settle()
        try network.partner.ok(network.recovery(port))
        try network.settle()
        #expect(try network.axes(port) == ["confirmed", "enabled", "paid", "none"])
        #expect(try network.requests(port) == (["fulfilled"], ["fulfilled"]))
        try network.expectNoDeadLetters()
    }

    @Test("R-163: with a VBR on it the tenant does not stop the port") func tenantWithVBR() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit(), payer: .tenant)
        let vbr = try network.createVBR(port).vbrID
        let refused = try network.tenant.refusal(network.tenantTermination(port)).error
        #expect(refused.code == "port_has_vbr")
        #expect(refused.object == vbr.description)
        #expect(refused.next == "Delete the VBR first")
        try network.deleteOwnVBR(vbr)
        try network.tenant.ok(network.tenantTermination(port))
        try network.settle()
        #expect(try network.axes(port) == ["confirmed", "terminated", "paid", "none"])
    }

    @Test("R-172: the tenant deletes its own VBR, also one that a partner has terminated, and one whose port is stopped")
    func ownVBR() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        let first = try network.createVBR(port).vbrID
        try network.settle()
        try network.partner.ok(network.vbrTermination(first))
        try network.settle()
        try network.deleteOwnVBR(first)
        #expect(try network.axes(port) == ["confirmed", "enabled", "paid", "none"])
        #expect(try network.partnerView(port)?.forwarding == "pass")
        let second = try network.createVBR(port).vbrID
        try network.settle()
        try network.partner.ok(network.termination(port))
        try network.settle()
        try network.deleteOwnVBR(second)
        #expect(try network.axes(port) == ["confirmed", "terminated", "paid", "none"])
        try network.expectNoDeadLetters()
    }

    @Test("R-164, R-165: stopped, a port keeps VLAN, bandwidth and its payment") func notReleased() throws {
        let network = try Network()
        let circuit = try network.circuit(capacity: 200)
        let port = try network.portInUse(circuit)
        try network.partner.ok(network.termination(port))
        try network.settle()
        #expect(try network.allocated(circuit) == [200, 1])
        let sameVLAN = PartnerCommand(.offer([network.offerInput(circuit)]), by: Network.partnerCaller)
        #expect(try network.partner.refusal(sameVLAN).error.code == "vlan_in_use")
        let other = PartnerCommand(.offer([network.offerInput(circuit, vlan: 101, bandwidth: 50)]), by: Network.partnerCaller)
        #expect(try network.partner.refusal(other).error.code == "insufficient_bandwidth")
        #expect(try network.refunds() == 0)
        #expect(try network.partnerView(port)?.billing == "paid")
    }

    @Test("R-169: with access devices the state is shown once the device has followed, also over a restart") func devices() throws {
        let network = try Network()
        network.areDevicesSilent = true
        let port = try network.portInUse(try network.circuit())
        try network.applyDevice(port, id: 1)
        try network.createVBR(port)
        try network.settle()
        #expect(try network.partner.ok(network.termination(port), as: PortView.self).status == "Terminating")
        try network.settle()
        #expect(try network.partnerView(port)?.service == "terminating")
        #expect(try network.tenantView(port)?.service == "enabled")
        try network.partner.restart()
        try network.applyDevice(port, id: 2)
        #expect(try network.axes(port) == ["confirmed", "terminated", "paid", "associated"])
        try network.partner.ok(network.recovery(port))
        try network.settle()
        #expect(try network.partnerView(port)?.service == "recovering")
        #expect(try network.tenantView(port)?.service == "terminated")
        try network.applyDevice(port, id: 3)
        #expect(try network.axes(port) == ["confirmed", "enabled", "paid", "associated"])
        try network.expectNoDeadLetters()
    }

    @Test("R-170: pending and deleted ports are not stopped, stopped ones stay so") func notActive() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let pending = try network.offer(circuit, vlan: 1, payer: .partner)
        try network.settle()
        #expect(try network.partner.refusal(network.termination(pending)).error.code == "port_not_active")
        #expect(try network.tenant.refusal(network.tenantTermination(pending)).error.code == "port_not_active")
        let port = try network.portInUse(circuit, vlan: 2)
        try network.partner.ok(network.termination(port))
        try network.settle()
        let lines = try network.history(port)
        try network.partner.ok(network.termination(port))
        try network.tenant.ok(network.tenantTermination(port))
        try network.settle()
        #expect(try network.history(port) == lines)
        try network.partner.ok(network.deletion(port))
        try network.settle()
        #expect(try network.partner.refusal(network.termination(port)).error.code == "port_ended")
        #expect(try network.tenant.refusal(network.tenantTermination(port)).error.code == "port_ended")
    }

    @Test("R-161: a VBR created while the partner stops its port ends disabled with it, on both sides") func crossingVBR() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        try network.partner.ok(network.termination(port))
        let vbr = try VBRView(
            json: try network.tenant.ok(TenantCommand(.createVBRs([network.vbrInput(port)]), by: Network.tenantCaller), crossing: true).body
        ).vbrID
        try network.settle()
        #expect(try network.axes(port) == ["confirmed", "terminated", "paid", "associated"])
        #expect(try vbrState(vbr, network) == "terminated")
        #expect(try network.partnerView(port)?.vbrState == "terminated")
        try network.partner.ok(network.recovery(port))
        try network.settle()
        #expect(try vbrState(vbr, network) == "enabled")
        #expect(try network.partnerView(port)?.vbrState == "enabled")
        try network.expectNoDeadLetters()
    }

    @Test("R-163: both parties stop the port at once: it is stopped once, and can be recovered") func bothStop() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        try network.tenant.ok(network.tenantTermination(port))
        try network.partner.ok(network.termination(port), crossing: true)
        try network.settle()
        #expect(try network.axes(port) == ["confirmed", "terminated", "paid", "none"])
        try network.partner.ok(network.recovery(port))
        try network.settle()
        #expect(try network.axes(port) == ["confirmed", "enabled", "paid", "none"])
        try network.expectNoDeadLetters()
    }

    @Test("R-171, R-180: the partner stops, deletes the VBR, deletes the port; each missing step has its own refusal")
    func endToEnd() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let port = try network.portInUse(circuit)
        let vbr = try network.createVBR(port).vbrID
        try network.settle()
        #expect(try network.partner.refusal(network.vbrDeletion(vbr)).error.code == "vbr_not_terminated")
        let hasVBR = try network.partner.refusal(network.deletion(port)).error
        #expect(hasVBR.code == "port_has_vbr")
        #expect(hasVBR.object == vbr.description)
        try network.partner.ok(network.vbrTermination(vbr))
        try network.settle()
        #expect(try network.partner.refusal(network.deletion(port)).error.code == "port_has_vbr")
        try network.partner.ok(network.vbrDeletion(vbr))
        try network.settle()
        #expect(try network.axes(port) == ["confirmed", "enabled", "paid", "none"])
        #expect(try vbrState(vbr, network) == "deleted")
        #expect(try network.partner.refusal(network.vbrDeletion(vbr)).status == 404)
        try network.partner.ok(network.deletion(port))
        try network.settle()
        #expect(try network.axes(port) == ["deleted", "released", "refunded", "none"])
        #expect(try network.allocated(circuit) == [0, 0])
        try network.expectNoDeadLetters()
    }

    @Test("A-05: for a third account there is no port, VBR or request to command") func strangers() throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit())
        let vbr = try network.createVBR(port).vbrID
        try network.settle()
        try network.tenant.ok(network.request(.deletePort, port))
        try network.settle()
        let request = try #require(
            try network.partner.read { reader in
                try RequestQuery(reader).requests(nil, about: port, of: Network.staff, PageRequest()).items.first?.requestID
            })
        let carrier = Caller.account(Network.otherCarrier)
        for command in [
            network.withdrawal(port, by: carrier), network.termination(port, by: carrier), network.recovery(port, by: carrier),
            network.deletion(port, by: carrier), network.vbrTermination(vbr, by: carrier), network.vbrRecovery(vbr, by: carrier),
            network.vbrDeletion(vbr, by: carrier), network.partnerRequest(.deleteVBR, port, by: carrier),
            PartnerCommand(.refuseRequest(request, reason: "no"), by: carrier),
        ] {
            #expect(try network.partner.refusal(command).status == 404)
        }
        let customer = Caller.account(Network.otherCustomer)
        for command in [
            network.rejection(port, by: customer), network.tenantTermination(port, by: customer),
            network.tenantDeletion(port, by: customer),
            TenantCommand(.recover([RecoveryInput(portID: port)]), by: customer), network.request(.deletePort, port, by: customer),
            TenantCommand(.withdrawRequest(request, reason: "no"), by: customer),
        ] {
            #expect(try network.tenant.refusal(command).status == 404)
        }
        for stranger in [carrier, customer] {
            #expect(try network.partner.read { reader in try RequestQuery(reader).request(request, of: stranger) } == nil)
            #expect(try network.tenant.read { reader in try RequestQuery(reader).request(request, of: stranger) } == nil)
        }
    }
}
