import BillingSimulator
import HostedConnection
import Kafka
import Messaging
import PartnerService
import Schema
import ServiceKit
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("Repeats, disorder and restarts")
struct FaultTests {
    @Test("Every record delivered twice changes nothing and charges nothing")
    func duplicates() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let ports = [try network.offer(circuit, vlan: 1), try network.offer(circuit, vlan: 2, payer: .partner)]
        try network.settle()
        for port in ports { try network.accept(port) }
        try network.settle()
        for port in ports { try network.createVBR(port) }
        try network.settle()
        let before = try ports.map { [try network.partnerView($0), try network.tenantView($0)] }
        let lines = [try network.partner.rows(of: "port_history"), try network.tenant.rows(of: "port_history")]
        let sent = try network.partner.rows(of: "outbox") + network.tenant.rows(of: "outbox")

        for topic in [Topic.partner, .tenant, .accounts, .billingEvents, .billingRequests] {
            network.broker.repeatEverything(of: topic)
        }
        try network.settle()
        #expect(try ports.map { [try network.partnerView($0), try network.tenantView($0)] } == before)
        #expect([try network.partner.rows(of: "port_history"), try network.tenant.rows(of: "port_history")] == lines)
        #expect(try network.partner.rows(of: "outbox") + network.tenant.rows(of: "outbox") == sent)
        #expect(network.partner.statistics.repeated > 0)
        #expect(network.tenant.statistics.repeated > 0)
        #expect(network.partner.statistics.openDeadLetters == 0)
        #expect(network.tenant.statistics.openDeadLetters == 0)
        for port in ports { try network.expectComplete(port) }
    }

    @Test("R-075: a charge asked for again under another message id is decided once and answered the same")
    func repeatedCharge() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit(), payer: .partner)
        try network.settle()
        let entry = try #require(try network.ledger().first)
        for number in 1...3 as ClosedRange<UInt64> {
            network.broker.add(
                ChargeRequested(
                    subscriptionID: entry.subscriptionID, chargeID: entry.chargeID, payerAccountID: Network.carrier, portID: port,
                    region: "eu-central-1", bandwidthMbps: 1_000),
                id: messageID(number), source: PartnerApplication.name, to: .billingRequests)
        }
        try network.settle()
        let after = try #require(try network.ledger().first)
        #expect(try network.ledger().count == 1)
        #expect(after.requests == 4)
        #expect(after.amountMinor == entry.amountMinor)
        #expect(try network.partnerView(port)?.amountMinor == entry.amountMinor)
        #expect(network.partner.statistics.openDeadLetters == 0)
    }

    @Test("Messages of a channel that arrive backwards are parked and handled in order")
    func disorder() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let ports = try (1...20).map { try network.offer(circuit, vlan: UInt32($0), payer: .partner) }
        try network.settle()

        let backwards = MemoryBroker()
        for topic in [Topic.partner, .accounts] { backwards.takeReversed(topic, from: network.broker) }
        let late = try Node(backwards, network.clock, migrations: try TenantMigrations.all()) { connection throws(StoreError) in
            try TenantApplication(connection)
        }
        try late.ok(TenantCommand(.registerAccounts([network.account(Network.customer)]), by: Network.staff))
        while try late.turn(perPartition: 1) {}
        let statistics = late.statistics
        #expect(statistics.parked >= 20)
        #expect(statistics.parkedNow == 0)
        #expect(statistics.heldChannels == 0)
        for port in ports {
            let view = try late.read { reader in try TenantQueries(reader).port(port, of: Network.staff) }
            #expect(view?.billing == "paid")
            #expect(view?.amountMinor == 24_000)
        }
    }

    @Test("Each service restarted at each step, and the log once empty: every port ends complete, nothing is charged twice")
    func restarts() throws {
        let network = try Network()
        let circuit = try network.circuit()
        func disturb(_ step: Int) throws {
            if step % 4 == 3 { network.broker.forgetEverything() }
            if step % 2 == 0 || step % 4 == 3 { try network.partner.restart() }
            if step % 3 == 0 || step % 4 == 3 { try network.tenant.restart() }
            if step % 5 == 0 || step % 4 == 3 { try network.billing.restart() }
        }
        var ports: [PortID] = []
        for step in 0..<12 {
            let port = try network.offer(circuit, vlan: UInt32(step + 1), payer: step % 2 == 0 ? .tenant : .partner)
            ports.append(port)
            try disturb(step)
            try network.settle()
            try network.accept(port)
            try disturb(step + 1)
            try network.settle()
            try network.createVBR(port)
            try disturb(step + 2)
            try network.settle()
        }
        for port in ports { try network.expectComplete(port) }
        #expect(try network.ledger().count == 12)
        #expect(network.partner.statistics.openDeadLetters == 0)
        #expect(network.tenant.statistics.openDeadLetters == 0)
        #expect(network.billing.statistics.openDeadLetters == 0)
    }

    @Test("Billing's answer that comes before the acceptance is known waits for its subscription")
    func earlyAnswer() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit())
        try network.settle()
        let subscription = SubscriptionID(of: port)
        network.broker.add(
            ChargeSettled(
                subscriptionID: subscription, chargeID: subscription.charge(attempt: 1), payerAccountID: Network.customer, version: 1,
                amountMinor: 24_000, currency: "EUR", paidUntil: Timestamp(network.clock.now() + .seconds(3600))),
            id: messageID(1), json: true)
        try network.settle()
        #expect(network.tenant.statistics.parkedNow == 1)
        #expect(try network.tenantView(port)?.billing == "unpaid")
        let accepted = try network.accept(port)
        #expect(accepted.acceptance == "confirmed")
        #expect(try network.tenantView(port)?.billing == "paid")
        #expect(network.tenant.statistics.parkedNow == 0)
    }

    @Test("Billing's events: of others' accounts passed over, contradictory ones dead letters that hold nothing")
    func foreignEvents() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit())
        try network.settle()
        try network.accept(port)
        try network.settle()
        let subscription = SubscriptionID(of: port)
        let charge = subscription.charge(attempt: 1)
        let partnerBefore = network.partner.statistics.openDeadLetters
        // Says the opposite of what was settled; lacks its version; names a payer that does not pay; lacks the payer.
        network.broker.add(
            ChargeDeclined(subscriptionID: subscription, chargeID: charge, payerAccountID: Network.customer, version: 2, reason: "No"),
            id: messageID(1))
        network.broker.add(
            ChargeSettled(
                subscriptionID: subscription, chargeID: charge, payerAccountID: Network.customer, amountMinor: 1, currency: "EUR"),
            id: messageID(2))
        network.broker.add(
            ChargeSettled(
                subscriptionID: subscription, chargeID: charge, payerAccountID: Network.otherCustomer, version: 1, amountMinor: 1,
                currency: "EUR"), id: messageID(3))
        network.broker.add(
            ChargeDeclined(
                subscriptionID: subscription, chargeID: charge, payerAccountID: AccountID(number: 3_000_000_000_000_001), version: 1),
            id: messageID(4))
        try network.settle()
        #expect(network.tenant.statistics.openDeadLetters == 3)
        #expect(network.partner.statistics.openDeadLetters == partnerBefore)
        #expect(try network.tenantView(port)?.status == "Active")
        try network.createVBR(port)
        try network.settle()
        try network.expectComplete(port)
        let causes = try network.tenant.read { reader in
            var causes: [String] = []
            try reader.prepare("SELECT cause FROM dead_letter ORDER BY message_id").query { row throws(StoreError) in
                causes.append(try row.text(0))
            }
            return causes
        }
        #expect(causes == ["contradicts_state", "missing_field", "contradicts_state"])
    }

    @Test("Two hundred ports in bulk batches, both payers, some declined, all complete")
    func manyPorts() throws {
        var rule = DeclineRule()
        rule.oneIn = 3
        let network = try Network(declining: rule)
        let circuit = try network.circuit(capacity: 100_000)
        let offers = (1...200).map {
            network.offerInput(circuit, vlan: UInt32($0), bandwidth: 100, payer: $0 % 2 == 0 ? .tenant : .partner)
        }
        let offered = try network.partner.ok(PartnerCommand(.offer(offers), by: Network.staff, as: .bulk), as: PortAnswers.self)
        let ports = offered.items.compactMap(\.port?.portID)
        #expect(ports.count == 200)
        try network.settle()
        let accepted = try network.tenant.ok(
            TenantCommand(.accept(ports.map { AcceptanceInput(portID: $0) }), by: Network.staff, as: .bulk), as: PortAnswers.self)
        #expect(accepted.items.allSatisfy { $0.error == nil })
        try network.settle()
        let retries = ports.map { ChargeInput(portID: $0) }
        let partnerRetries = try network.partner.ok(
            PartnerCommand(.retryCharges(retries), by: Network.staff, as: .bulk), as: PortAnswers.self)
        let tenantRetries = try network.tenant.ok(
            TenantCommand(.retryCharges(retries), by: Network.staff, as: .bulk), as: PortAnswers.self)
        let retried = partnerRetries.items.count { $0.port != nil } + tenantRetries.items.count { $0.port != nil }
        #expect(retried > 10)
        try network.settle()
        let routers = try network.tenant.ok(
            TenantCommand(.createVBRs(ports.map(network.vbrInput)), by: Network.staff, as: .bulk), as: VBRAnswers.self)
        #expect(routers.items.allSatisfy { $0.vbr != nil })
        try network.settle()
        let entries = try network.ledger()
        #expect(entries.count == 200 + retried)
        #expect(entries.count { $0.outcome == "settled" } == 200)
        for port in ports { #expect(try network.partnerView(port)?.vbrID == network.tenantView(port)?.vbrID) }
        for port in [ports[0], ports[199]] {
            try network.expectComplete(port, attempts: try #require(try network.partnerView(port)).chargeID.bits.attempt)
        }
        let used = try #require(
            try network.partner.read { reader in try PartnerQueries(reader).circuit(circuit, of: Network.staff) })
        #expect(used.allocatedMbps == 20_000)
        #expect(used.connections == 200)
    }
}
