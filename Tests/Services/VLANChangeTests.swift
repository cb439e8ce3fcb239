import HostedConnection
import NetworkSimulator
import PartnerService
import SagaRecords
import Schema
import ServiceTesting
import Testing
import TenantService

@Suite("VLAN changes over both services and the access device")
struct VLANChangeTests {
    @Test("R-143: a new VLAN reaches port, VBR and access device, and traffic is announced to stop shortly") func changed() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit())
        let before = try network.deviceLog(port)
        try network.partner.ok(network.changeVLAN(port, to: 200))
        try network.settle()
        try network.expectVLAN(200, of: port)
        #expect(try network.deviceLog(port) == before + ["applied pass 200 200"])
        let (supply, demand) = try network.history(port)
        #expect(supply.suffix(3) == ["vlan_change_begun", "network_applied", "vlan_changed"])
        #expect(demand.suffix(2) == ["vlan_change_begun", "vlan_changed"])
        #expect(network.interruptionsTold == 2)
        let saga = try #require(try network.sagas().last)
        #expect(saga.definition == "vlan-change" && saga.phase == "completed")
    }

    @Test("R-140: the partner changes the VLAN whoever pays; for anybody else the port is not there", arguments: [Payer.tenant, .partner])
    func who(payer: Payer) throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit(), payer: payer)
        let stranger = try network.partner.refusal(network.changeVLAN(port, to: 200, by: .account(Network.otherCarrier)))
        #expect(stranger.error.code == "not_found")
        #expect(try network.partner.refusal(network.changeVLAN(port, to: 200, by: .account(Network.customer))).error.code == "not_found")
        try network.partner.ok(network.changeVLAN(port, to: 200))
        try network.settle()
        try network.expectVLAN(200, of: port)
    }

    @Test("R-141: a VLAN that is live on the circuit is refused, the port's own changes nothing") func unique() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let port = try network.connectedPort(circuit)
        let other = try network.offer(circuit, vlan: 200)
        let refused = try network.partner.refusal(network.changeVLAN(port, to: 200))
        #expect(refused.error.code == "vlan_in_use")
        #expect(refused.error.object == ConnectionID(other).description)
        try network.partner.ok(network.changeVLAN(port, to: 100))
        try network.settle()
        try network.expectVLAN(100, of: port)
        #expect(try network.sagas().isEmpty)
        #expect(try network.partner.refusal(network.changeVLAN(port, to: 3_000)).error.code == "invalid_value")
        #expect(try network.partner.refusal(network.changeVLAN(port, to: nil)).error.code == "missing_field")
    }

    @Test("R-141: while a change is under way both VLANs are held") func bothHeld() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let port = try network.connectedPort(circuit)
        try network.partner.ok(network.changeVLAN(port, to: 200))
        for vlan in [100, 200] as [UInt32] {
            let offer = PartnerCommand(.offer([network.offerInput(circuit, vlan: vlan)]), by: .account(Network.carrier))
            #expect(try network.partner.refusal(offer).error.code == "vlan_in_use")
        }
        try network.settle()
        _ = try network.offer(circuit, vlan: 100)
    }

    @Test("R-142: VLAN 0 beside other ports is refused; a lone port gets it and leaves it") func routed() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let port = try network.connectedPort(circuit)
        try network.partner.ok(network.changeVLAN(port, to: 0))
        let offer = PartnerCommand(.offer([network.offerInput(circuit, vlan: 300)]), by: .account(Network.carrier))
        #expect(try network.partner.refusal(offer).error.code == "vlan_zero_not_alone")
        try network.settle()
        try network.expectVLAN(0, of: port)
        #expect(try network.partner.refusal(offer).error.code == "vlan_zero_not_alone")
        try network.partner.ok(network.changeVLAN(port, to: 100))
        try network.settle()
        try network.expectVLAN(100, of: port)
        try network.partner.ok(offer)
        #expect(try network.partner.refusal(network.changeVLAN(port, to: 0)).error.code == "vlan_zero_not_alone")
    }

    @Test("A-22: an offered port changes without its device; Disabled and ended ones do not change") func states() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let pending = try network.offer(circuit, vlan: 100)
        try network.settle()
        try network.partner.ok(network.changeVLAN(pending, to: 200))
        try network.settle()
        try network.expectVLAN(200, of: pending)
        #expect(try network.device(pending) == nil)
        #expect(network.interruptionsTold == 0)
    }

    @Test("R-143: a device that refuses the VLAN leaves port, VBR and device with the old one") func refusedByDevice() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let port = try network.connectedPort(circuit)
        try network.refuse(DeviceFaults(vlanIDs: [200], reason: "VLAN table full"))
        try network.partner.ok(network.changeVLAN(port, to: 200))
        try network.settle()
        try network.expectVLAN(100, of: port)
        let view = try #require(try network.partnerView(port))
        #expect(view.status == "Active" && view.waitingFor == "" && view.deviceFailure == "")
        let saga = try #require(try network.sagas().last)
        #expect(saga.phase == "compensated")
        #expect(saga.reason == "network_failed: VLAN table full")
        #expect(try network.history(port).tenant.last == "vlan_change_undone")
        _ = try network.offer(circuit, vlan: 200)
        try network.refuse(DeviceFaults())
        try network.partner.ok(network.changeVLAN(port, to: 300))
        try network.settle()
        try network.expectVLAN(300, of: port)
    }

    @Test("A transient refusal is tried again until the device takes the VLAN") func transient() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit())
        try network.refuse(DeviceFaults(vlanIDs: [200], attempts: 2, transient: true, reason: "busy"))
        try network.partner.ok(network.changeVLAN(port, to: 200))
        try network.settle()
        let view = try #require(try network.partnerView(port))
        #expect(view.requestedVLANID == 200 && view.vlanID == 100)
        #expect(view.waitingFor.contains("busy"))
        for _ in 0..<3 { try network.pass(.seconds(25)) }
        try network.expectVLAN(200, of: port)
    }

    @Test("A device that does not answer has the change turned back, and the device gets the old VLAN again") func silent() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit())
        try network.refuse(DeviceFaults(delayMs: 4_000_000))
        try network.partner.ok(network.changeVLAN(port, to: 200))
        for _ in 0..<6 { try network.pass(.seconds(500)) }
        try network.refuse(DeviceFaults())
        for _ in 0..<6 { try network.pass(.seconds(3_000)) }
        try network.expectVLAN(100, of: port)
        #expect(try network.sagas().last?.phase == "compensated")
    }

    @Test("One change at a time: another one is refused and names the first and what it waits for") func oneAtATime() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit(), hasVBR: false)
        try network.partner.ok(network.changeVLAN(port, to: 200))
        let refused = try network.partner.refusal(network.changeVLAN(port, to: 300))
        #expect(refused.error.code == "change_in_progress")
        #expect(refused.error.object == (try network.sagas().last?.sagaID.description))
        try network.tenant.turn()
        let frozen = try network.tenant.refusal(TenantCommand(.createVBRs([network.vbrInput(port)]), by: .account(Network.customer)))
        #expect(frozen.error.code == "change_in_progress")
        try network.settle()
        try network.expectVLAN(200, of: port)
        #expect(try network.createVBR(port).vlanID == 200)
    }

    @Test("R-143: services that are killed at any point end with one VLAN everywhere", arguments: 0..<14)
    func restarted(turns: Int) throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit())
        try network.partner.ok(network.changeVLAN(port, to: 200))
        for turn in 0..<turns {
            switch turn % 4 {
            case 0: try network.tenant.turn()
            case 1: try network.partner.turn()
            case 2: try network.network.turn()
            default: try network.partner.turn()
            }
        }
        try network.partner.restart()
        try network.tenant.restart()
        try network.network.restart()
        try network.settle()
        try network.pass(.seconds(60))
        try network.expectVLAN(200, of: port)
    }

    @Test("Billing's facts go through while a change is under way") func facts() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit(), vlan: 100)
        try network.settle()
        try network.accept(port)
        try network.partner.ok(network.changeVLAN(port, to: 200))
        try network.settle()
        try network.expectVLAN(200, of: port)
        #expect(try network.partnerView(port)?.status == "Active")
    }
}
