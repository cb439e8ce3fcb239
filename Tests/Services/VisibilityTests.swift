import Accounts
import HostedConnection
import Messaging
import PartnerService
import PortRecords
import Schema
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("Who sees and may do what")
struct VisibilityTests {
    @Test("R-013, A-05: a third account sees neither port nor circuit, VBR, account or history")
    func views() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let port = try network.offer(circuit)
        try network.settle()
        try network.accept(port)
        try network.settle()
        let router = try network.createVBR(port).vbrID
        for (caller, isSeen) in [
            (Network.staff, true), (.account(Network.carrier), true), (.account(Network.otherCarrier), false),
        ] {
            try network.partner.read { reader in
                let queries = try PartnerQueries(reader)
                #expect(try (queries.port(port, of: caller) != nil) == isSeen)
                #expect(try (queries.circuit(circuit, of: caller) != nil) == isSeen)
                #expect(try (queries.history(of: port, for: caller) != nil) == isSeen)
                #expect(try queries.ports(PortFilter(), of: caller, PageRequest()).items.isEmpty == !isSeen)
                #expect(try queries.circuits(of: caller, PageRequest()).items.isEmpty == !isSeen)
                #expect(try (queries.accounts.account(Network.carrier, of: caller) != nil) == isSeen)
            }
        }
        for (caller, isSeen) in [
            (Network.staff, true), (.account(Network.customer), true), (.account(Network.otherCustomer), false),
        ] {
            try network.tenant.read { reader in
                let queries = try TenantQueries(reader)
                #expect(try (queries.port(port, of: caller) != nil) == isSeen)
                #expect(try (queries.vbr(router, of: caller) != nil) == isSeen)
                #expect(try (queries.history(of: port, for: caller) != nil) == isSeen)
                #expect(try queries.ports(PortFilter(), of: caller, PageRequest()).items.isEmpty == !isSeen)
                #expect(try queries.vbrs(of: caller, PageRequest()).items.isEmpty == !isSeen)
            }
        }
    }

    @Test("R-070: only the named tenant accepts; for another account the port does not exist")
    func foreignAcceptance() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit())
        try network.settle()
        let stranger = Caller.account(Network.otherCustomer)
        for command in [
            TenantCommand(.accept([AcceptanceInput(portID: port)]), by: stranger),
            TenantCommand(.retryCharges([ChargeInput(portID: port)]), by: stranger),
            TenantCommand(.createVBRs([network.vbrInput(port)]), by: stranger),
        ] {
            let refused = try network.tenant.refusal(command)
            #expect(refused.status == 404)
            #expect(refused.error.code == "not_found")
        }
        #expect(try network.tenantView(port)?.acceptance == "unconfirmed")
        let nameless = try network.tenant.refusal(TenantCommand(.accept([AcceptanceInput()]), by: stranger))
        #expect(nameless.error.code == "missing_field")
    }

    @Test("Only staff registers accounts and issues tokens; a partner acts on its own circuits only")
    func permissions() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let own = Caller.account(Network.carrier)
        let stranger = Caller.account(Network.otherCarrier)
        let accounts = try network.partner.refusal(
            PartnerCommand(.registerAccounts([network.account(AccountID(number: 1_000_000_000_000_007), carrier: "x")]), by: own))
        #expect(accounts.status == 403)
        let token = try network.partner.refusal(
            PartnerCommand(.storeToken(Network.carrier, hash: [UInt8](repeating: 1, count: 32), text: "t"), by: own))
        #expect(token.status == 403)
        let offer = try network.partner.refusal(PartnerCommand(.offer([network.offerInput(circuit)]), by: stranger))
        #expect(offer.status == 404)
        #expect(offer.error.code == "not_found")
        let foreignCircuit = try network.partner.refusal(
            PartnerCommand(
                .registerCircuits([
                    CircuitInput(
                        name: "FRA-3", partnerAccountID: Network.carrier, region: "eu-central-1", accessPoint: "A", bandwidthMbps: 10)
                ]), by: stranger))
        #expect(foreignCircuit.error.code == "account_unknown")
        _ = try network.circuit("FRA-4", by: own)
    }

    @Test("Registering the same again answers what is there; other facts are refused")
    func registeringAgain() throws {
        let network = try Network()
        let circuit = try network.circuit()
        #expect(try network.circuit() == circuit)
        let changed = try network.partner.refusal(
            PartnerCommand(
                .registerCircuits([
                    CircuitInput(
                        name: "FRA-1", partnerAccountID: Network.carrier, region: "eu-central-1", accessPoint: "Frankfurt A",
                        bandwidthMbps: 1)
                ]), by: Network.staff))
        #expect(changed.error.code == "circuit_exists")
        let same = try network.tenant.answer(TenantCommand(.registerAccounts([network.account(Network.customer)]), by: Network.staff))
        #expect(same.status == 200)
        let other = try network.tenant.refusal(
            TenantCommand(.registerAccounts([network.account(Network.customer, site: "china")]), by: Network.staff))
        #expect(other.error.code == "account_exists")
        let copied = try network.tenant.refusal(TenantCommand(.registerAccounts([network.account(Network.carrier)]), by: Network.staff))
        #expect(copied.error.code == "account_exists")
        // Twice in one bulk command, before anything is written.
        let twice = try network.partner.ok(
            PartnerCommand(
                .registerCircuits(
                    [CircuitInput](
                        repeating: CircuitInput(
                            name: "FRA-9", partnerAccountID: Network.carrier, region: "eu-central-1", accessPoint: "B", bandwidthMbps: 10),
                        count: 2)), by: Network.staff, as: .bulk), as: CircuitAnswers.self)
        #expect(twice.items.compactMap(\.circuit?.circuitID).count == 2)
        #expect(Set(twice.items.compactMap(\.circuit?.circuitID)).count == 1)
    }

    @Test("A token is found by its hash and names its account; the token itself is not kept")
    func tokens() throws {
        let network = try Network()
        let hash = [UInt8](0..<32)
        let issued = try network.tenant.ok(
            TenantCommand(.storeToken(Network.customer, hash: hash, text: "secret-text"), by: Network.staff), as: TokenView.self)
        #expect(issued.token == "secret-text")
        try network.tenant.read { reader in
            let queries = try TenantQueries(reader).accounts
            #expect(try queries.owner(ofTokenHash: hash) == Network.customer)
            #expect(try queries.owner(ofTokenHash: [UInt8](1...32)) == nil)
        }
        let unheld = try network.tenant.refusal(
            TenantCommand(.storeToken(Network.carrier, hash: hash, text: "x"), by: Network.staff))
        #expect(unheld.error.code == "account_unknown")
    }

    @Test("R-012: lists by circuit, account, region and state, a page at a time")
    func lists() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let other = try network.circuit("FRA-2")
        let ports = try (1...5).map { try network.offer(circuit, vlan: UInt32($0)) }
        let elsewhere = try network.offer(other, vlan: 1, payer: .partner)
        try network.settle()
        try network.accept(ports[2])
        try network.settle()
        try network.partner.read { reader in
            let queries = try PartnerQueries(reader)
            var filter = PortFilter()
            filter.circuit = circuit
            var found: [PortID] = []
            var token = ""
            repeat {
                let page = try queries.ports(filter, of: .account(Network.carrier), try PageRequest(size: 2, token: token))
                #expect(page.items.count <= 2)
                found += page.items.map(\.portID)
                token = page.nextPageToken
            } while !token.isEmpty
            #expect(found == ports)
            filter = PortFilter()
            try filter.take(acceptance: "confirmed", service: "enabled", billing: "paid", association: "none")
            filter.tenant = Network.customer
            filter.partner = Network.carrier
            filter.region = "eu-central-1"
            #expect(try queries.ports(filter, of: Network.staff, PageRequest()).items.map(\.portID) == [ports[2]])
            filter.region = "us-east-1"
            #expect(try queries.ports(filter, of: Network.staff, PageRequest()).items.isEmpty)
        }
        try network.tenant.read { reader in
            let queries = try TenantQueries(reader)
            var filter = PortFilter()
            try filter.take(acceptance: "unconfirmed", service: "", billing: "paid", association: "")
            #expect(try queries.ports(filter, of: .account(Network.customer), PageRequest()).items.map(\.portID) == [elsewhere])
        }
        #expect(throws: Refusal.self) {
            var filter = PortFilter()
            try filter.take(acceptance: "maybe", service: "", billing: "", association: "")
        }
    }
}
