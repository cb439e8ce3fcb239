import BillingSimulator
import HostedConnection
import Messaging
import PartnerDomain
import PartnerService
import Schema
import ServiceKit
import ServiceTesting
import Testing
import TenantDomain
import TenantService

@Suite("Offers that end without being taken, over both services")
struct OfferEndingFlowTests {
    private func network() throws -> Network {
        try Network(
            policy: PartnerPolicy(mayWithdraw: true, offerLifetime: .seconds(3_600)), demand: TenantPolicy(mayReject: true))
    }

    @Test("A-39, R-178: withdrawn, an offer is gone on both sides, readable, and its place is free")
    func withdrawn() throws {
        let network = try network()
        let circuit = try network.circuit(capacity: 200)
        let port = try network.offer(circuit)
        try network.settle()
        #expect(try network.partner.ok(network.withdrawal(port), as: PortView.self).status == "Withdrawn")
        try network.partner.ok(network.withdrawal(port))
        try network.settle()
        #expect(try network.axes(port) == ["withdrawn", "released", "unpaid", "none"])
        #expect(try network.allocated(circuit) == [0, 0])
        #expect(try network.partner.rows(of: "allocation") == 0)
        for view in [try network.partnerView(port), try network.tenantView(port)] {
            #expect(view?.endReason == "changed our mind")
            #expect(view?.endedAt != nil)
        }
        let history = try network.history(port)
        #expect(history.partner == ["offered", "withdrawn"])
        #expect(history.tenant == ["offered", "withdrawn"])
        let refused = try network.tenant.refusal(TenantCommand(.accept([AcceptanceInput(portID: port)]), by: Network.tenantCaller))
        #expect(refused.error.code == "offer_not_pending")
        _ = try network.offer(circuit)
        try network.expectNoDeadLetters()
    }

    @Test("A-39: withdrawing and rejecting are off by default") func off() throws {
        let network = try Network()
        let port = try network.offer(try network.circuit())
        try network.settle()
        #expect(try network.partner.refusal(network.withdrawal(port)).error.code == "not_enabled")
        #expect(try network.tenant.refusal(network.rejection(port)).error.code == "not_enabled")
        #expect(try network.partner.rows(of: "timer") == 0)
        #expect(try network.history(port).partner == ["offered", "refused"])
    }

    @Test("A-39, R-176: a paying partner is refunded once, also before billing has answered", arguments: [true, false])
    func refunded(_ isAnswered: Bool) throws {
        let network = try network()
        let port = try network.offer(try network.circuit(), payer: .partner)
        if isAnswered { try network.settle() }
        try network.partner.ok(network.withdrawal(port))
        try network.settle()
        #expect(try network.axes(port) == ["withdrawn", "released", "refunded", "none"])
        #expect(try network.refunds() == 1)
        let retry = PartnerCommand(.retryCharges([ChargeInput(portID: port)]), by: Network.partnerCaller)
        #expect(try network.partner.refusal(retry).error.code == "charge_not_retriable")
        try network.expectNoDeadLetters()
    }

    @Test("A-39: an acceptance that meets a withdrawal is answered, and its payment refunded", arguments: [Payer.tenant, .partner])
    func crossingAccept(_ payer: Payer) throws {
        let network = try network()
        let circuit = try network.circuit()
        let port = try network.offer(circuit, payer: payer)
        try network.settle()
        try network.accept(port)
        try network.partner.ok(network.withdrawal(port), crossing: true)
        try network.settle()
        #expect(try network.axes(port) == ["withdrawn", "released", "refunded", "none"])
        #expect(try network.refunds() == 1)
        #expect(try network.allocated(circuit) == [0, 0])
        try network.expectNoDeadLetters()
    }

