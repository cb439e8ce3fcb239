import Accounts
import BillingSimulator
import HostedConnection
import Messaging
import PartnerService
import PortRecords
import Schema
import ServiceKit
import ServiceTesting
import Store
import Testing
import TenantService

@Suite("What billing says of subscriptions and accounts, over both services")
struct SubscriptionTests {
    private func tell(_ action: BillingCommand.Action, _ network: Network) throws {
        try network.billing.ok(BillingCommand(action, by: Network.staff))
        try network.settle()
    }

    private func expectBilling(
        _ billing: String, of port: PortID, _ network: Network, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(try network.partnerView(port)?.billing == billing, sourceLocation: sourceLocation)
        #expect(try network.tenantView(port)?.billing == billing, sourceLocation: sourceLocation)
    }

    @Test(
        "R-182, A-31: a port expires, keeps what it has, is told apart from a Disabled one, and is renewed",
        arguments: [Payer.tenant, .partner])
    func expiryAndRenewal(_ payer: Payer) throws {
        let network = try Network()
        let (port, router) = try network.connectedPort(payer: payer)
        let paidUntil = try #require(try network.partnerView(port)?.paidUntil)
        try tell(.expire(SubscriptionID(of: port)), network)
        try expectBilling("expired", of: port, network)
        for view in [try network.partnerView(port), try network.tenantView(port)] {
            #expect(view?.status == "Expired")
            #expect(view?.service == "enabled")
            #expect(view?.vbrID == router)
        }
        let waiting = (try network.partnerView(port)?.waitingFor, try network.tenantView(port)?.waitingFor)
        #expect(
            waiting.0 == (payer == .tenant ? "the tenant \(Network.customer)" : "the partner \(Network.carrier)")
                + " to renew the subscription")
        #expect(waiting.1 == (payer == .tenant ? "you" : "the partner \(Network.carrier)") + " to renew the subscription")
        // Traffic goes on until the grace is over.
        #expect(try network.partnerView(port)?.forwarding == "pass")
        network.clock.advance(by: .seconds(15 * 86_400 - 60))
        try network.settle()
        #expect(try network.partnerView(port)?.forwarding == "pass")
        network.clock.advance(by: .seconds(120))
        try network.settle()
        #expect(try network.partnerView(port)?.forwarding == "block")
        #expect(try network.partnerView(port)?.service == "enabled")
        try tell(.renew(SubscriptionID(of: port)), network)
        try expectBilling("paid", of: port, network)
        for view in [try network.partnerView(port), try network.tenantView(port)] {
            #expect(view?.status == "Active")
            #expect(try #require(view?.paidUntil).instant > paidUntil.instant)
        }
        #expect(try network.partnerView(port)?.forwarding == "pass")
        let history = try network.history(port)
        #expect(history.partner.filter { $0 != "network_applied" }.suffix(2) == ["expired", "renewed"])
        #expect(history.tenant.suffix(2) == ["expired", "renewed"])
        #expect(try network.ledger().map(\.kind) == ["first", "renewal"])
    }

    @Test("R-091: no VBR on a port that is expired or locked") func noVBR() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit())
        try network.settle()
        try network.accept(port)
        try network.settle()
        for (action, back) in [
            (BillingCommand.Action.expire(SubscriptionID(of: port)), BillingCommand.Action.renew(SubscriptionID(of: port))),
            (.lock(Network.customer, true), .lock(Network.customer, false)),
        ] {
            try tell(action, network)
            let refused = try network.tenant.refusal(TenantCommand(.createVBRs([network.vbrInput(port)]), by: .account(Network.customer)))
            #expect(refused.error.code == "port_not_active")
            try tell(back, network)
        }
        try network.createVBR(port)
    }

    @Test("R-181: the payer alone is charged, for every kind of charge", arguments: [Payer.tenant, .partner]) func onlyThePayer(
        _ payer: Payer
    ) throws {
        let network = try Network()
        let (port, _) = try network.connectedPort(payer: payer)
        try tell(.renew(SubscriptionID(of: port)), network)
        let account = payer == .tenant ? Network.customer : Network.carrier
        #expect(try network.ledger().map(\.payerAccountID) == [account, account])
        #expect(try network.subscription(port)?.payerAccountID == account)
    }

    @Test("An account's lock reaches what it pays for and nothing else, and is taken back") func lock() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let (own, theirs) = (try network.offer(circuit, vlan: 1), try network.offer(circuit, vlan: 2, payer: .partner))
        try network.settle()
        for port in [own, theirs] { try network.accept(port) }
        try network.settle()
        try tell(.lock(Network.customer, true), network)
        try expectBilling("locked", of: own, network)
        try expectBilling("paid", of: theirs, network)
        #expect(try network.partnerView(own)?.forwarding == "block")
        #expect(try network.partnerView(theirs)?.forwarding == "pass")
        #expect(try network.tenantView(own)?.status == "FinancialLocked")
        #expect(
            try network.tenant.read { reader in
                try TenantQueries(reader).accounts.account(Network.customer, of: Network.staff)?.locked
            } == true)
        // What is offered meanwhile is locked as soon as it is paid.
        try tell(.lock(Network.customer, false), network)
        try expectBilling("paid", of: own, network)
        #expect(try network.history(own).partner.filter { $0.hasSuffix("locked") } == ["locked", "unlocked"])
        try tell(.lock(Network.carrier, true), network)
        try expectBilling("paid", of: own, network)
        try expectBilling("locked", of: theirs, network)
    }

    @Test(
        "R-174, A-38: the tenant deletes an expired port also while its payer is locked, whichever came first",
        arguments: [Payer.tenant, .partner], [true, false])
    func expiredAndLocked(_ payer: Payer, _ isLockedFirst: Bool) throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit(), payer: payer)
        let account = payer == .tenant ? Network.customer : Network.carrier
        let facts = [BillingCommand.Action.lock(account, true), .expire(SubscriptionID(of: port))]
        for fact in isLockedFirst ? facts : facts.reversed() { try tell(fact, network) }
        try expectBilling("locked", of: port, network)
        try network.tenant.ok(network.tenantDeletion(port))
        try network.settle()
        #expect(try network.axes(port) == ["deleted", "released", "locked", "none"])
        #expect(try network.refunds() == 0)
        #expect(try network.subscription(port)?.state == "stopped")
        try network.expectNoDeadLetters()
    }

    @Test("A renewal beneath a lock reaches both sides: the port is not deleted as an expired one", arguments: [Payer.tenant, .partner])
    func renewedAndLocked(_ payer: Payer) throws {
        let network = try Network()
        let port = try network.portInUse(try network.circuit(), payer: payer)
        let account = payer == .tenant ? Network.customer : Network.carrier
        for fact in [BillingCommand.Action.expire(SubscriptionID(of: port)), .lock(account, true), .renew(SubscriptionID(of: port))] {
            try tell(fact, network)
        }
        try expectBilling("locked", of: port, network)
        if payer == .partner {
            #expect(try network.tenant.refusal(network.tenantDeletion(port)).error.code == "not_the_payer")
        }
        try tell(.lock(account, false), network)
        try expectBilling("paid", of: port, network)
    }

    @Test("A lock told before an older payment stands; the port is active and locked") func lockBeforePayment() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit())
        try network.settle()
        try network.accept(port)
        network.broker.add(
            AccountLocked(payerAccountID: Network.customer, version: 5, reason: "Arrears"), id: messageID(1), source: "billing",
            to: .billingEvents)
        try network.tenant.turn()
        try network.settle()
        try expectBilling("locked", of: port, network)
        #expect(try network.partnerView(port)?.service == "enabled")
        // An older unlock changes nothing.
        network.broker.add(
            AccountUnlocked(payerAccountID: Network.customer, version: 4), id: messageID(2), source: "billing", to: .billingEvents)
        try network.settle()
        try expectBilling("locked", of: port, network)
        network.broker.add(
            AccountUnlocked(payerAccountID: Network.customer, version: 6), id: messageID(3), source: "billing", to: .billingEvents)
        try network.settle()
        try expectBilling("paid", of: port, network)
    }

    @Test("The lock of an account with more ports than fit into one step reaches all of them") func manyPorts() throws {
        let network = try Network()
        let circuit = try network.circuit(capacity: 100_000)
        let count = ChargedPorts.atOnce + 50
        let inputs = (1...count).map { network.offerInput(circuit, vlan: UInt32($0), bandwidth: 50) }
        for part in [inputs[..<ChargedPorts.atOnce], inputs[ChargedPorts.atOnce...]] {
            try network.partner.ok(PartnerCommand(.offer(Array(part)), by: .account(Network.carrier), as: .bulk))
        }
        try network.settle()
        try tell(.lock(Network.customer, true), network)
        func locked(_ isLocked: Int) throws -> Int64 {
            try network.tenant.read { reader in
                try reader.prepare("SELECT COUNT(*) FROM port_state WHERE is_payer_locked = \(isLocked)").first { row throws(StoreError) in
                    row.int64(0)
                } ?? 0
            }
        }
        #expect(try locked(1) == Int64(count))
        try tell(.lock(Network.customer, false), network)
        #expect(try locked(0) == Int64(count))
        #expect(try network.tenant.rows(of: "timer") == 0)
    }

    @Test("Facts about a subscription that is not known yet wait for it; what is folded late is the same as in order") func earlyFacts()
        throws
    {
        let network = try Network()
        let port = try network.offer(try network.circuit())
        try network.settle()
        let subscription = SubscriptionID(of: port)
        network.broker.add(
            SubscriptionExpired(subscriptionID: subscription, payerAccountID: Network.customer, version: 7), id: messageID(1),
            source: "billing", to: .billingEvents)
        try network.settle()
        #expect(network.tenant.statistics.parked == 1)
        #expect(try network.tenantView(port)?.billing == "unpaid")
        try network.accept(port)
        try network.settle()
        try expectBilling("expired", of: port, network)
        #expect(try network.tenantView(port)?.service == "enabled")
        #expect(network.tenant.statistics.openDeadLetters == 0)
    }

    @Test("Facts about an account that is registered later wait for it; those of the other side's accounts are passed over")
    func earlyAccounts() throws {
        let network = try Network(registers: false)
        network.broker.add(
            AccountLocked(payerAccountID: Network.customer, version: 2, reason: "Arrears"), id: messageID(1), source: "billing",
            to: .billingEvents)
        network.broker.add(
            OutboundBillingEnabled(payerAccountID: Network.customer, version: 3), id: messageID(2), source: "billing", to: .billingEvents)
        try network.settle()
        try network.registerAccounts()
        let own = try network.tenant.read { reader in
            try TenantQueries(reader).accounts.account(Network.customer, of: Network.staff)
        }
        #expect(own?.locked == true)
        #expect(own?.outboundBilling == true)
        #expect(own?.version == 2)
        let copy = try network.partner.read { reader in
            try PartnerQueries(reader).accounts.account(Network.customer, of: Network.staff)
        }
        #expect(copy?.outboundBilling == true)
        #expect(copy?.version == 2)
        #expect(copy?.locked == false)
        for node in [network.partner.statistics, network.tenant.statistics] { #expect(node.openDeadLetters == 0) }
        try tell(.lock(Network.carrier, true), network)
        #expect(network.tenant.statistics.passedOver >= 1)
    }

    @Test("What billing must say of subscriptions and accounts; what it does not is a dead letter", arguments: 0..<6) func broken(
        _ number: Int
    ) throws {
        let network = try Network()
        let subscription = SubscriptionID(of: try network.offer(try network.circuit(), payer: .partner))
        try network.settle()
        let events: [any EventMessage] = [
            SubscriptionExpired(payerAccountID: Network.carrier, version: 2),
            SubscriptionExpired(subscriptionID: subscription, payerAccountID: Network.carrier),
            SubscriptionRenewed(
                subscriptionID: subscription, payerAccountID: Network.carrier, version: 2, amountMinor: 1, currency: "euro"),
            SubscriptionRenewed(
                subscriptionID: subscription, payerAccountID: Network.carrier, version: 2, amountMinor: -1, currency: "EUR"),
            AccountLocked(payerAccountID: Network.carrier, reason: "Arrears"),
            AccountUnlocked(version: 1),
        ]
        network.broker.add(events[number], id: messageID(1), source: "billing", to: .billingEvents)
        try network.settle()
        #expect(try network.partner.deadLetterCauses() == [number == 3 ? "invalid_value" : "missing_field"])
        #expect(try network.partnerView(subscription.port)?.billing == "paid")
    }
}
