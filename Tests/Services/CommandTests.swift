import BillingSimulator
import HostedConnection
import Messaging
import PartnerService
import PortRecords
import Schema
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("Dry runs, bulk answers, idempotency keys")
struct CommandTests {
    /// Everything a service keeps, to see that nothing changed.
    private func counts<Application>(_ node: Node<Application>, _ tables: [String]) throws -> [Int64] {
        try tables.map { try node.rows(of: $0) }
    }

    private static let partnerTables = [
        "account", "account_token", "circuit", "port", "allocation", "port_history", "outbox", "idempotency",
    ]
    private static let tenantTables = ["account", "account_token", "port", "vbr", "port_history", "outbox", "idempotency"]

    @Test("A dry run answers as the command would and changes nothing, also not for the commands after it")
    func dryRun() throws {
        let network = try Network()
        let circuit = try network.circuit(capacity: 300)
        let port = try network.offer(circuit, vlan: 1, bandwidth: 100)
        try network.settle()
        try network.accept(port)
        try network.settle()
        let before = [try counts(network.partner, Self.partnerTables), try counts(network.tenant, Self.tenantTables)]
        let views = [try network.partnerView(port), try network.tenantView(port)]
        let offer = PartnerCommand(.offer([network.offerInput(circuit, vlan: 2)]), by: Network.staff)
        let rehearsals: [PartnerCommand] = [
            offer,
            PartnerCommand(.registerAccounts([network.account(AccountID(number: 1_000_000_000_000_005), carrier: "x")]), by: Network.staff),
            PartnerCommand(.storeToken(Network.carrier, hash: [UInt8](repeating: 1, count: 32), text: "t"), by: Network.staff),
            PartnerCommand(
                .registerCircuits([
                    CircuitInput(
                        name: "FRA-2", partnerAccountID: Network.carrier, region: "eu-central-1", accessPoint: "B", bandwidthMbps: 10)
                ]), by: Network.staff),
        ]
        for command in rehearsals {
            #expect(try network.partner.answer(command, isDryRun: true).status == 201)
        }
        let router = try network.tenant.answer(
            TenantCommand(.createVBRs([network.vbrInput(port)]), by: Network.staff), isDryRun: true)
        #expect(router.status == 201)
        try network.settle()
        #expect([try counts(network.partner, Self.partnerTables), try counts(network.tenant, Self.tenantTables)] == before)
        #expect([try network.partnerView(port), try network.tenantView(port)] == views)

        // What was rehearsed can still be done, once.
        #expect(try network.partner.answer(offer, isDryRun: true).status == 201)
        #expect(try network.partner.answer(offer).status == 201)
        #expect(try network.partner.answer(offer, isDryRun: true).status == 409)
        try network.createVBR(port)
        try network.settle()
        try network.expectComplete(port)
    }

    @Test("A dry run between commands of one batch leaves their unwritten changes alone")
    func dryRunInsideBatch() throws {
        let network = try Network()
        let circuit = try network.circuit(capacity: 300)
        let offers = [(1, 200), (2, 100), (2, 100), (3, 50)].map { vlan, bandwidth in
            PartnerCommand(.offer([network.offerInput(circuit, vlan: vlan, bandwidth: bandwidth)]), by: Network.staff)
        }
        let answers = try network.partner.answers(offers, rehearsing: [1, 3])
        #expect(answers.map(\.status) == [201, 201, 201, 409])
        let circuitView = try network.partner.read { reader in try PartnerQueries(reader).circuit(circuit, of: Network.staff) }
        #expect(circuitView?.allocatedMbps == 300)
        #expect(circuitView?.connections == 2)
        #expect(try network.partner.rows(of: "port") == 2)
        #expect(try network.partner.rows(of: "port_history") == 2)
    }