    @Test("A-39: of an acceptance that meets a withdrawal and is declined nothing goes back", arguments: [Payer.tenant, .partner])
    func crossingDeclined(_ payer: Payer) throws {
        var rule = DeclineRule()
        rule.bandwidths = [Bandwidth(megabitsPerSecond: 200)]
        let network = try Network(
            declining: rule, policy: PartnerPolicy(mayWithdraw: true), demand: TenantPolicy(mayReject: true))
        let port = try network.offer(try network.circuit(), payer: payer)
        try network.partner.turn()
        try network.tenant.turn()
        try network.accept(port)
        try network.partner.ok(network.withdrawal(port), crossing: true)
        try network.settle()
        #expect(try network.axes(port) == ["withdrawn", "released", "unpaid", "none"])
        #expect(try network.ledger().map(\.outcome) == ["declined"])
        try network.expectNoDeadLetters()
    }

    @Test("A-39: rejected, an offer is gone on both sides; a paying partner is refunded", arguments: [Payer.tenant, .partner])
    func rejected(_ payer: Payer) throws {
        let network = try network()
        let circuit = try network.circuit()
        let port = try network.offer(circuit, payer: payer)
        try network.settle()
        #expect(try network.tenant.ok(network.rejection(port), as: PortView.self).status == "Rejected")
        try network.settle()
        #expect(try network.axes(port) == ["rejected", "released", payer == .partner ? "refunded" : "unpaid", "none"])
        #expect(try network.partnerView(port)?.endReason == "too dear")
        #expect(try network.allocated(circuit) == [0, 0])
        #expect(try network.partner.refusal(network.withdrawal(port)).error.code == "port_ended")
        try network.expectNoDeadLetters()
    }

    @Test("R-220, A-39: a rejection that meets a withdrawal frees the place once, and both sides show the withdrawal")
    func crossingReject() throws {
        let network = try network()
        let circuit = try network.circuit()
        let port = try network.offer(circuit)
        _ = try network.offer(circuit, vlan: 101)
        try network.settle()
        try network.tenant.ok(network.rejection(port))
        try network.partner.ok(network.withdrawal(port), crossing: true)
        try network.settle()
        #expect(try network.allocated(circuit) == [200, 1])
        #expect(try network.axes(port) == ["withdrawn", "released", "unpaid", "none"])
        try network.expectNoDeadLetters()
    }

    @Test("A-39: an offer lapses after its lifetime, also over a restart; one that was taken does not") func lapses() throws {
        let network = try network()
        let circuit = try network.circuit()
        let forgotten = try network.offer(circuit, vlan: 1, payer: .partner)
        let taken = try network.offer(circuit, vlan: 2)
        try network.settle()
        try network.accept(taken)
        try network.settle()
        try network.partner.restart()
        network.clock.advance(by: .seconds(3_600))
        try network.settle()
        #expect(try network.axes(forgotten) == ["lapsed", "released", "refunded", "none"])
        #expect(try network.axes(taken) == ["confirmed", "enabled", "paid", "none"])
        #expect(try network.history(forgotten).tenant.contains("lapsed"))
        #expect(try network.allocated(circuit) == [200, 1])
        try network.expectNoDeadLetters()
    }

    @Test("Of two withdrawals in one batch the second has no effect, and the place goes to an offer after them")
    func oneBatch() throws {
        let network = try network()
        let circuit = try network.circuit(capacity: 200)
        let port = try network.offer(circuit)
        try network.settle()
        let answers = try network.partner.answers([
            network.withdrawal(port), network.withdrawal(port),
            PartnerCommand(.offer([network.offerInput(circuit)]), by: Network.partnerCaller),
        ])
        #expect(answers.map(\.status) == [200, 200, 201])
        try network.settle()
        #expect(try network.allocated(circuit) == [200, 1])
        #expect(try network.history(port).partner == ["offered", "withdrawn"])
    }

    @Test("R-043: the payer of an offered port is never changed: withdrawn and offered again, another pays") func payerIsFixed() throws {
        let network = try network()
        let circuit = try network.circuit()
        let port = try network.offer(circuit, payer: .tenant)
        try network.settle()
        try network.partner.ok(network.withdrawal(port))
        let other = try network.offer(circuit, payer: .partner)
        try network.settle()
        #expect(try network.partnerView(port)?.payer == .tenant)
        #expect(try network.tenantView(other)?.payer == .partner)
    }
}
