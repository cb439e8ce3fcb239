import HostedConnection
import LocalCluster
import Schema
import Testing

extension EndToEnd {
    /// A write that is sent again is carried out once and answered the same, whatever happens between.
    @Suite struct IdempotencyTests {
        @Test func sameKeySameAnswer() throws {
            try Stage.run(on: .embedded, "idempotency") { stage in
                let offer = stage.newOffer()
                let first: PortView = try stage.partner.post("/admin/v1/ports", offer, idempotencyKey: "offer-1")
                let second: PortView = try stage.partner.post("/admin/v1/ports", offer, idempotencyKey: "offer-1")
                #expect(second == first)
                let bulk = OffersInput(items: [stage.newOffer(), stage.newOffer(payer: .partner), offer])
                let some: PortAnswers = try stage.partner.post("/admin/v1/ports:bulk", bulk, idempotencyKey: "bulk-1")
                #expect(some.items.map { $0.port != nil } == [true, true, false])
                #expect(some.items.last?.error?.code == RefusalCode.vlanInUse.rawValue)

                try kill(stage.cluster.partner)
                let third: PortView = try stage.partner.post("/admin/v1/ports", offer, idempotencyKey: "offer-1")
                #expect(third == first)
                let again: PortAnswers = try stage.partner.post("/admin/v1/ports:bulk", bulk, idempotencyKey: "bulk-1")
                #expect(again == some)
                #expect(try LocalCluster.ports(stage.partner).count == 3)

                let other = #expect(throws: ClusterError.self) {
                    let _: PortView = try stage.partner.post("/admin/v1/ports", stage.newOffer(), idempotencyKey: "offer-1")
                }
                #expect(other?.code == RefusalCode.idempotencyKeyReused.rawValue)

                try acceptedOnce(first.portID, stage)
                #expect(try LocalCluster.ports(stage.partner).count == 3)
            }
        }

        private func acceptedOnce(_ port: PortID, _ stage: Stage) throws {
            try stage.arrives(port)
            let acceptance = AcceptanceInput(portID: port)
            let accepted: PortView = try stage.tenant.post("/admin/v1/acceptances", acceptance, idempotencyKey: "accept-1")
            try stage.becomesActive(port)
            let router = Stage.router(of: port)
            let created: VBRView = try stage.tenant.post("/admin/v1/vbrs", router, idempotencyKey: "vbr-1")
            try kill(stage.cluster.tenant)
            #expect(try stage.tenant.post("/admin/v1/acceptances", acceptance, as: PortView.self, idempotencyKey: "accept-1") == accepted)
            #expect(try stage.tenant.post("/admin/v1/vbrs", router, as: VBRView.self, idempotencyKey: "vbr-1") == created)
            let refused = #expect(throws: ClusterError.self) {
                let _: VBRView = try stage.tenant.post("/admin/v1/vbrs", router, idempotencyKey: "vbr-2")
            }
            #expect(refused?.code == RefusalCode.portHasVBR.rawValue)
            #expect(try LocalCluster.vbrs(stage.tenant).count == 1)
            let seen = try stage.agree()
            #expect(seen.agreement.differences.filter { $0.port == port } == [])
            #expect(seen.tenant.first { $0.portID == port }?.vbrID == created.vbrID)
        }

        private func kill(_ node: ServiceNode) throws {
            node.kill()
            try node.start()
            try node.waitUntilReady()
        }
    }
}
