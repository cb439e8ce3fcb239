import HostedConnection
import LocalCluster
import Schema
import Testing

extension EndToEnd {
    /// "Create a shared port for a new tenant", through the admin APIs.
    @Suite struct FlowTests {
        @Test("R-040, R-059, R-071, R-072, R-073, R-076, R-090: ports for a new tenant, whoever pays, on the embedded broker")
        func newTenantOnTheEmbeddedBroker() throws { try Self.newTenant(.embedded) }
        @Test("R-040, R-059, R-071, R-072, R-073, R-076, R-090: ports for a new tenant, whoever pays, on Kafka", .needsKafka)
        func newTenantOnKafka() throws { try Self.newTenant(.kafka) }

        private static let declinedMbps: UInt32 = 300

        private static func newTenant(_ level: Stage.Level) throws {
            let declining = "simulator:\n  declineFirstAttemptMbps: [\(declinedMbps)]"
            try Stage.run(on: level, "flows", simulatorSettings: declining) { stage in
                try pays(.tenant, stage)
                try pays(.partner, stage)
                try tenantIsDeclined(stage)
                try partnerIsDeclined(stage)
                let seen = try stage.agree()
                #expect(seen.agreement.differences == [])
                #expect(seen.partner.count == 4)
                #expect(seen.tenant.allSatisfy { $0.status == "Active" && $0.vbrID.isSet })
                #expect(seen.vbrs.count == 4)
                for node in [stage.cluster.partner, stage.cluster.tenant] {
                    #expect(try stage.deadLetters(node).isEmpty)
                    #expect(try stage.heldChannels(node).isEmpty)
                }
            }
        }

        private static func pays(_ payer: Payer, _ stage: Stage) throws {
            let wanted = stage.newOffer(payer: payer)
            let offered: PortView = try stage.partner.post("/admin/v1/ports", wanted)
            let id = offered.portID
            #expect(offered.status == "Hosted")
            #expect(offered.stage == "Pending for Acceptance")
            #expect(offered.vlanID == wanted.vlanID)
            #expect(offered.payer == payer)
            try stage.arrives(id)
            let pending = try #require(try stage.port(id, at: stage.cluster.tenant))
            #expect(pending.status == "Pending")
            #expect(pending.circuitID == wanted.circuitID)
            #expect(pending.bandwidthMbps == wanted.bandwidthMbps)

            #expect(throws: ClusterError.self, "a VBR on a port that is not accepted") { try stage.createVBR(id) }
            let accepted = try stage.accept(id)
            #expect(accepted.acceptance == "confirmed")
            try stage.becomesActive(id)
            let active = try #require(try stage.port(id, at: stage.cluster.tenant))
            #expect(active.billing == "paid")
            #expect(active.stage == "Complete")

            let router = try stage.createVBR(id)
            #expect(router.vlanID == wanted.vlanID)
            try stage.becomesAssociated(id)
            let history: History = try stage.partner.get("/admin/v1/ports/\(id)/history")
            #expect(history.items.count >= 3, "\(history.items.map(\.action))")
            #expect(history.items.map(\.entry) == history.items.map(\.entry).sorted())
            let second = #expect(throws: ClusterError.self) { try stage.createVBR(id) }
            #expect(second?.code == RefusalCode.portHasVBR.rawValue)
        }

        private static func tenantIsDeclined(_ stage: Stage) throws {
            let id = try stage.offer(payer: .tenant, bandwidthMbps: declinedMbps).portID
            try stage.arrives(id)
            _ = try stage.accept(id)
            try expectDeclined(id, payer: stage.cluster.tenant, stage)
            let _: PortView = try stage.tenant.post("/admin/v1/charges", ChargeInput(portID: id))
            try complete(id, stage)
        }

        private static func partnerIsDeclined(_ stage: Stage) throws {
            let id = try stage.offer(payer: .partner, bandwidthMbps: declinedMbps).portID
            try stage.arrives(id)
            _ = try stage.accept(id)
            try expectDeclined(id, payer: stage.cluster.partner, stage)
            let _: PortView = try stage.partner.post("/admin/v1/charges", ChargeInput(portID: id))
            try complete(id, stage)
        }

        /// The port is accepted on both sides, active on neither, and both tell why.
        private static func expectDeclined(_ id: PortID, payer: ServiceNode, _ stage: Stage) throws {
            for node in [stage.cluster.partner, stage.cluster.tenant] {
                let view = try stage.port(id, at: node, becomes: "accepted and declined") {
                    $0.acceptance == "confirmed" && !$0.declineReason.isEmpty
                }
                #expect(view.service == "allocated")
                #expect(view.billing == "unpaid")
                #expect(view.status == "Pending Payment")
                #expect(!view.waitingFor.isEmpty, "\(node.name) does not tell what the port waits for")
            }
            #expect(throws: ClusterError.self, "a VBR on a port that is not paid") { try stage.createVBR(id) }
        }

        private static func complete(_ id: PortID, _ stage: Stage) throws {
            try stage.becomesActive(id)
            for node in [stage.cluster.partner, stage.cluster.tenant] {
                #expect(try stage.port(id, at: node)?.declineReason == "")
            }
            _ = try stage.createVBR(id)
            try stage.becomesAssociated(id)
            let ledger = try LocalCluster.ledger(stage.client(try #require(stage.cluster.simulator))).filter { $0.portID == id }
            #expect(ledger.map(\.outcome).sorted() == ["declined", "settled"])
            #expect(Set(ledger.map(\.chargeID)).count == 2)
            #expect(Set(ledger.map(\.subscriptionID)).count == 1)
        }
    }
}
