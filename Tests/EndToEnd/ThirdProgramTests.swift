import FoundationEssentials
import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

extension EndToEnd {
    /// kcat, a program that knows nothing of us, reads our topics and is the billing system.
    @Suite struct ThirdProgramTests {
        @Test func kcatOnTheEmbeddedBroker() throws { try Self.kcat(.embedded) }
        @Test(.needsKafka) func kcatOnKafka() throws { try Self.kcat(.kafka) }

        private static func kcat(_ level: Stage.Level) throws {
            try Stage.run(on: level, "kcat", simulatorSettings: nil) { stage in
                try settlesInBinaryMode(stage)
                try settlesInStructuredMode(stage)
                try declinesThenSettles(stage)
                try paysForThePartner(stage)
                try seesOrdinaryCloudEvents(stage)
                for node in [stage.cluster.partner, stage.cluster.tenant] {
                    #expect(try stage.heldChannels(node).isEmpty)
                }
            }
        }

        // MARK: Billing by hand

        private static func settlesInBinaryMode(_ stage: Stage) throws {
            let charge = try acceptedPort(stage)
            var billing = ExternalBilling(try stage.kcat())
            try billing.settle(charge, mode: .binary)
            try stage.becomesActive(charge.port)
            // The same event once more, and the same news under another id: neither changes anything.
            let before = try history(charge.port, stage)
            try billing.repeatLast()
            try billing.settle(charge, mode: .binary)
            // A settled charge can't have been declined too.
            try billing.decline(charge, reason: "after all not", mode: .binary)
            let contradiction = try stage.deadLetter(of: billing.lastID, at: stage.cluster.tenant)
            #expect(contradiction.cause == RefusalCode.contradictsState.rawValue)
            #expect(!contradiction.holdsChannel)
            // The same id with another body.
            try billing.settle(charge, mode: .binary, id: "reused", amount: 1)
            try billing.settle(charge, mode: .binary, id: "reused", amount: 2)
            #expect(try stage.deadLetter(of: "reused", at: stage.cluster.tenant).cause == "id_reused")
            #expect(try history(charge.port, stage) == before)
            #expect(try stage.port(charge.port, at: stage.cluster.tenant)?.amountMinor == 4200)
            _ = try stage.createVBR(charge.port)
            try stage.becomesAssociated(charge.port)
        }

        private static func settlesInStructuredMode(_ stage: Stage) throws {
            let charge = try acceptedPort(stage)
            var billing = ExternalBilling(try stage.kcat())
            try billing.settle(charge, mode: .structured)
            try stage.becomesActive(charge.port)
            #expect(try stage.port(charge.port, at: stage.cluster.partner)?.currency == "EUR")
        }

        private static func declinesThenSettles(_ stage: Stage) throws {
            let first = try acceptedPort(stage)
            var billing = ExternalBilling(try stage.kcat())
            try billing.decline(first, reason: "card expired", mode: .structured)
            for node in [stage.cluster.tenant, stage.cluster.partner] {
                let view = try stage.port(first.port, at: node, becomes: "declined") { $0.declineReason == "card expired" }
                #expect(view.status == "Pending Payment")
            }
            let _: PortView = try stage.tenant.post("/admin/v1/charges", ChargeInput(portID: first.port))
            let second = try billing.awaitCharge(of: first.port, after: first.charge)
            #expect(second.subscription == first.subscription)
            #expect(second.charge != first.charge)
            // An answer to the first attempt that comes late, and again.
            try billing.decline(first, reason: "card expired", mode: .binary)
            try billing.settle(second, mode: .binary)
            try stage.becomesActive(first.port)
        }

        private static func paysForThePartner(_ stage: Stage) throws {
            let port = try stage.offer(payer: .partner).portID
            var billing = ExternalBilling(try stage.kcat())
            let charge = try billing.awaitCharge(of: port, after: nil)
            #expect(charge.payer == Stage.carrier)
            // Paid before the tenant has accepted.
            try billing.settle(charge, mode: .binary)
            try stage.arrives(port)
            try stage.port(port, at: stage.cluster.tenant, becomes: "paid") { $0.billing == "paid" }
            #expect(try stage.port(port, at: stage.cluster.tenant)?.acceptance == "unconfirmed")
            _ = try stage.accept(port)
            try stage.becomesActive(port)
        }

        private static func acceptedPort(_ stage: Stage) throws -> ExternalBilling.Charge {
            let port = try stage.offer().portID
            try stage.arrives(port)
            _ = try stage.accept(port)
            return try ExternalBilling(stage.kcat()).awaitCharge(of: port, after: nil)
        }

        private static func history(_ port: PortID, _ stage: Stage) throws -> [HistoryEntry] {
            try stage.tenant.get("/admin/v1/ports/\(port)/history", as: History.self).items
        }

        // MARK: What is on the topics

        private static func seesOrdinaryCloudEvents(_ stage: Stage) throws {
            let kcat = try stage.kcat()
            let ports = Set(try LocalCluster.ports(stage.partner).map { $0.connectionID.description })
            var types: Set<String> = []
            for (topic, source) in [(Topic.partner, "partner-service"), (.tenant, "tenant-service")] {
                let records = try kcat.read(topic)
                #expect(!records.isEmpty)
                for record in records {
                    try expectCloudEvent(record, source: source)
                    #expect(ports.contains(record.key), "\(topic): key \(record.key)")
                    types.insert(record.header("ce_type") ?? "")
                }
            }
            for record in try kcat.read(.accounts) {
                try expectCloudEvent(record, source: record.header("ce_source") ?? "")
                #expect(AccountID(record.key) != nil)
                types.insert(record.header("ce_type") ?? "")
            }
            for record in try kcat.read(.billingRequests) {
                try expectCloudEvent(record, source: record.header("ce_source") ?? "")
                #expect(["partner-service", "tenant-service"].contains(record.header("ce_source")))
                #expect(record.key.hasPrefix("sub-"))
                types.insert(record.header("ce_type") ?? "")
            }
            #expect(
                types == [
                    "hostedconnections.v1.PortOffered", "hostedconnections.v1.PortAccepted", "hostedconnections.v1.PaymentResult",
                    "hostedconnections.v1.PortActivated", "hostedconnections.v1.VBRCreated", "hostedconnections.v1.AccountRegistered",
                    "hostedconnections.billing.v1.ChargeRequested",
                ])
        }

        /// The required attributes of CloudEvents' Kafka binding in binary mode, and nothing else.
        private static func expectCloudEvent(_ record: Kcat.Record, source: String) throws {
            let names = record.headers.map { $0.split(separator: "=", maxSplits: 1).first.map(String.init) ?? "" }
            #expect(names == ["ce_specversion", "ce_id", "ce_source", "ce_type", "content-type"])
            #expect(record.header("ce_specversion") == "1.0")
            #expect(record.header("ce_id").flatMap { MessageID($0) } != nil, "\(record.headers)")
            #expect(record.header("ce_source") == source)
            #expect(record.header("content-type") == "application/protobuf")
            #expect(try #require(record.value).isEmpty == false)
        }
    }
}
