import HostedConnection
import Messaging
import PartnerDomain
import PartnerService
import Saga
import Schema
import ServiceKit
import ServiceTesting
import Store
import TenantService
import Testing
import TransformationSaga

@Suite("Many transformations as one, over both services")
struct TransformationBatchTests {
    private func batch(_ network: Network, _ input: TransformationBatchInput, by caller: Caller = Network.partnerCaller) throws
        -> TransformationBatchView
    {
        let view = try network.partner.ok(PartnerCommand(.transformMany(input), by: caller), as: TransformationBatchView.self)
        try network.settle()
        return view
    }

    private func view(_ network: Network, _ id: TransformationBatchID, of caller: Caller = Network.staff) throws -> TransformationBatchView?
    {
        try network.partner.read { reader in try PartnerQueries(reader).transformationBatch(id, of: caller) }
    }

    private func finish(_ network: Network, _ vbr: VBRID) throws {
        let port = try #require(try network.partnerView(of: vbr)).portID
        try network.accept(port)
        try network.settle()
        try network.partner.ok(network.confirm(vbr))
        try network.settle()
    }

    @Test("So many at once, the next one when one is over, each by itself, and a report at the end")
    func course() throws {
        let network = try Network(policy: PartnerPolicy(mayWithdraw: true, hasAccessDevices: true))
        let circuit = try network.circuit()
        let vbrs = try (1...4).map { try network.pushedVBR(circuit, vlan: UInt32(700 + $0)) }
        let unlimited = try network.partner.ok(
            PartnerCommand(.pushVBRs([network.pushInput(circuit, vlan: 800, bandwidth: nil)]), by: Network.partnerCaller),
            as: PushedVBRView.self
        ).vbrID
        try network.settle()
        let begun = try batch(network, TransformationBatchInput(circuitID: circuit, atOnce: 2))
        #expect(begun.state == "running" && begun.atOnce == 2)
        #expect(begun.items.map(\.state) == ["running", "running", "waiting", "waiting", "refused"])
        #expect(begun.items.last?.vbrID == unlimited && begun.items.last?.code == "tenant_not_informed")
        #expect(begun.items.last?.reason.contains("bandwidth_not_set") == true, "all that is in the way")
        #expect(try network.sagas().count == 2)

        try finish(network, vbrs[0])
        #expect(try view(network, begun.batchID)?.items.map(\.state) == ["completed", "running", "running", "waiting", "refused"])
        try network.partner.ok(network.cancel(vbrs[1], reason: "not this one"))
        try network.settle()
        #expect(try view(network, begun.batchID)?.items.map(\.state) == ["completed", "compensated", "running", "running", "refused"])
        try finish(network, vbrs[2])
        try finish(network, vbrs[3])
        let done = try #require(try view(network, begun.batchID))
        #expect(done.state == "done" && done.endedAt != nil && done.completed == 3 && done.compensated == 1 && done.refused == 1)
        #expect(done.report.hasPrefix("5 VBRs: 3 transformed, 1 turned back, 1 refused\n"))
        #expect(done.report.contains("turned back: not this one"))
        try network.expectNoDeadLetters()
    }

    @Test("One that is over is kept for the time of sagas and then goes; one that is not over stays") func retention() throws {
        let network = try Network(policy: PartnerPolicy(mayWithdraw: true, hasAccessDevices: true))
        let circuit = try network.circuit()
        let ended = try network.pushedVBR(circuit, vlan: 701)
        let done = try batch(network, TransformationBatchInput(circuitID: circuit))
        #expect(try network.partnerView(of: ended)?.waitingFor.contains("its transformation saga-") == true)
        try finish(network, ended)
        #expect(try network.partnerView(of: ended)?.waitingFor == "")
        let other = try network.circuit("FRA-2")
        _ = try network.pushedVBR(other, vlan: 702)
        let waiting = try batch(network, TransformationBatchInput(circuitID: other))
        network.clock.advance(by: .seconds(89 * 86_400))
        try network.partner.engine.maintain()
        #expect(try view(network, done.batchID)?.state == "done")
        network.clock.advance(by: .seconds(2 * 86_400))
        try network.partner.engine.maintain()
        #expect(try view(network, done.batchID) == nil)
        #expect(try view(network, waiting.batchID)?.items.count == 1)
        let ages = try network.partner.read { try MessagingQueries($0).oldestRows(of: [.transformationBatches]) }
        #expect(ages.map(\.oldest) == [nil])
    }

    @Test("A dry run lists what would fail and why, and nothing has begun") func rehearsed() throws {
        let network = try Network()
        let circuit = try network.circuit()
        _ = try network.pushedVBR(circuit, vlan: 701)
        _ = try network.partner.ok(
            PartnerCommand(.pushVBRs([network.pushInput(circuit, vlan: 702)]), by: Network.partnerCaller))
        try network.settle()
        let input = TransformationBatchInput(circuitID: circuit)
        let answer = try network.partner.answer(PartnerCommand(.transformMany(input), by: Network.partnerCaller), isDryRun: true)
        let rehearsed = try TransformationBatchView(json: answer.body)
        #expect(rehearsed.items.map(\.state) == ["running", "refused"] && rehearsed.items[1].code == "tenant_not_informed")
        try network.settle()
        #expect(try network.sagas().isEmpty)
        #expect(try network.partner.rows(of: "transformation_batch") == 0)
    }

