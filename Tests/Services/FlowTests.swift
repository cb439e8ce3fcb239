import Accounts
import BillingSimulator
import HostedConnection
import Messaging
import PartnerService
import Schema
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("The two flows of the guides, end to end")
struct FlowTests {
    @Test("R-040, R-041, R-071, R-072, R-074, R-076, R-093: the tenant pays: offer, accept and pay, active, VBR")
    func tenantPays() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit())
        #expect(try network.partnerView(port)?.status == "Hosted")
        #expect(try network.partnerView(port)?.stage == "Pending for Acceptance")
        try network.settle()
        let offered = try #require(try network.tenantView(port))
        #expect(offered.status == "Pending")
        #expect(offered.payer == .tenant)
        #expect(offered.region == "eu-central-1")
        #expect(offered.bandwidthMbps == 200)
        #expect(offered.waitingFor == "you to accept and pay")
        #expect(try network.ledger().isEmpty)

        let accepted = try network.accept(port)
        #expect(accepted.status == "Pending Payment")
        #expect(accepted.stage == "In Progress")
        try network.settle()
        let active = try #require(try network.tenantView(port))
        #expect(active.status == "Active")
        #expect(active.stage == "Complete")
        #expect(active.amountMinor == 24_000)
        #expect(active.currency == "EUR")
        #expect(active.waitingFor == "you to create a VBR")

        let router = try network.createVBR(port)
        #expect(router.vlanID == 100)
        #expect(router.bandwidthMbps == 200)
        #expect(router.accountID == Network.customer)
        try network.settle()
        try network.expectComplete(port)
        let history = try network.history(port)
        #expect(history.partner == ["offered", "accepted", "charge_settled", "activated", "network_applied", "vbr_created"])
        #expect(history.tenant == ["offered", "accepted", "charge_requested", "charge_settled", "activated", "vbr_created"])
    }

    @Test("Histories of ports that come to life side by side, over restarts and a batch undone, stay apart and whole")
    func historiesApart() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let ports = try [1, 2, 3].map { vlan in try network.offer(circuit, vlan: vlan) }
        try network.settle()
        for port in ports.reversed() { try network.accept(port) }
        // A rehearsal adds lines and takes them back.
        #expect(
            try network.partner.answer(
                PartnerCommand(.offer([network.offerInput(circuit, vlan: 4)]), by: Network.staff), isDryRun: true
            ).status == 201)
        try network.partner.restart()
        try network.tenant.restart()
        try network.settle()
        for port in ports { try network.createVBR(port) }
        try network.settle()
        for port in ports {
            let history = try network.history(port)
            #expect(history.partner == ["offered", "accepted", "charge_settled", "activated", "network_applied", "vbr_created"])
            #expect(history.tenant == ["offered", "accepted", "charge_requested", "charge_settled", "activated", "vbr_created"])
        }
    }

    @Test("R-042, R-073, R-181, A-14: the partner pays: it alone is charged, at the offer; active once the tenant has accepted")
    func partnerPays() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit(), payer: .partner)
        try network.settle()
        #expect(try network.ledger().map(\.payerAccountID) == [Network.carrier])
        let offered = try #require(try network.tenantView(port))
        #expect(offered.billing == "paid")
        #expect(offered.status == "Pending")
        #expect(offered.waitingFor == "you to accept")
        try network.accept(port)
        try network.settle()
        #expect(try network.tenantView(port)?.status == "Active")
        #expect(try network.ledger().count == 1)
        try network.createVBR(port)
        try network.settle()
        try network.expectComplete(port)
    }

    @Test("R-071, R-090: a declined charge leaves the port accepted, says why, and can be retried by the payer alone")
    func declinedAndRetried() throws {
        var rule = DeclineRule()
        rule.accounts = [Network.customer]
        let network = try Network(declining: rule)
        let port = try network.offer(try network.circuit())
        try network.settle()
        try network.accept(port)
        try network.settle()
        for view in [try network.partnerView(port), try network.tenantView(port)] {
            #expect(view?.status == "Pending Payment")
            #expect(view?.acceptance == "confirmed")
            #expect(view?.declineReason == "The payment method was declined")
            #expect(view?.waitingFor.hasSuffix("The payment method was declined") == true)
        }
        let early = try network.tenant.refusal(TenantCommand(.createVBRs([network.vbrInput(port)]), by: .account(Network.customer)))
        #expect(early.error.code == "port_not_active")
        let wrongSide = try network.partner.refusal(PartnerCommand(.retryCharges([ChargeInput(portID: port)]), by: Network.staff))
        #expect(wrongSide.error.code == "charge_not_retriable")

        try network.tenant.ok(TenantCommand(.retryCharges([ChargeInput(portID: port)]), by: .account(Network.customer)))
        let twice = try network.tenant.refusal(
            TenantCommand(.retryCharges([ChargeInput(portID: port)]), by: .account(Network.customer)))
        #expect(twice.error.code == "charge_not_retriable")
        try network.settle()
        try network.createVBR(port)
        try network.settle()
        try network.expectComplete(port, attempts: 2)
        #expect(try network.ledger().map(\.outcome) == ["declined", "settled"])
    }

    @Test("A declined charge of the partner: the tenant sees whom it waits for; the partner retries")
    func partnerDeclined() throws {
        var rule = DeclineRule()
        rule.bandwidths = [Bandwidth(megabitsPerSecond: 200)]
        let network = try Network(declining: rule)
        let port = try network.offer(try network.circuit(), payer: .partner)
        try network.settle()
        try network.accept(port)
        try network.settle()
        #expect(try network.tenantView(port)?.waitingFor == "the partner \(Network.carrier) to pay")
        #expect(try network.partnerView(port)?.status == "Pending Payment")
        try network.partner.ok(PartnerCommand(.retryCharges([ChargeInput(portID: port)]), by: .account(Network.carrier)))
        try network.settle()
        try network.createVBR(port)
        try network.settle()
        try network.expectComplete(port, attempts: 2)
    }

    @Test("R-075: accepting again neither charges again nor makes a second port")
    func acceptTwice() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit())
        try network.settle()
        try network.accept(port)
        try network.accept(port)
        try network.settle()
        let again = try network.accept(port)
        #expect(again.status == "Active")
        try network.settle()
        #expect(try network.ledger().map(\.requests) == [1])
        #expect(try network.history(port).tenant.filter { $0 == "accepted" }.count == 1)
    }

    @Test("An offer to a tenant whose account is told later waits for it on the tenant's side, and goes on by itself")
    func offerBeforeAccount() throws {
        let network = try Network(registers: false)
        try network.registerAccounts()
        let circuit = try network.circuit()
        let port = try network.offer(circuit)
        // The tenant's service reads the offer before it holds the account: a database of its own, fresh.
        let late = try Node(network.broker, network.clock, migrations: try TenantMigrations.all()) { connection throws(StoreError) in
            try TenantApplication(connection)
        }
        try late.turn()
        #expect(late.statistics.heldChannels == 1)
        #expect(try late.rows(of: "port") == 0)
        try late.ok(TenantCommand(.registerAccounts([network.account(Network.customer)]), by: Network.staff))
        #expect(late.statistics.heldChannels == 0)
        #expect(try late.read { reader in try TenantQueries(reader).port(port, of: .account(Network.customer)) }?.status == "Pending")
        #expect(late.statistics.openDeadLetters == 0)
    }

    @Test("Accounts of the other side are known by copy; own messages on the shared topic are passed over")
    func accountsAreCopied() throws {
        let network = try Network()
        let copies = try network.partner.read { reader in
            try PartnerQueries(reader).accounts.accounts(of: Network.staff, PageRequest()).items
        }
        #expect(copies.map(\.accountID) == [Network.carrier, Network.otherCarrier, Network.customer, Network.otherCustomer])
        #expect(copies.map(\.held) == [true, true, false, false])
        #expect(copies.map(\.role) == [.partner, .partner, .tenant, .tenant])
        #expect(network.partner.statistics.ownPassedOver == 2)
        #expect(network.tenant.statistics.ownPassedOver == 2)
        #expect(network.partner.statistics.deadLettered == 0)
    }
}
