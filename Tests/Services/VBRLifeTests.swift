import HostedConnection
import Messaging
import PartnerService
import Schema
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("A VBR's life over both services")
struct VBRLifeTests {
    private let customer = Caller.account(Network.customer)

    private func partnerVBR(_ id: VBRID, _ network: Network, of caller: Caller = Network.staff) throws -> VBRView? {
        try network.partner.read { reader in try PartnerQueries(reader).vbr(id, of: caller) }
    }

    private func histories(_ id: VBRID, _ network: Network, of caller: Caller = Network.staff) throws -> (
        partner: [String]?, tenant: [String]?
    ) {
        (
            try network.partner.read { reader in try PartnerQueries(reader).history(of: id, for: caller)?.items.map(\.action) },
            try network.tenant.read { reader in try TenantQueries(reader).history(of: id, for: caller)?.items.map(\.action) }
        )
    }

    @Test("R-097, R-172: created, changed, deleted, another one created; both sides show it, and its history with refusals") func life()
        throws
    {
        let network = try Network()
        let (port, router) = try network.connectedPort()
        let listed = try network.partner.read { reader in
            try PartnerQueries(reader).vbrs(of: .account(Network.carrier), PageRequest()).items
        }
        #expect(listed.map(\.vbrID) == [router])
        #expect(listed.first?.vlanID == 100)
        #expect(listed.first?.accountID == Network.customer)
        #expect(listed.first?.status == "Active")

        let changed = try network.tenant.ok(
            TenantCommand(
                .changeVBRs([
                    VBRChangeInput(
                        vbrID: router, name: "edge", bandwidthMbps: 50, cloudIPv6: "2001:db8::1", clientIPv6: "2001:db8::2",
                        ipv6Prefix: "2001:db8::/64", enableIPv6: true, detectMultiplier: 5, minRxIntervalMs: 300, minTxIntervalMs: 400)
                ]), by: customer), as: VBRView.self)
        #expect(changed.ipv6Enabled)
        try network.settle()
        #expect(try partnerVBR(router, network)?.name == "edge")
        #expect(try partnerVBR(router, network)?.bandwidthMbps == 50)
        let refused = try network.tenant.refusal(
            TenantCommand(.changeVBRs([VBRChangeInput(vbrID: router, vlanID: 101)]), by: customer))
        #expect(refused.error.code == "vlan_fixed_by_partner")
        // It stands in the database as it was answered.
        try network.tenant.restart()
        let stored = try network.tenant.read { reader in try TenantQueries(reader).vbr(router, of: customer) }
        #expect(stored == changed)

        let deletion = TenantCommand(.deleteVBRs([VBRDeletionInput(vbrID: router)]), by: customer)
        #expect(try network.tenant.ok(deletion, as: VBRView.self).state == "deleted")
        #expect(try network.tenant.ok(deletion, as: VBRView.self).state == "deleted")
        try network.settle()
        for view in [try network.partnerView(port), try network.tenantView(port)] {
            #expect(view?.association == "none")
            #expect(view?.waitingFor.isEmpty == false)
        }
        #expect(try partnerVBR(router, network) == nil)
        #expect(try histories(router, network).partner == ["vbr_created", "vbr_changed", "vbr_deleted"])
        #expect(try histories(router, network).tenant == ["vbr_created", "vbr_changed", "refused", "vbr_deleted"])
        let second = try network.createVBR(port).vbrID
        try network.settle()
        try network.expectComplete(port)
        #expect(try histories(second, network).partner == ["vbr_created"])
        #expect(network.partner.statistics.openDeadLetters + network.tenant.statistics.openDeadLetters == 0)
    }

    @Test("R-059: a VBR deleted and another one created in one batch: never two on one port") func replaced() throws {
        let network = try Network()
        let (port, router) = try network.connectedPort()
        let answers = try network.tenant.answers([
            TenantCommand(.createVBRs([network.vbrInput(port)]), by: customer),
            TenantCommand(.deleteVBRs([VBRDeletionInput(vbrID: router)]), by: customer),
            TenantCommand(.createVBRs([network.vbrInput(port)]), by: customer),
            TenantCommand(.createVBRs([network.vbrInput(port)]), by: customer),
        ])
        #expect(answers.map(\.status) == [409, 200, 201, 409])
        try network.settle()
        try network.expectComplete(port)
    }

    @Test("A-05: for another account the VBR does not exist, on either side, nor its history") func strangers() throws {
        let network = try Network()
        let (_, router) = try network.connectedPort()
        let stranger = Caller.account(Network.otherCustomer)
        for command in [
            TenantCommand(.changeVBRs([VBRChangeInput(vbrID: router, name: "x")]), by: stranger),
            TenantCommand(.deleteVBRs([VBRDeletionInput(vbrID: router)]), by: stranger),
        ] {
            let refused = try network.tenant.refusal(command)
            #expect(refused.status == 404)
            #expect(refused.error.code == "not_found")
        }
        #expect(try network.tenant.refusal(TenantCommand(.deleteVBRs([VBRDeletionInput()]), by: stranger)).error.code == "missing_field")
        #expect(try partnerVBR(router, network, of: .account(Network.otherCarrier)) == nil)
        #expect(try partnerVBR(router, network, of: .account(Network.carrier)) != nil)
        #expect(try histories(router, network, of: .account(Network.otherCarrier)).partner == nil)
        #expect(try histories(router, network, of: stranger).tenant == nil)
        #expect(
            try network.partner.read { reader in try PartnerQueries(reader).vbrs(of: .account(Network.otherCarrier), PageRequest()).items }
                .isEmpty)
    }

    @Test("R-074: what the tenant reads before it pays is what the partner created") func beforePaying() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit(), vlan: 0, bandwidth: 500)
        try network.settle()
        let offer = try #require(try network.partnerView(port))
        let seen = try #require(try network.tenantView(port, of: customer))
        #expect(seen.region == offer.region)
        #expect(seen.bandwidthMbps == 500)
        #expect(seen.bandwidthMbps == offer.bandwidthMbps)
        #expect(seen.vlanID == 0)
        #expect(seen.payer == .tenant)
        #expect(seen.accessPoint == offer.accessPoint)
        #expect(seen.circuitID == offer.circuitID)
        #expect(seen.waitingFor == "you to accept and pay")
        #expect(try network.ledger().isEmpty)
    }
}
