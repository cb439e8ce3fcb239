import Accounts
import HostedConnection
import Kafka
import Messaging
import PartnerService
import Schema
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("Ports, circuits and accounts beside their life")
struct PortCareTests {
    private static let own = Caller.account(Network.carrier)
    private static let stranger = Caller.account(Network.otherCarrier)

    private func offersToAccept(_ network: Network) throws -> [OfferToAccept] {
        let batch = network.broker.records(of: .notifications)
        return try batch.records.map { try OfferToAccept(decoding: EventEnvelope(record: $0, in: batch), in: batch) }
    }

    @Test("R-058, A-13: the tenant is notified to accept, and to pay if it is the payer; the partner can resend") func notices() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let port = try network.offer(circuit, vlan: 1)
        _ = try network.offer(circuit, vlan: 2, payer: .partner)
        try network.partner.ok(PartnerCommand(.tellTenants([NoticeInput(portID: port)]), by: Self.own))
        try network.settle()
        let told = try offersToAccept(network).sorted { ($0.portID, $0.telling) < ($1.portID, $1.telling) }
        #expect(told.map(\.accountID) == [Network.customer, Network.customer, Network.customer])
        #expect(told.map(\.telling) == [1, 2, 1])
        #expect(told.map(\.mustPay) == [true, true, false])
        #expect(told.first?.bandwidthMbps == 200)
        #expect(try network.history(port).partner == ["offered", "notice_sent"])
        try network.accept(port)
        try network.settle()
        let late = try network.partner.refusal(PartnerCommand(.tellTenants([NoticeInput(portID: port)]), by: Self.own))
        #expect(late.error.code == "offer_not_pending")
        let foreign = try network.partner.refusal(PartnerCommand(.tellTenants([NoticeInput(portID: port)]), by: Self.stranger))
        #expect(foreign.status == 404)
    }

    @Test("R-055, R-056: each payer tags at its own service; the tags stay over a restart and are the other side's not") func tags() throws
    {
        let network = try Network()
        let circuit = try network.circuit()
        var wanted = network.offerInput(circuit, vlan: 1, payer: .partner)
        wanted.tags = ["team": "core"]
        let partners = try network.partner.ok(PartnerCommand(.offer([wanted]), by: Self.own), as: PortView.self)
        #expect(partners.tags == ["team": "core"])
        wanted.vlanID = 2
        wanted.payer = .unspecified
        let refused = try network.partner.refusal(PartnerCommand(.offer([wanted]), by: Self.own))
        #expect(refused.error.code == "tags_belong_to_payer")
        #expect(try network.partner.rows(of: "port") == 1)
        let tenants = try network.offer(circuit, vlan: 3)
        try network.settle()
        let change = { (port: PortID) in TagChangeInput(portID: port, set: ["env": "prod"], remove: ["team"]) }
        try network.partner.ok(PartnerCommand(.tagPorts([change(partners.portID)]), by: Self.own))
        try network.tenant.ok(TenantCommand(.tagPorts([change(tenants)]), by: .account(Network.customer)))
        #expect(
            try network.partner.refusal(PartnerCommand(.tagPorts([change(tenants)]), by: Self.own)).error.code == "tags_belong_to_payer")
        #expect(
            try network.tenant.refusal(TenantCommand(.tagPorts([change(partners.portID)]), by: .account(Network.customer))).error.code
                == "tags_belong_to_payer")
        #expect(try network.tenant.refusal(TenantCommand(.tagPorts([change(tenants)]), by: .account(Network.otherCustomer))).status == 404)
        try network.partner.restart()
        try network.tenant.restart()
        #expect(try network.partnerView(partners.portID)?.tags == ["env": "prod"])
        #expect(try network.tenantView(partners.portID)?.tags == [:])
        #expect(try network.tenantView(tenants)?.tags == ["env": "prod"])
        #expect(try network.partnerView(tenants)?.tags == [:])
        // The refused attempt stands in the history too.
        #expect(try network.history(tenants).partner == ["offered", "refused"])
        #expect(try network.history(tenants).tenant == ["offered", "tagged"])
    }

    @Test("R-043: who pays stays as it was offered, whatever is tried") func payer() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit())
        let refused = try network.partner.refusal(
            PartnerCommand(.changePayers([PayerChangeInput(portID: port, payer: .partner)]), by: Self.own))
        #expect(refused.error.code == "payer_fixed")
        #expect(refused.error.field == "payer")
        try network.settle()
        #expect(try network.partnerView(port)?.payer == .tenant)
        #expect(try network.tenantView(port)?.payer == .tenant)
        #expect(try network.ledger().isEmpty)
    }

    @Test("R-054: a port belongs to a resource group of its partner's; another's does not exist") func resourceGroups() throws {
        let network = try Network()
        let circuit = try network.circuit()
        func create(_ name: String, of account: AccountID, description: String = "") -> PartnerCommand {
            PartnerCommand(
                .createResourceGroups([
                    ResourceGroupInput(partnerAccountID: account, name: name, description: description)
                ]), by: Network.staff)
        }
        let group = try network.partner.ok(create("gold", of: Network.carrier), as: ResourceGroupView.self)
        #expect(try network.partner.answer(create("gold", of: Network.carrier)).status == 200)
        #expect(try network.partner.refusal(create("gold", of: Network.carrier, description: "x")).error.code == "resource_group_exists")
        // Its own token says who it is; another partner's account does not exist for it.
        let again = PartnerCommand(.createResourceGroups([ResourceGroupInput(name: "gold")]), by: Self.own)
        #expect(try network.partner.ok(again, as: ResourceGroupView.self) == group)
        let others = PartnerCommand(
            .createResourceGroups([ResourceGroupInput(partnerAccountID: Network.otherCarrier, name: "gold")]), by: Self.own)
        #expect(try network.partner.refusal(others).error.code == "account_unknown")
        try network.partner.ok(create("silver", of: Network.otherCarrier))
        var wanted = network.offerInput(circuit, vlan: 1)
        wanted.resourceGroup = "silver"
        let foreign = try network.partner.refusal(PartnerCommand(.offer([wanted]), by: Self.own))
        #expect(foreign.error.code == "resource_group_unknown")
        #expect(try network.partner.rows(of: "port") == 0)
        wanted.resourceGroup = "gold"
        let port = try network.partner.ok(PartnerCommand(.offer([wanted]), by: Self.own), as: PortView.self)
        #expect(port.resourceGroup == "gold")
        try network.settle()
        #expect(try network.tenantView(port.portID)?.resourceGroup == "gold")
        try network.partner.read { reader in
            let queries = try PartnerQueries(reader)
            #expect(try queries.resourceGroups(of: Self.own, PageRequest()).items == [group])
            #expect(try queries.resourceGroups(of: Network.staff, PageRequest()).items.count == 2)
        }
    }

    @Test("R-057: offered from the circuit's place a port is the same as offered anywhere") func twoWays() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let plain = try network.partner.ok(
            PartnerCommand(.offer([network.offerInput(circuit, vlan: 1)]), by: Self.own), as: PortView.self)
        var input = network.offerInput(circuit, vlan: 2)
        input.circuitID = .none
        var placed = try network.partner.ok(PartnerCommand(.offerOn(circuit, input), by: Self.own), as: PortView.self)
        #expect(placed.portID != plain.portID)
        #expect(placed.vlanID == 2)
        placed.portID = plain.portID
        placed.connectionID = plain.connectionID
        placed.vlanID = plain.vlanID
        placed.offeredAt = plain.offeredAt
        placed.waitingSince = plain.waitingSince
        #expect(placed == plain)
        input.circuitID = try network.circuit("FRA-2")
        let refused = try network.partner.refusal(PartnerCommand(.offerOn(circuit, input), by: Self.own))
        #expect(refused.error.field == "circuitId")
    }

    @Test("R-047, R-050: tenants share a circuit on VLANs of their own; another circuit has VLANs of its own") func isolation() throws {
        let network = try Network()
        let (circuit, other) = (try network.circuit(), try network.circuit("FRA-2"))
        let offers = [
            network.offerInput(circuit, vlan: 1), network.offerInput(circuit, vlan: 2, to: Network.otherCustomer),
            network.offerInput(circuit, vlan: 1, to: Network.otherCustomer), network.offerInput(other, vlan: 1, to: Network.otherCustomer),
        ]
        let answers = try network.partner.ok(PartnerCommand(.offer(offers), by: Self.own, as: .bulk), as: PortAnswers.self).items
        #expect(answers.map { $0.error?.code ?? "" } == ["", "", "vlan_in_use", ""])
        let ports = answers.compactMap(\.port)
        // No two ports of a circuit have a VLAN in common, so no frame of one is another's.
        #expect(Set(ports.map { "\($0.circuitID) \($0.vlanID ?? 0)" }).count == ports.count)
        #expect(Set(ports.filter { $0.circuitID == circuit }.map(\.tenantAccountID)).count == 2)
    }

    @Test("R-012: what lies in another region than the caller works in is not operated", arguments: [true, false])
    func region(_ isOwnRegion: Bool) throws {
        let network = try Network()
        let circuit = try network.circuit()
        let port = try network.offer(circuit)
        try network.settle()
        let region = isOwnRegion ? "eu-central-1" : "us-east-1"
        let offer = PartnerCommand(.offer([network.offerInput(circuit, vlan: 2)]), by: Self.own)
        let notice = PartnerCommand(.tellTenants([NoticeInput(portID: port)]), by: Self.own)
        let change = PartnerCommand(.changeCircuits([CircuitChangeInput(circuitID: circuit, name: "x")]), by: Self.own)
        let accept = TenantCommand(.accept([AcceptanceInput(portID: port)]), by: .account(Network.customer))
        let answers =
            try [offer, notice, change].map { try network.partner.answer($0, region: region) }
            + [try network.tenant.answer(accept, region: region)]
        #expect(answers.map(\.status) == (isOwnRegion ? [201, 200, 200, 200] : [400, 400, 400, 400]))
        if !isOwnRegion {
            #expect(try answers.map { try ErrorBody(json: $0.body).error?.code } == Array(repeating: "region_mismatch", count: 4))
        }
    }

    // MARK: Accounts and circuits

    @Test("An account's facts change for both sides; what staff alone changes, the account does not") func accountChanges() throws {
        let network = try Network()
        let change = AccountChangeInput(
            accountID: Network.customer, name: "Renamed", regions: RegionNames(items: ["us-east-1"]), outboundBilling: true)
        let view = try network.tenant.ok(TenantCommand(.changeAccounts([change]), by: Network.staff), as: AccountView.self)
        #expect(view.version == 2)
        #expect(view.outboundBilling)
        try network.settle()
        let copy = try #require(
            try network.partner.read { try PartnerQueries($0).accounts.account(Network.customer, of: Network.staff) })
        #expect(copy.name == "Renamed")
        #expect(copy.regions == ["us-east-1"])
        #expect(copy.outboundBilling)
        #expect(copy.version == 2)
        //
        let offer = try network.partner.refusal(PartnerCommand(.offer([network.offerInput(try network.circuit())]), by: Self.own))
        #expect(offer.error.code == "region_mismatch")
        // The same again changes nothing and tells nothing.
        #expect(
            try network.tenant.ok(TenantCommand(.changeAccounts([change]), by: Network.staff), as: AccountView.self).version == 2)
        let customer = Caller.account(Network.customer)
        try network.tenant.ok(
            TenantCommand(.changeAccounts([AccountChangeInput(accountID: Network.customer, outboundBilling: false)]), by: customer))
        let forbidden = try network.tenant.refusal(TenantCommand(.changeAccounts([change]), by: customer))
        #expect(forbidden.status == 403)
        #expect(forbidden.error.field == "regions")
        let foreign = try network.tenant.refusal(TenantCommand(.changeAccounts([change]), by: .account(Network.otherCustomer)))
        #expect(foreign.status == 404)
    }

    @Test("R-051, A-09: staff opens 2 Gbit/s to a partner; registering the account again leaves that alone") func allowList() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let offer = PartnerCommand(.offer([network.offerInput(circuit, bandwidth: 2_000)]), by: Self.own)
        #expect(try network.partner.refusal(offer).error.code == "bandwidth_not_offered")
        let opening = AccountChangeInput(accountID: Network.carrier, extraBandwidths: BandwidthValues(mbps: [2_000]))
        #expect(try network.partner.refusal(PartnerCommand(.changeAccounts([opening]), by: Self.own)).status == 403)
        let odd = AccountChangeInput(accountID: Network.carrier, extraBandwidths: BandwidthValues(mbps: [2_001]))
        #expect(
            try network.partner.refusal(PartnerCommand(.changeAccounts([odd]), by: Network.staff)).error.code == "bandwidth_not_offered")
        let view = try network.partner.ok(PartnerCommand(.changeAccounts([opening]), by: Network.staff), as: AccountView.self)
        #expect(view.extraBandwidthsMbps == [2_000])
        try network.partner.restart()
        let again = try network.partner.answer(
            PartnerCommand(.registerAccounts([network.account(Network.carrier, carrier: "China Telecom")]), by: Network.staff))
        #expect(again.status == 200)
        try network.partner.ok(offer)
    }

    @Test("An account with a port that has not ended stays; without one it is closed, for both sides") func closing() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit())
        try network.settle()
        let tenant = TenantCommand(.closeAccounts([AccountClosureInput(accountID: Network.customer)]), by: Network.staff)
        let partner = PartnerCommand(.closeAccounts([AccountClosureInput(accountID: Network.carrier)]), by: Network.staff)
        for refused in [try network.tenant.refusal(tenant), try network.partner.refusal(partner)] {
            #expect(refused.status == 409)
            #expect(refused.error.code == "account_has_ports")
            #expect(refused.error.object == port.description)
        }
        let free = TenantCommand(.closeAccounts([AccountClosureInput(accountID: Network.otherCustomer)]), by: Network.staff)
        #expect(try network.tenant.ok(free, as: AccountView.self).closed)
        #expect(try network.tenant.ok(free, as: AccountView.self).version == 2)
        try network.settle()
        let offer = network.offerInput(try network.circuit(), vlan: 2, to: Network.otherCustomer)
        #expect(try network.partner.refusal(PartnerCommand(.offer([offer]), by: Self.own)).error.code == "account_closed")
        let own = TenantCommand(.closeAccounts([AccountClosureInput(accountID: Network.customer)]), by: .account(Network.customer))
        #expect(try network.tenant.refusal(own).status == 403)
    }

    @Test("An account is not closed over a port that was offered in the same batch") func closingInBatch() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let answers = try network.partner.answers([
            PartnerCommand(.offer([network.offerInput(circuit)]), by: Self.own),
            PartnerCommand(.closeAccounts([AccountClosureInput(accountID: Network.carrier)]), by: Network.staff),
        ])
        #expect(answers.map(\.status) == [201, 409])
    }

    @Test("R-011, R-053: a circuit is renamed, enlarged, and put in and out of service") func circuitChanges() throws {
        let network = try Network()
        let circuit = try network.circuit(capacity: 300)
        let other = try network.circuit("FRA-2")
        func change(_ input: CircuitChangeInput, by caller: Caller = Self.own) -> PartnerCommand {
            PartnerCommand(.changeCircuits([input]), by: caller)
        }
        _ = try network.offer(circuit)
        #expect(
            try network.partner.refusal(change(CircuitChangeInput(circuitID: circuit, bandwidthMbps: 199))).error.code
                == "insufficient_bandwidth")
        let view = try network.partner.ok(change(CircuitChangeInput(circuitID: circuit, bandwidthMbps: 200)), as: CircuitView.self)
        #expect(view.bandwidthMbps == 200)
        #expect(try network.partner.refusal(change(CircuitChangeInput(circuitID: circuit, deployed: false))).error.code == "circuit_in_use")
        let taken = try network.partner.refusal(change(CircuitChangeInput(circuitID: circuit, name: "FRA-2")))
        #expect(taken.error.code == "circuit_exists")
        #expect(taken.error.object == other.description)
        #expect(try network.partner.refusal(change(CircuitChangeInput(circuitID: circuit, name: "x"), by: Self.stranger)).status == 404)
        // A name that was given up is free at once, also within a batch.
        let answers = try network.partner.answers([
            change(CircuitChangeInput(circuitID: other, name: "FRA-3")), change(CircuitChangeInput(circuitID: circuit, name: "FRA-2")),
        ])
        #expect(answers.map(\.status) == [200, 200])
        #expect(try network.circuit("FRA-3") == other)
        try network.partner.ok(change(CircuitChangeInput(circuitID: other, deployed: false)))
        try network.partner.restart()
        let offer = try network.partner.refusal(PartnerCommand(.offer([network.offerInput(other)]), by: Self.own))
        #expect(offer.error.code == "circuit_not_deployed")
        try network.partner.ok(change(CircuitChangeInput(circuitID: other, deployed: true)))
        try network.partner.ok(PartnerCommand(.offer([network.offerInput(other)]), by: Self.own))
    }
}