    @Test("Paused it begins none; resumed, also after a restart, it goes on where it was") func pause() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let vbrs = try (1...3).map { try network.pushedVBR(circuit, vlan: UInt32(700 + $0)) }
        let id = try batch(network, TransformationBatchInput(tenantAccountID: Network.customer, atOnce: 1)).batchID
        try network.partner.ok(PartnerCommand(.pauseBatch(id), by: Network.partnerCaller))
        try finish(network, vbrs[0])
        #expect(try view(network, id)?.state == "paused")
        #expect(try view(network, id)?.items.map(\.state) == ["completed", "waiting", "waiting"])
        try network.partner.restart()
        try network.partner.ok(PartnerCommand(.resumeBatch(id), by: Network.partnerCaller))
        try network.settle()
        #expect(try view(network, id)?.items.map(\.state) == ["completed", "running", "waiting"])
        try network.partner.restart()
        try finish(network, vbrs[1])
        try finish(network, vbrs[2])
        #expect(try view(network, id)?.state == "done")
        #expect(try network.partner.refusal(PartnerCommand(.pauseBatch(id), by: Network.partnerCaller)).status == 409)
    }

    @Test("R-025: without the privilege it pauses by itself, and goes on when the privilege is renewed") func privilege() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let vbrs = try (1...2).map { try network.pushedVBR(circuit, vlan: UInt32(700 + $0)) }
        let id = try batch(network, TransformationBatchInput(circuitID: circuit, atOnce: 1)).batchID
        try network.pass(.seconds(86_401))
        try finish(network, vbrs[0])
        #expect(try view(network, id)?.state == "paused")
        #expect(try view(network, id)?.items.map(\.state) == ["completed", "waiting"])
        try network.partner.ok(PartnerCommand(.applyForPrivileges([network.privilege(Network.carrier)]), by: Network.staff))
        try network.partner.ok(PartnerCommand(.resumeBatch(id), by: Network.partnerCaller))
        try network.settle()
        #expect(try view(network, id)?.items.map(\.state) == ["completed", "running"])
    }

    @Test("A stuck one gives its place to the next, and is over when an operator has ended it") func stuck() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let vbrs = try (1...2).map { try network.pushedVBR(circuit, vlan: UInt32(700 + $0)) }
        let id = try batch(network, TransformationBatchInput(circuitID: circuit, atOnce: 1)).batchID
        try network.accept(try #require(try network.partnerView(of: vbrs[0])).portID)
        try network.settle()
        network.isBillingSilent = true
        try network.partner.ok(network.cancel(vbrs[0]))
        for _ in 0..<8 { try network.pass(.seconds(3_600)) }
        #expect(try view(network, id)?.items.map(\.state) == ["needs operator", "running"])
        network.isBillingSilent = false
        let saga = try #require(try network.transformation(of: vbrs[0])).sagaID
        try network.partner.ok(PartnerCommand(.direct(saga, .resume(reason: "billing is back")), by: Network.staff))
        try network.settle()
        #expect(try view(network, id)?.items.map(\.state) == ["compensated", "running"])
    }

    @Test("Whose VBRs are meant must be said, and other parties' batches do not exist") func others() throws {
        let network = try Network()
        let circuit = try network.circuit()
        _ = try network.pushedVBR(circuit)
        for input in [TransformationBatchInput(), TransformationBatchInput(circuitID: circuit, tenantAccountID: Network.customer)] {
            #expect(
                try network.partner.refusal(PartnerCommand(.transformMany(input), by: Network.partnerCaller)).error.code == "missing_field")
        }
        let ofTenant = TransformationBatchInput(tenantAccountID: Network.customer)
        #expect(
            try network.partner.refusal(PartnerCommand(.transformMany(ofTenant), by: Network.staff)).error.field == "partnerAccountId")
        let ofCircuit = TransformationBatchInput(circuitID: circuit)
        #expect(
            try network.partner.refusal(PartnerCommand(.transformMany(ofCircuit), by: .account(Network.otherCarrier))).status == 404)
        let id = try batch(network, TransformationBatchInput(circuitID: circuit)).batchID
        let stranger = Caller.account(Network.otherCarrier)
        #expect(try view(network, id, of: stranger) == nil)
        #expect(try network.partner.refusal(PartnerCommand(.pauseBatch(id), by: stranger)).status == 404)
        let lists = try [stranger, Network.partnerCaller].map { caller in
            try network.partner.read { try PartnerQueries($0).transformationBatches(of: caller, PageRequest()) }
        }
        #expect(lists.map(\.items.count) == [0, 1] && lists[1].items[0].items.isEmpty)
    }
}
