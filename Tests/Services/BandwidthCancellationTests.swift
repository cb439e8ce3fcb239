import BillingSimulator
import HostedConnection
import Messaging
import PartnerDomain
import PartnerService
import Saga
import SagaRecords
import Schema
import ServiceTesting
import Store
import TenantService
import Testing

@Suite("Calling off an increase of the bandwidth while billing may be deciding about its charge")
struct BandwidthCancellationTests {
    /// Who or what ends a change before its payment.
    enum Ending: CaseIterable {
        case partner
        case operators
        case deadline

        /// What the change ends with.
        var reason: String {
            switch self {
            case .partner: "change_cancelled: the partner cancelled it: too dear"
            case .operators: "change_cancelled: wrong window"
            case .deadline: "change_timed_out: "
            }
        }
    }

    /// Billing declines everything above 200 Mbit/s.
    private func declining(_ declines: Bool) -> DeclineRule {
        guard declines else { return .never }
        var rule = DeclineRule()
        rule.bandwidths = [Bandwidth(megabitsPerSecond: 500)]
        rule.attempts = 63
        return rule
    }

    private func end(_ port: PortID, by ending: Ending, in network: Network) throws {
        switch ending {
        case .partner: try network.partner.ok(network.bandwidthCancellation(port))
        case .operators: try network.partner.ok(directed(.cancel(reason: "wrong window"), try running(network)))
        case .deadline: try network.pass(PartnerPolicy.standard.bandwidthPaymentTime)
        }
    }

    private func running(_ network: Network) throws -> SagaView { try #require(try network.sagas().last { $0.phase == "running" }) }

    private func directed(_ input: SagaInput, _ saga: SagaView) -> PartnerCommand {
        PartnerCommand(.direct(saga.sagaID, input), by: Network.staff)
    }

    private func restart(_ network: Network) throws {
        try network.partner.restart()
        try network.tenant.restart()
        try network.billing.restart()
    }

    /// The lines of a port's history that tell of its change, on the partner's side and on the tenant's.
    private func lines(_ port: PortID, _ network: Network) throws -> [[String]] {
        let supply = try network.partner.read { reader in try PartnerQueries(reader).history(of: port, for: Network.staff) }
        let demand = try network.tenant.read { reader in try TenantQueries(reader).history(of: port, for: Network.staff) }
        let actions = ["bandwidth_cancel_asked", "bandwidth_refused", "bandwidth_in_force", "refused"]
        return [supply, demand].map { list in
            list?.items.filter { actions.contains($0.action) }.map { $0.detail.isEmpty ? $0.action : "\($0.action): \($0.detail)" } ?? []
        }
    }

    /// Attempts that billing settled.
    private func paid(_ network: Network) throws -> [UInt32] {
        try network.ledger().filter { $0.outcome == "settled" }.map(\.bandwidthMbps)
    }

    private func expectOver(
        _ port: PortID, declined: Bool, because reason: String, in network: Network, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try network.expectBandwidth(declined ? 200 : 500, of: port, sourceLocation: sourceLocation)
        #expect(try paid(network) == (declined ? [200] : [200, 500]), sourceLocation: sourceLocation)
        let saga = try #require(try network.sagas().last, sourceLocation: sourceLocation)
        #expect(saga.phase == (declined ? "compensated" : "completed"), sourceLocation: sourceLocation)
        if declined { #expect(saga.reason.hasPrefix(reason), sourceLocation: sourceLocation) }
        for side in try lines(port, network) {
            #expect(side.contains { $0.contains("it came too late: ") } == !declined, sourceLocation: sourceLocation)
            #expect(side.last?.hasPrefix(declined ? "bandwidth_refused" : "bandwidth_in_force") == true, sourceLocation: sourceLocation)
        }
        try network.expectNoDeadLetters(sourceLocation: sourceLocation)
    }

    @Test(
        "R-144, A-24: while billing decides about the tenant's charge nobody calls the change off: declined it ends, paid it goes on",
        arguments: Ending.allCases, [(false, false), (false, true), (true, false), (true, true)])
    func atBilling(ending: Ending, course: (declines: Bool, restarts: Bool)) throws {
        let network = try Network(declining: declining(course.declines))
        let port = try network.connectedPort(try network.circuit())
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        network.isBillingSilent = true
        try network.tenant.ok(network.payment(port))
        try network.settle()
        try end(port, by: ending, in: network)
        if course.restarts { try restart(network) }
        try network.settle()

        for view in [try network.partnerView(port), try network.tenantView(port)] {
            let view = try #require(view)
            #expect(view.bandwidthMbps == 200 && view.requestedBandwidthMbps == 500)
            #expect(view.waitingFor.contains("cancel") && view.waitingFor.contains("billing"), "\(view.waitingFor)")
        }
        #expect(try network.onlyCircuit()?.allocatedMbps == 500)
        #expect(try running(network).step == "pay")
        #expect(try network.tenant.refusal(network.bandwidthRejection(port)).error.text.hasPrefix("Billing is deciding"))
        #expect(try network.tenant.refusal(network.payment(port)).error.code == "charge_not_retriable")

        // Repeated, it asks nothing again.
        let asked = try lines(port, network)
        try network.partner.ok(network.bandwidthCancellation(port))
        try network.pass(PartnerPolicy.standard.bandwidthPaymentTime)
        #expect(try lines(port, network)[0] == asked[0])
        #expect(asked.allSatisfy { $0.filter { $0.hasPrefix("bandwidth_cancel_asked: \(ending.reason)") }.count == 1 })

        if course.restarts { try restart(network) }
        network.isBillingSilent = false
        try network.settle()
        try expectOver(port, declined: course.declines, because: ending.reason, in: network)
    }

    @Test("R-144: what nothing is charged for ends at once, and nothing is charged for it later", arguments: Ending.allCases)
    func notAsked(ending: Ending) throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit())
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        network.isBillingSilent = true
        try end(port, by: ending, in: network)
        try network.settle()
        try network.expectBandwidth(200, of: port)
        #expect(try network.sagas().last?.reason.hasPrefix(ending.reason) == true)
        #expect(try network.tenant.refusal(network.payment(port)).error.code == "charge_not_retriable")
        network.isBillingSilent = false
        try network.settle()
        #expect(try paid(network) == [200])
        try network.expectNoDeadLetters()
    }