    @Test("In bulk each item has its own answer, and a refused one leaves the others alone")
    func bulk() throws {
        let network = try Network()
        let circuit = try network.circuit(capacity: 500)
        let answer = try network.partner.answer(
            PartnerCommand(
                .offer([
                    network.offerInput(circuit, vlan: 1), network.offerInput(circuit, vlan: 1), network.offerInput(circuit, vlan: nil),
                    network.offerInput(circuit, vlan: 2), network.offerInput(circuit, vlan: 3),
                    network.offerInput(circuit, vlan: 4, bandwidth: 100),
                ]), by: .account(Network.carrier), as: .bulk))
        #expect(answer.status == 200)
        let items = try PortAnswers(json: answer.body).items
        #expect(items.map { $0.error?.code ?? "" } == ["", "vlan_in_use", "missing_field", "", "insufficient_bandwidth", ""])
        #expect(items[1].error?.object == items[0].port?.portID.description)
        #expect(items[4].error?.text == "Insufficient bandwidth resources")
        #expect(items[4].error?.next.hasPrefix("100 Mbit/s are free") == true)
        #expect(try network.partner.rows(of: "port") == 3)
        #expect(try network.partner.rows(of: "allocation") == 3)
        #expect(try network.partner.rows(of: "port_history") == 3)
        try network.settle()
        #expect(try network.tenant.rows(of: "port") == 3)
    }

    @Test("A bulk command has 1 to 1,000 items") func bulkSize() throws {
        let network = try Network()
        let none = try network.partner.refusal(PartnerCommand(.offer([]), by: Network.staff, as: .bulk))
        #expect(none.status == 400)
        #expect(none.error.code == "missing_field")
        let many = try network.tenant.refusal(
            TenantCommand(.accept([AcceptanceInput](repeating: AcceptanceInput(), count: 1_001)), by: Network.staff, as: .bulk))
        #expect(many.error.code == "too_many_items")
    }

    @Test("An answer names its command, by which everything that comes of it is correlated")
    func correlation() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let offer = PartnerCommand(.offer([network.offerInput(circuit)]), by: Network.staff)
        let answer = try network.partner.answer(offer)
        let refused = try network.partner.answer(offer)
        #expect(answer.status == 201 && refused.status == 409)
        #expect(answer.command < refused.command)
        let batch = network.broker.records(of: .partner)
        let told = try batch.records.map { try PortOffered(decoding: try EventEnvelope(record: $0, in: batch), in: batch) }
        #expect(told.map(\.common.correlation) == [answer.command.description])
    }

    @Test("A repeated idempotency key answers the same and does nothing; with another request it is refused")
    func idempotency() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let command = PartnerCommand(.offer([network.offerInput(circuit)]), by: Network.staff)
        let claim = IdempotencyClaim(caller: "operator:ada", key: "k-1", digest: [1, 2, 3])
        let first = try network.partner.answer(command, claim: claim)
        #expect(first.status == 201)
        #expect(try network.partner.answer(command, claim: claim) == first)
        try network.partner.restart()
        #expect(try network.partner.answer(command, claim: claim) == first)
        #expect(try network.partner.rows(of: "port") == 1)
        let other = try network.partner.answer(command, claim: IdempotencyClaim(caller: "operator:ada", key: "k-1", digest: [9]))
        #expect(other.status == 409)
        #expect(try ErrorBody(json: other.body).error?.code == "idempotency_key_reused")
        #expect(!other.command.isSet)
        // A refusal is not kept apart from its request either: the same key answers it again.
        let refused = IdempotencyClaim(caller: "operator:ada", key: "k-2", digest: [4])
        let conflict = try network.partner.answer(command, claim: refused)
        #expect(conflict.status == 409)
        #expect(try network.partner.answer(command, claim: refused) == conflict)
    }

    @Test("One command that the database refuses does not spoil the others of its batch")
    func isolation() throws {
        let network = try Network()
        let circuit = try network.circuit()
        // A rule that only the schema knows of.
        try network.partner.connection.execute(script: "CREATE UNIQUE INDEX one_name ON port (name)")
        func offer(_ names: String..., vlan: UInt32) -> PartnerCommand {
            let items = names.enumerated().map { place, name in
                var item = network.offerInput(circuit, vlan: vlan + UInt32(place))
                item.name = name
                return item
            }
            return PartnerCommand(.offer(items), by: Network.staff, as: items.count == 1 ? .single : .bulk)
        }
        let answers = try network.partner.answers([offer("a", vlan: 1), offer("a", "b", vlan: 10), offer("c", vlan: 20)])
        #expect(answers.map(\.status) == [201, 200, 201])
        let items = try PortAnswers(json: answers[1].body).items
        #expect(items[0].error?.code == "internal_error")
        #expect(items[1].error == nil)
        #expect(network.partner.statistics.isolatedBatches == 1)
        #expect(try network.partner.rows(of: "port") == 3)
        #expect(try network.partner.rows(of: "allocation") == 3)
        try network.settle()
        #expect(try network.tenant.rows(of: "port") == 3)
    }
}
