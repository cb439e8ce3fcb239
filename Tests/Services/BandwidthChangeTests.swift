import BillingSimulator
import HostedConnection
import Messaging
import PartnerDomain
import PartnerService
import SagaRecords
import Schema
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("Bandwidth changes over both services, billing and the access device")
struct BandwidthChangeTests {
    @Test("R-144, A-24: more bandwidth is in force once the tenant has paid; until then the old rate stays") func tenantPays() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit())
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        for view in [try network.partnerView(port), try network.tenantView(port)] {
            let view = try #require(view)
            #expect(view.bandwidthMbps == 200 && view.requestedBandwidthMbps == 500)
            #expect(view.waitingFor.contains("to pay for 500 Mbit/s"))
        }
        #expect(try network.device(port)?.rateMbps == 200)
        #expect(try network.onlyCircuit()?.allocatedMbps == 500)
        #expect(try network.ledger().count == 1)
        try network.tenant.ok(network.payment(port))
        try network.settle()
        try network.expectBandwidth(500, of: port)
        #expect(try network.ledger().map(\.bandwidthMbps) == [200, 500])
        #expect(try network.router(port)?.bandwidthMbps == 200)
        #expect(try network.deviceLog(port) == ["applied pass 100 200", "applied pass 100 500"])
        #expect(try network.tenant.refusal(network.payment(port)).error.code == "charge_not_retriable")
    }

    @Test("R-144: a paying partner is charged at once") func partnerPays() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit(), payer: .partner)
        try network.partner.ok(network.bandwidthChange(port, to: 1_000))
        #expect(try network.partner.refusal(network.bandwidthCancellation(port)).error.code == "change_in_progress")
        try network.settle()
        try network.expectBandwidth(1_000, of: port)
        #expect(try network.ledger().map(\.bandwidthMbps) == [200, 1_000])
    }

    @Test("R-144: a tenant that has asked for the bandwidth is charged as soon as it is reserved") func asked() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit())
        try network.tenant.ok(
            TenantCommand(
                .request([RequestInput(portID: port, kind: .changeBandwidth, bandwidthMbps: 500)]), by: .account(Network.customer)))
        try network.settle()
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        try network.expectBandwidth(500, of: port)
        #expect(try network.ledger().map(\.bandwidthMbps) == [200, 500])
    }

    @Test("R-144: beyond the circuit's capacity nothing changes, in the guide's words") func capacity() throws {
        let network = try Network()
        let circuit = try network.circuit(capacity: 1_000)
        let port = try network.connectedPort(circuit)
        let before = try network.partnerView(port)
        let other = try network.offer(circuit, vlan: 300, bandwidth: 500)
        try network.settle()
        let refused = try network.partner.refusal(network.bandwidthChange(port, to: 1_000)).error
        #expect(refused.code == "insufficient_bandwidth" && refused.text == "Insufficient bandwidth resources")
        #expect(refused.object == circuit.description)
        #expect(try network.partnerView(port) == before)
        #expect(try network.sagas().isEmpty)
        #expect(other.isSet)
        #expect(try network.partner.refusal(network.bandwidthChange(port, to: 333)).error.code == "bandwidth_not_offered")
        #expect(try network.partner.refusal(network.bandwidthChange(port, to: nil)).error.code == "missing_field")
    }

    @Test("R-144: reserved bandwidth is nobody else's") func reserved() throws {
        let network = try Network()
        let circuit = try network.circuit(capacity: 600)
        let port = try network.connectedPort(circuit)
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        let offer = PartnerCommand(
            .offer([network.offerInput(circuit, vlan: 300, bandwidth: 200)]), by: .account(Network.carrier))
        #expect(try network.partner.refusal(offer).error.code == "insufficient_bandwidth")
        try network.settle()
        try network.partner.ok(network.bandwidthCancellation(port))
        try network.settle()
        try network.expectBandwidth(200, of: port)
        try network.partner.ok(offer)
    }

    @Test("A declined charge refuses the change; capacity is given back and the port is unharmed", arguments: [Payer.tenant, .partner])
    func declined(payer: Payer) throws {
        var rule = DeclineRule()
        rule.bandwidths = [Bandwidth(megabitsPerSecond: 500)]
        rule.attempts = 63
        let network = try Network(declining: rule)
        let port = try network.connectedPort(try network.circuit(), payer: payer)
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        if payer == .tenant {
            try network.tenant.ok(network.payment(port))
            try network.settle()
        }
        try network.expectBandwidth(200, of: port)
        #expect(try network.sagas().last?.reason.hasPrefix("charge_declined: ") == true)
        let (supply, demand) = try network.history(port)
        #expect(supply.last == "bandwidth_refused" && demand.contains("bandwidth_refused"))
        #expect(try network.deviceLog(port) == ["applied pass 100 200"])
        if payer == .tenant { #expect(try network.tenant.refusal(network.payment(port)).error.code == "charge_not_retriable") }
        try network.partner.ok(network.bandwidthChange(port, to: 1_000))
        try network.settle()
        if payer == .tenant {
            try network.tenant.ok(network.payment(port))
            try network.settle()
        }
        try network.expectBandwidth(1_000, of: port)
    }

    @Test("The paying tenant may reject, the partner cancel, and the time may run out before the payment") func ends() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit())
        #expect(try network.tenant.refusal(network.bandwidthRejection(port)).error.code == "no_change_in_progress")
        #expect(try network.partner.refusal(network.bandwidthCancellation(port)).error.code == "no_change_in_progress")

        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        try network.tenant.ok(network.bandwidthRejection(port))
        try network.settle()
        try network.expectBandwidth(200, of: port)
        #expect(try network.sagas().last?.reason == "change_cancelled: the tenant rejected it: no need")

        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        try network.partner.ok(network.bandwidthCancellation(port))
        try network.settle()
        try network.expectBandwidth(200, of: port)
        #expect(try network.sagas().last?.reason == "change_cancelled: the partner cancelled it: too dear")

        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        try network.pass(PartnerPolicy.standard.bandwidthPaymentTime)
        try network.expectBandwidth(200, of: port)
        #expect(try network.sagas().last?.reason.hasPrefix("change_timed_out: ") == true)
        #expect(try network.ledger().count == 1)
    }

    @Test("A deadline of an earlier change does not end a later one") func laterChange() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit())
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        try network.partner.ok(network.bandwidthCancellation(port))
        try network.settle()
        try network.pass(.seconds(80_000))
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        try network.pass(.seconds(10_000))
        #expect(try network.partnerView(port)?.requestedBandwidthMbps == 500)
        try network.tenant.ok(network.payment(port))
        try network.settle()
        try network.expectBandwidth(500, of: port)
    }

    @Test("Paid bandwidth is insisted on: a device that refuses is asked until it takes the rate") func deviceInsists() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit(), payer: .partner)
        try network.refuse(DeviceFaults(portIDs: [port], reason: "no queue"))
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        for _ in 0..<8 { try network.pass(.seconds(3_600)) }
        let saga = try #require(try network.sagas().last)
        #expect(saga.overdue && saga.phase == "running")
        #expect(try network.partnerView(port)?.bandwidthMbps == 200)
        try network.refuse(DeviceFaults())
        try network.pass(.seconds(3_600))
        try network.expectBandwidth(500, of: port)
    }

    @Test("R-146: less bandwidth is given back once the device enforces it, and a VBR above it is lowered") func decrease() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit(), bandwidth: 500)
        try network.partner.ok(network.bandwidthChange(port, to: 200))
        #expect(try network.onlyCircuit()?.allocatedMbps == 500)
        #expect(try network.partnerView(port)?.bandwidthMbps == 500)
        try network.settle()
        try network.expectBandwidth(200, of: port)
        #expect(try network.router(port)?.bandwidthMbps == 200)
        #expect(try network.ledger().count == 1)
        #expect(try network.deviceLog(port) == ["applied pass 100 500", "applied pass 100 200"])
    }

    @Test("R-146: a device that refuses the lower rate leaves everything as it was") func decreaseRefused() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit(), bandwidth: 500)
        try network.refuse(DeviceFaults(portIDs: [port], attempts: 1, reason: "no"))
        try network.partner.ok(network.bandwidthChange(port, to: 200))
        for _ in 0..<4 { try network.pass(.seconds(20)) }
        #expect(try network.sagas().last?.phase == "compensated")
        try network.refuse(DeviceFaults())
        try network.partner.ok(
            PartnerCommand(.retryDevices([DeviceRetryInput(portID: port)]), by: Network.staff))
        try network.settle()
        try network.expectBandwidth(500, of: port)
    }

    @Test("Services that are killed at any point charge once and end with one bandwidth", arguments: 0..<12)
    func restarted(turns: Int) throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit(), payer: .partner)
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        for turn in 0..<turns {
            switch turn % 4 {
            case 0: try network.billing.turn()
            case 1: try network.partner.turn()
            case 2: try network.network.turn()
            default: try network.tenant.turn()
            }
        }
        try network.partner.restart()
        try network.tenant.restart()
        try network.billing.restart()
        try network.network.restart()
        try network.settle()
        try network.pass(.seconds(60))
        try network.expectBandwidth(500, of: port)
        #expect(try network.ledger().map(\.bandwidthMbps) == [200, 500])
    }

    @Test("Only a port in use changes its bandwidth; one change at a time") func states() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let pending = try network.offer(circuit)
        try network.settle()
        #expect(try network.partner.refusal(network.bandwidthChange(pending, to: 500)).error.code == "port_not_active")
        let port = try network.connectedPort(circuit, vlan: 300)
        try network.partner.ok(network.bandwidthChange(port, to: 200))
        #expect(try network.sagas().isEmpty, "the port's own bandwidth changes nothing")
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        let refused = try network.partner.refusal(network.changeVLAN(port, to: 400)).error
        #expect(refused.code == "change_in_progress")
        #expect(refused.text.contains("waits for the payment from the payer"))
        #expect(try network.tenantView(port)?.requestedBandwidthMbps == nil)
        try network.settle()
        #expect(try network.tenantView(port)?.requestedBandwidthMbps == 500)
    }
}