    @Test("R-144: a cancellation that crosses billing's answer on its way", arguments: [false, true]) func crossing(declines: Bool) throws {
        let network = try Network(declining: declining(declines))
        let port = try network.connectedPort(try network.circuit())
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        try network.tenant.ok(network.payment(port))
        try network.billing.turn()
        try network.tenant.turn()
        try network.partner.ok(network.bandwidthCancellation(port), crossing: true)
        try network.settle()
        try expectOver(port, declined: declines, because: Ending.partner.reason, in: network)
    }

    @Test("R-144: a cancellation that crosses the tenant's payment waits for billing", arguments: [false, true])
    func crossingPayment(declines: Bool) throws {
        let network = try Network(declining: declining(declines))
        let port = try network.connectedPort(try network.circuit())
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        try network.partner.ok(network.bandwidthCancellation(port))
        try network.tenant.ok(network.payment(port), crossing: true)
        try network.settle()
        try expectOver(port, declined: declines, because: Ending.partner.reason, in: network)
    }

    @Test("A cancellation and the tenant's own rejection that cross end the change once") func crossingRejection() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit())
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        try network.partner.ok(network.bandwidthCancellation(port))
        try network.tenant.ok(network.bandwidthRejection(port), crossing: true)
        try network.settle()
        try network.expectBandwidth(200, of: port)
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        #expect(try network.partnerView(port)?.requestedBandwidthMbps == 500, "an old answer does not end the next change")
        try network.tenant.ok(network.payment(port))
        try network.settle()
        try network.expectBandwidth(500, of: port)
        try network.expectNoDeadLetters()
    }

    @Test(
        "R-144: a paying partner's change is not called off while billing decides",
        arguments: [(false, false), (false, true), (true, false), (true, true)])
    func partnerPays(course: (declines: Bool, restarts: Bool)) throws {
        let network = try Network(declining: declining(course.declines))
        let port = try network.connectedPort(try network.circuit(), payer: .partner)
        network.isBillingSilent = true
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        if course.restarts { try restart(network) }
        let saga = try running(network)
        let charge = try #require(try network.partnerView(port)).chargeID
        let refused = try network.partner.refusal(network.bandwidthCancellation(port)).error
        #expect(refused.text == "Billing is deciding about charge \(charge)" && refused.object == charge.description)
        #expect(try network.partner.refusal(directed(.cancel(reason: "wrong window"), saga)).error.code == "change_in_progress")
        #expect(try network.partnerView(port)?.requestedBandwidthMbps == 500)
        network.isBillingSilent = false
        if course.restarts { try restart(network) }
        try network.settle()
        try network.expectBandwidth(course.declines ? 200 : 500, of: port)
        #expect(try paid(network) == (course.declines ? [200] : [200, 500]))
        #expect(try network.partner.refusal(network.bandwidthCancellation(port)).error.code == "no_change_in_progress")
        try network.expectNoDeadLetters()
    }

    @Test("Nothing an operator says makes an overdue payment paid, or asks for it twice", arguments: [Payer.tenant, .partner])
    func operators(payer: Payer) throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit(), payer: payer)
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        network.isBillingSilent = true
        try network.settle()
        if payer == .tenant { try network.tenant.ok(network.payment(port)) }
        try network.pass(.seconds(2 * 86_400))
        let saga = try running(network)
        #expect(saga.overdue)
        for input in [SagaInput.skip(reason: "free"), .markDone(reason: "free"), .resume(reason: "again")] {
            #expect(try network.partner.refusal(directed(input, saga)).error.code == "change_in_progress")
        }
        network.isBillingSilent = false
        try network.settle()
        try network.expectBandwidth(500, of: port)
        #expect(try paid(network) == [200, 500])
    }

    @Test("What is paid and not in force yet is neither called off nor paid twice", arguments: [Payer.tenant, .partner])
    func paidAlready(payer: Payer) throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit(), payer: payer)
        network.areDevicesSilent = true
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        if payer == .tenant {
            try network.tenant.ok(network.payment(port))
            try network.settle()
            #expect(try network.tenantView(port)?.waitingFor.hasSuffix("to put 500 Mbit/s in force") == true)
            #expect(try network.tenant.refusal(network.payment(port)).error.code == "charge_not_retriable")
            #expect(try network.tenant.refusal(network.bandwidthRejection(port)).error.code == "change_in_progress")
        }
        #expect(try network.partner.refusal(network.bandwidthCancellation(port)).error.code == "saga_past_return")
        network.areDevicesSilent = false
        try network.settle()
        try network.expectBandwidth(500, of: port)
        #expect(try paid(network) == [200, 500])
        try network.expectNoDeadLetters()
    }

    @Test(
        "A payment for a change that is over is not passed over in silence",
        arguments: [(Payer.tenant, true), (.tenant, false), (.partner, true)])
    func late(payer: Payer, atPayer: Bool) throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit(), payer: payer)
        network.isBillingSilent = true
        try network.partner.ok(network.bandwidthChange(port, to: 500))
        try network.settle()
        if payer == .tenant { try network.tenant.ok(network.payment(port)) }
        try network.settle()
        // No order of messages comes to this: a side that has lost its change.
        let isAtPartner = (payer == .partner) == atPayer
        let connection = isAtPartner ? network.partner.connection : network.tenant.connection
        try connection.begin()
        try connection.prepare("UPDATE port SET saga_id = NULL, requested_mbps = NULL").run()
        try connection.commit()
        if isAtPartner { try network.partner.restart() } else { try network.tenant.restart() }
        network.isBillingSilent = false
        try network.settle()
        #expect(try network.partner.deadLetterCauses() == (isAtPartner ? ["contradicts_state"] : []))
        #expect(try network.tenant.deadLetterCauses() == (isAtPartner ? [] : ["contradicts_state"]))
    }
}
