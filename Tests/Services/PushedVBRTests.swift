import HostedConnection
import Kafka
import Messaging
import PartnerDomain
import PartnerService
import Schema
import ServiceKit
import ServiceTesting
import Store
import TenantService
import Testing

@Suite("VBRs that the partner has pushed, over both services")
struct PushedVBRTests {
    @Test("R-110, R-124: a pushed VBR holds its VLAN and bandwidth, passes on the device, and the tenant has it") func push() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let vbr = try network.pushed(circuit)
        let supply = try #require(try network.partnerView(of: vbr))
        let demand = try #require(try network.tenantView(of: vbr))
        #expect(supply.status == "Active")
        #expect(supply.waitingFor == "")
        #expect(demand.status == "Active")
        #expect(!demand.portID.isSet)
        #expect(demand.pushedByAccountID == Network.carrier)
        #expect(demand.circuitID == circuit)
        #expect(demand.region == "eu-central-1")
        #expect(demand.vlanID == supply.vlanID && demand.bandwidthMbps == supply.bandwidthMbps)
        #expect(demand.cloudIPv4 == supply.cloudIPv4 && demand.clientIPv4 == supply.clientIPv4)
        #expect(demand.fee?.state == "running")
        #expect(demand.fee?.subscriptionID == supply.fee?.subscriptionID)
        let device = try #require(try network.device(of: vbr))
        #expect(device.forwarding == "pass" && device.vlanID == 100 && device.rateMbps == 200)
        #expect(try network.allocated(circuit) == [200, 1])
        try network.expectNoDeadLetters()
    }

    @Test("R-046, R-052, R-053: a push and an offer keep off each other's VLAN and bandwidth") func conflicts() throws {
        let network = try Network()
        let circuit = try network.circuit(capacity: 500)
        let vbr = try network.pushed(circuit, bandwidth: 300)
        let same = try network.partner.refusal(
            PartnerCommand(.offer([network.offerInput(circuit, vlan: 100, bandwidth: 100)]), by: .account(Network.carrier)))
        #expect(same.error.code == "vlan_in_use")
        #expect(same.error.object == vbr.description)
        let more = try network.partner.refusal(
            PartnerCommand(.offer([network.offerInput(circuit, vlan: 101, bandwidth: 300)]), by: .account(Network.carrier)))
        #expect(more.error.code == "insufficient_bandwidth")
        _ = try network.offer(circuit, vlan: 101, bandwidth: 200)
        #expect(try network.partner.refusal(network.pushing(network.pushInput(circuit, vlan: 101))).error.code == "vlan_in_use")
        #expect(
            try network.partner.refusal(network.pushing(network.pushInput(circuit, vlan: 102, bandwidth: 1))).error.code
                == "insufficient_bandwidth")
        #expect(try network.partner.refusal(network.bandwidthSetting(vbr, 301)).error.code == "insufficient_bandwidth")
        #expect(try network.allocated(circuit) == [500, 2])
    }

    @Test("A-15: the same push again answers with the same VBR, a dry run makes none, and a bulk answers each") func repeats() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let dry = try network.partner.answer(network.pushing(network.pushInput(circuit)), isDryRun: true)
        #expect(dry.status == 201)
        #expect(try network.partner.rows(of: "pushed_vbr") == 0)
        let vbr = try network.pushed(circuit)
        let again = try network.partner.answer(network.pushing(network.pushInput(circuit)))
        #expect(again.status == 200)
        #expect(try PushedVBRView(json: again.body).vbrID == vbr)
        let bulk = try network.partner.ok(
            PartnerCommand(
                .pushVBRs([
                    network.pushInput(circuit), network.pushInput(circuit, vlan: 101), network.pushInput(circuit, bandwidth: 300),
                ]), by: .account(Network.carrier), as: .bulk))
        let items = try PushedVBRAnswers(json: bulk.body).items
        #expect(items.map { $0.error?.code } == [nil, nil, "vlan_in_use"])
        #expect(items[0].vbr?.vbrID == vbr)
        #expect(try network.allocated(circuit) == [400, 2])
    }

    @Test("A-11: a VBR without a bandwidth keeps ports off its circuit until its bandwidth is set, unless the operator says otherwise")
    func unlimited() throws {
        for isAllowed in [false, true] {
            let network = try Network(policy: PartnerPolicy(hasAccessDevices: true, allowsOversubscribed: isAllowed))
            let circuit = try network.circuit(capacity: 500)
            // In one batch: what blocks is not in the database yet.
            let answers = try network.partner.answers([
                network.pushing(network.pushInput(circuit, bandwidth: nil)),
                PartnerCommand(.offer([network.offerInput(circuit, vlan: 101)]), by: .account(Network.carrier)),
            ])
            let vbr = try PushedVBRView(json: answers[0].body).vbrID
            try network.settle()
            #expect(try network.device(of: vbr)?.rateMbps == 0)
            #expect(try network.device(of: vbr)?.forwarding == "pass")
            #expect(try network.tenantView(of: vbr)?.bandwidthMbps == 0)
            guard !isAllowed else {
                #expect(answers[1].status == 201)
                continue
            }
            let error = try #require(try ErrorBody(json: answers[1].body).error)
            #expect(error.code == "circuit_unlimited")
            #expect(error.object == vbr.description)
            #expect(error.next.contains("Set the bandwidth"))
            _ = try network.pushed(circuit, vlan: 102, bandwidth: 100)
            try network.partner.ok(network.bandwidthSetting(vbr, 150))
            try network.settle()
            #expect(try network.device(of: vbr)?.rateMbps == 150)
            #expect(try network.tenantView(of: vbr)?.bandwidthMbps == 150)
            _ = try network.offer(circuit, vlan: 101, bandwidth: 200)
            #expect(try network.allocated(circuit) == [450, 3])
        }
    }

    @Test("R-111, R-114, R-115: bandwidth and attestation are set, Speed Unlimited is refused, and both histories tell") func settings()
        throws
    {
        let network = try Network()
        let vbr = try network.pushed(try network.circuit())
        let refused = try network.partner.refusal(network.bandwidthSetting(vbr, 0))
        #expect(refused.error.code == "unlimited_bandwidth")
        try network.partner.ok(network.bandwidthSetting(vbr, 300))
        try network.partner.ok(
            PartnerCommand(.attest([AttestationInput(vbrID: vbr, how: "letter of 2 March")]), by: .account(Network.carrier)))
        try network.settle()
        let view = try #require(try network.partnerView(of: vbr))
        #expect(view.informedHow == "letter of 2 March")
        #expect(view.informedBy != "")
        #expect(view.informedAt != nil)
        let supply = try network.partner.read { reader in try PartnerQueries(reader).pushedHistory(of: vbr, for: Network.staff) }
        #expect(
            supply?.items.map(\.action) == [
                "vbr_pushed", "network_applied", "refused", "vbr_changed", "tenant_informed", "network_applied",
            ])
        let demand = try network.tenant.read { reader in try TenantQueries(reader).history(of: vbr, for: Network.staff) }
        #expect(demand?.items.map(\.action) == ["vbr_pushed", "vbr_changed"])
    }

    @Test("R-169, R-171, R-178: terminate, recover, terminate and delete, each shown once the device has followed") func life() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let vbr = try network.pushed(circuit)
        func order(_ action: ([PushedVBROrderInput]) -> PartnerCommand.Action) -> PartnerCommand {
            PartnerCommand(action([PushedVBROrderInput(vbrID: vbr)]), by: .account(Network.carrier))
        }
        #expect(try network.partner.refusal(order { .deletePushed($0) }).error.code == "vbr_not_terminated")
        network.areDevicesSilent = true
        try network.partner.ok(order { .terminatePushed($0) })
        try network.settle()
        #expect(try network.partnerView(of: vbr)?.status == "Terminating")
        #expect(try network.tenantView(of: vbr)?.status == "Active")
        network.areDevicesSilent = false
        try network.settle()
        #expect(try network.partnerView(of: vbr)?.status == "Disabled")
        #expect(try network.tenantView(of: vbr)?.status == "Disabled")
        #expect(try network.device(of: vbr)?.forwarding == "block")
        try network.partner.ok(order { .recoverPushed($0) })
        try network.settle()
        #expect(try network.tenantView(of: vbr)?.status == "Active")
        #expect(try network.device(of: vbr)?.forwarding == "pass")
        try network.deletePushed(vbr)
        #expect(try network.partnerView(of: vbr)?.status == "Deleted")
        #expect(try network.tenantView(of: vbr)?.status == "Deleted")
        #expect(try network.device(of: vbr)?.forwarding == "removed")
        #expect(try network.allocated(circuit) == [0, 0])
        let next = try network.pushed(circuit)
        #expect(next != vbr, "what it held is free")
        try network.expectNoDeadLetters()
    }

    @Test("A device that refuses is asked again by itself, or by an operator; the push stands") func deviceFaults() throws {
        let network = try Network()
        let circuit = try network.circuit()
        try network.refuse(DeviceFaults(vlanIDs: [100], attempts: 1, transient: true, reason: "busy"))
        let first = try network.pushed(circuit)
        #expect(try network.partnerView(of: first)?.deviceFailure == "busy")
        try network.pass(.seconds(11))
        #expect(try network.device(of: first)?.forwarding == "pass")
        try network.refuse(DeviceFaults(vlanIDs: [101], reason: "no such interface"))
        let second = try network.pushed(circuit, vlan: 101)
        #expect(try network.partnerView(of: second)?.waitingFor.contains("no such interface") == true)
        try network.refuse(DeviceFaults())
        let retry = PartnerCommand.Action.retryPushedDevices([PushedVBROrderInput(vbrID: second)])
        #expect(try network.partner.refusal(PartnerCommand(retry, by: .account(Network.carrier))).error.code == "forbidden")
        try network.partner.ok(PartnerCommand(retry, by: Network.staff))
        try network.settle()
        #expect(try network.device(of: second)?.forwarding == "pass")
        #expect(try network.partnerView(of: second)?.waitingFor == "")
    }

    @Test("A-05: for other partners and other tenants there is no such VBR; the tenant cannot do what is the partner's") func hidden()
        throws
    {
        let network = try Network()
        let vbr = try network.pushed(try network.circuit())
        let stranger = Caller.account(Network.otherCarrier)
        #expect(try network.partnerView(of: vbr, for: stranger) == nil)
        #expect(try network.partner.refusal(network.bandwidthSetting(vbr, 300, by: stranger)).error.code == "not_found")
        #expect(try network.partner.refusal(network.partnerRefund(vbr, by: stranger)).error.code == "not_found")
        #expect(try network.partner.read { reader in try PartnerQueries(reader).pushedHistory(of: vbr, for: stranger) } == nil)
        let other = Caller.account(Network.otherCustomer)
        #expect(try network.tenantView(of: vbr, for: other) == nil)
        for caller in [other, .account(Network.customer)] {
            let change = try network.tenant.refusal(
                TenantCommand(.changeVBRs([VBRChangeInput(vbrID: vbr, bandwidthMbps: 500)]), by: caller))
            let deletion = try network.tenant.refusal(TenantCommand(.deleteVBRs([VBRDeletionInput(vbrID: vbr)]), by: caller))
            let code = caller == other ? "not_found" : "set_by_partner"
            #expect(change.error.code == code)
            #expect(deletion.error.code == code)
        }
        let named = try network.tenant.ok(
            TenantCommand(
                .changeVBRs([VBRChangeInput(vbrID: vbr, name: "edge of Birch", detectMultiplier: 4)]), by: .account(Network.customer)),
            as: VBRView.self)
        #expect(named.name == "edge of Birch")
        #expect(named.pushedByAccountID == Network.carrier)
    }

    @Test("An account with a pushed VBR is not closed on either side; a VBR waits for an account not yet known") func accounts() throws {
        let network = try Network()
        let vbr = try network.pushed(try network.circuit())
        let supply = try network.partner.refusal(
            PartnerCommand(.closeAccounts([AccountClosureInput(accountID: Network.carrier)]), by: Network.staff))
        #expect(supply.error.code == "account_has_ports")
        #expect(supply.error.object == vbr.description)
        let closure = TenantCommand(.closeAccounts([AccountClosureInput(accountID: Network.customer)]), by: Network.staff)
        #expect(try network.tenant.refusal(closure).error.object == vbr.description)
        try network.deletePushed(vbr)
        try network.tenant.ok(closure)
    }

    @Test("R-125, R-126: a deleted VBR's fee ends at its payer's; a prepaid one is refunded once, when its payer applies")
    func fees() throws {
        for payer in [Payer.tenant, .partner] {
            let network = try Network()
            let vbr = try network.pushed(try network.circuit(), payer: payer)
            #expect(try network.subscription(feeOf: vbr) == nil, "billing is asked nothing while the fee runs")
            let early =
                payer == .tenant
                ? try network.tenant.refusal(network.refund(vbr)) : try network.partner.refusal(network.partnerRefund(vbr))
            #expect(early.error.code == "fee_not_refundable")
            try network.deletePushed(vbr)
            #expect(try network.subscription(feeOf: vbr)?.state == "stopped")
            let entry = try #require(try network.ledger().first)
            #expect(entry.kind == "vbr fee")
            #expect(entry.vbrID == vbr)
            #expect(!entry.portID.isSet)
            #expect(entry.payerAccountID == (payer == .tenant ? Network.customer : Network.carrier))
            #expect(entry.amountMinor == 24_000)
            let stranger =
                payer == .tenant
                ? try network.partner.refusal(network.partnerRefund(vbr)) : try network.tenant.refusal(network.refund(vbr))
            #expect(stranger.error.code == "not_the_payer")
            for _ in 0..<2 {
                if payer == .tenant {
                    try network.tenant.ok(network.refund(vbr))
                } else {
                    try network.partner.ok(network.partnerRefund(vbr))
                }
                try network.settle()
            }
            let fee = payer == .tenant ? try network.tenantView(of: vbr)?.fee : try network.partnerView(of: vbr)?.fee
            #expect(fee?.state == "refunded")
            #expect(fee?.refundedMinor == 24_000)
            #expect(try network.subscription(feeOf: vbr)?.refundRequests == 1)
            #expect(try network.ledger().map(\.refundedMinor) == [24_000])
            try network.expectNoDeadLetters()
        }
    }

    @Test("What billing tells of a running fee by itself is passed; a refund that nobody asked for is a dead letter") func strayFees()
        throws
    {
        let network = try Network()
        let vbr = try network.pushed(try network.circuit())
        let subscription = SubscriptionID(feeOf: vbr)
        network.broker.add(
            SubscriptionRenewed(
                subscriptionID: subscription, payerAccountID: Network.customer, version: 3, amountMinor: 1, currency: "EUR"),
            id: messageID(9_001))
        network.broker.add(
            RefundSettled(subscriptionID: subscription, payerAccountID: Network.customer, version: 4, amountMinor: 1, currency: "EUR"),
            id: messageID(9_002))
        try network.settle()
        #expect(try network.tenant.deadLetterCauses() == ["contradicts_state"])
        #expect(try network.tenantView(of: vbr)?.fee?.state == "running")
    }

    @Test("Both services restarted, and every message repeated: nothing happens twice") func repeated() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let vbr = try network.pushed(circuit)
        try network.partner.ok(network.bandwidthSetting(vbr, 300))
        try network.settle()
        try network.partner.restart()
        try network.tenant.restart()
        network.broker.repeatEverything(of: .partner)
        network.broker.repeatEverything(of: .networkEvents)
        try network.settle()
        #expect(try network.partnerView(of: vbr)?.bandwidthMbps == 300)
        #expect(try network.tenantView(of: vbr)?.bandwidthMbps == 300)
        #expect(try network.allocated(circuit) == [300, 1])
        try network.deletePushed(vbr)
        #expect(try network.tenantView(of: vbr)?.status == "Deleted")
        try network.expectNoDeadLetters()
    }
}
