import HostedConnection
import PartnerDomain
import Saga
import Schema
import Testing
import TransformationSaga

@Suite("A transformation from the offer to the association")
struct CourseTests {
    private func outcome(_ step: TransformationSaga.Step, _ port: SuppliedPort) -> SagaOutcome? {
        TransformationProgress.outcome(of: step, port)
    }

    @Test("R-118: the port has circuit, VLAN and bandwidth of the VBR, and its connection is the VBR's") func derived() throws {
        let vbr = try pushed()
        let decision = try offered(of: vbr)
        let port = decision.port
        #expect(port.circuit == vbr.circuit && port.vlan == vbr.vlan && port.bandwidth == vbr.bandwidth && port.tenant == vbr.tenant)
        #expect(port.connection == vbr.connection && port.origin == .pushedVBR(vbr.id, confirmedAt: nil))
        guard case .portOffered(let message)? = decision.messages.first else {
            Issue.record("no offer is sent")
            return
        }
        #expect(message.connectionID == vbr.connection && message.portID == port.id && message.vlanID == 700)
        #expect(message.bandwidthMbps == 200 && message.payer == .tenant)
    }

    @Test("R-119: a pending port asks nothing of a device, and waits for the tenant") func pending() throws {
        var decision = try offered()
        DeviceRules.settle(&decision, policy: PartnerPolicy(hasAccessDevices: true), now: now)
        #expect(!decision.messages.contains { if case .networkStateDesired = $0 { true } else { false } })
        #expect(outcome(.acceptance, decision.port) == nil && outcome(.offer, decision.port) == .done)
        #expect(decision.port.waitingFor?.contains("to accept") == true)
    }

    @Test("R-119, R-122: accepted and paid it is not in use before the partner confirms", arguments: PayingParty.allCases)
    func held(_ payer: PayingParty) throws {
        let accepted = try accepted(try offered(payer: payer).port)
        #expect(outcome(.acceptance, accepted) == .done && outcome(.payment, accepted) == nil)
        let paid = try paid(accepted)
        #expect(outcome(.payment, paid) == .done && outcome(.confirmation, paid) == nil)
        #expect(paid.axes.service == .allocated && paid.axes.association == .none)
        #expect(paid.waitingFor == "the partner to confirm")
    }

    @Test("R-120: before the tenant has accepted, and before the payer has paid, a confirmation is refused") func order() throws {
        let port = try offered().port
        #expect(refusal { () throws(Refusal) in try ConfirmationRules.check(port) }?.code == .offerNotAccepted)
        let unpaid = try accepted(port)
        let refused = refusal { () throws(Refusal) in try ConfirmationRules.check(unpaid) }
        #expect(refused?.code == .portNotPaid && refused?.next?.contains(tenantID.description) == true)
        #expect(try ConfirmationRules.check(try paid(unpaid)) == .confirms)
        let ended = OfferEndingRules.retract(port, as: .withdrawn, reason: "no", attempt: 1, now: later).port
        #expect(refusal { () throws(Refusal) in try ConfirmationRules.check(ended) }?.code == .portEnded)
    }

    @Test("R-122: the confirmation has the tenant's side associate the VBR; only then are both in use") func confirmation() throws {
        let port = try paid(try accepted(try offered().port))
        let decision = ConfirmationRules.confirm(port, of: id(3), saga: sagaID, attempt: 1, now: later)
        #expect(decision.port.axes == port.axes)
        #expect(outcome(.confirmation, decision.port) == .done && outcome(.association, decision.port) == nil)
        guard case .portConfirmed(let message)? = decision.messages.first else {
            Issue.record("the tenant's side is not told")
            return
        }
        #expect(message.vbrID == id(3) && message.portID == port.id && message.sagaID == sagaID)
        let (after, vbr) = try associated(decision.port, try pushed())
        #expect(after.port.axes == PortAxes(acceptance: .confirmed, service: .enabled, billing: .paid, association: .associated))
        #expect(after.port.vbr == id(3) && vbr.isAttached && outcome(.association, after.port) == .done)
    }

    @Test("R-123: the VBR's id, name, VLAN, bandwidth, addresses and state are the same on the port") func unchanged() throws {
        let before = try pushed()
        let (after, vbr) = try associated(try confirmed(), before)
        var expected = before
        expected.attachedAt = later
        expected.waitingSince = later
        #expect(vbr == expected)
        #expect(after.port.router == RouterCopy(state: .enabled, name: "edge", bandwidth: Bandwidth(megabitsPerSecond: 200)))
    }

    @Test("R-124: no state is asked of the device: the port goes on with the one that the VBR has") func device() throws {
        let policy = PartnerPolicy(hasAccessDevices: true)
        let before = try pushed()
        var (after, _) = try associated(try confirmed(), before)
        DeviceRules.settle(&after, policy: policy, now: later)
        #expect(after.port.device == before.device)
        #expect(!after.messages.contains { if case .networkStateDesired = $0 { true } else { false } })
        for acceptance in [Acceptance.withdrawn, .lapsed] {
            var back = OfferEndingRules.retract(try confirmed(), as: acceptance, reason: "no", attempt: 1, now: later)
            DeviceRules.settle(&back, policy: policy, now: later)
            #expect(!back.messages.contains { if case .networkStateDesired = $0 { true } else { false } })
        }
    }

    @Test("R-127: confirming again does nothing, and what is associated is not associated twice") func again() throws {
        let port = try confirmed()
        #expect(try ConfirmationRules.check(port) == .isConfirmed)
        let repeated = ConfirmationRules.confirm(port, of: id(3), saga: sagaID, attempt: 2, now: later + .seconds(60))
        #expect(repeated.port == port && repeated.history.isEmpty && repeated.messages.count == 1)
        let (first, vbr) = try associated(port, try pushed())
        let (second, same) = try associated(first.port, vbr)
        #expect(second == SupplyDecision(first.port) && same == vbr)
    }

    @Test("A VBR that the port is not made of, or a port that is not confirmed, is not associated") func misplaced() throws {
        let port = try paid(try accepted(try offered().port))
        #expect(throws: Refusal.self) { try associated(port, try pushed()) }
        #expect(throws: Refusal.self) { try associated(try confirmed(), try pushed { $0.id = id(4) }) }
        var ordinary = port
        ordinary.origin = .offer
        #expect(refusal { () throws(Refusal) in try ConfirmationRules.check(ordinary) }?.code == .contradictsState)
    }

    @Test("A declined charge is no end: it waits with the reason, and a later payment counts", arguments: PayingParty.allCases)
    func declined(_ payer: PayingParty) throws {
        let port = try paid(try accepted(try offered(payer: payer).port), .declined)
        #expect(outcome(.payment, port) == .hindered("the charge is declined: no funds"))
    }
}

@Suite("A transformation that turns back")
struct TurningBackTests {
    private func sent(_ decision: SupplyDecision) -> [String] {
        decision.messages.map { "\(Mirror(reflecting: $0).children.first?.label ?? "")" }
    }

    @Test("Rejected, withdrawn and lapsed offers turn it back, with the reason") func ended() throws {
        let port = try offered().port
        let event = OfferRejected(connectionID: port.connection, portID: port.id, reason: "too dear")
        let rejected = try OfferEndingRules.rejected(port, event, now: later).port
        #expect(TransformationProgress.outcome(of: .acceptance, rejected) == .refused("the port is rejected: too dear"))
        for acceptance in [Acceptance.withdrawn, .lapsed] {
            let port = OfferEndingRules.retract(port, as: acceptance, reason: "why", attempt: 1, now: later).port
            for step in [TransformationSaga.Step.acceptance, .payment, .confirmation] {
                #expect(TransformationProgress.outcome(of: step, port) == .refused("the port is \(acceptance.name): why"))
            }
        }
    }

    @Test("The port ends at any place before the confirmation, the tenant's side hears of it and says when nothing is open there")
    func retracted() throws {
        for port in [try offered().port, try accepted(try offered().port), try paid(try accepted(try offered().port))] {
            let decision = OfferEndingRules.retract(port, as: .withdrawn, reason: "cancelled", attempt: 1, now: later)
            #expect(decision.port.axes.acceptance == .withdrawn && decision.port.axes.service == .released)
            #expect(sent(decision) == ["offerEnded"])
            #expect(!TransformationProgress.isTakenBack(decision.port), "the tenant's side says so")
            let again = OfferEndingRules.retract(decision.port, as: .withdrawn, reason: "cancelled", attempt: 2, now: later)
            #expect(again.port == decision.port && again.messages == decision.messages && again.history.isEmpty)
        }
    }

    @Test("R-176: what a partner paid or may have paid goes back once, and a repeat asks for the same refund") func refunded() throws {
        for port in [try offered(payer: .partner).port, try paid(try accepted(try offered(payer: .partner).port))] {
            let decision = OfferEndingRules.retract(port, as: .withdrawn, reason: "cancelled", attempt: 1, now: later)
            #expect(sent(decision) == ["refundRequested", "offerEnded"])
            #expect(!TransformationProgress.isTakenBack(decision.port))
            let again = OfferEndingRules.retract(decision.port, as: .withdrawn, reason: "cancelled", attempt: 2, now: later)
            #expect(again.port == decision.port && again.messages == [decision.messages[0]])
            let event = RefundSettled(subscriptionID: SubscriptionID(of: port.id), payerAccountID: partnerID, version: 2)
            let settled = try PaymentRules.folded(decision.port, .refunded(event), now: later).port
            #expect(TransformationProgress.isTakenBack(settled))
        }
    }

    @Test("A declined charge leaves nothing to give back") func declined() throws {
        let port = try paid(try accepted(try offered(payer: .partner).port), .declined)
        let decision = OfferEndingRules.retract(port, as: .withdrawn, reason: "cancelled", attempt: 1, now: later)
        #expect(sent(decision) == ["offerEnded"] && TransformationProgress.isTakenBack(decision.port))
    }

    @Test("An offer that nobody took in its time lapses, one that is called off is withdrawn") func how() throws {
        let port = try offered().port
        let version = try TransformationSaga.definition().version
        let limits = TransformationSaga.timeLimits(PartnerPolicy(offerLifetime: .seconds(30)))
        let saga = SagaInstance(sagaID, version, about: port.connection, timeLimits: limits, at: now)
        #expect(TransformationSaga.ending(of: port, in: saga, at: now + .seconds(29)) == .withdrawn)
        #expect(TransformationSaga.ending(of: port, in: saga, at: now + .seconds(30)) == .lapsed)
        #expect(TransformationSaga.ending(of: try accepted(port), in: saga, at: now + .seconds(30)) == .withdrawn)
    }
}

@Suite("The transformation's definition")
struct DefinitionTests {
    @Test("Its steps, and where it can't return") func steps() throws {
        let definition = try TransformationSaga.definition()
        #expect(definition.steps.map(\.name) == TransformationSaga.Step.allCases.map(\.rawValue))
        #expect(definition.steps.first { $0.wayBack == .pointOfNoReturn }?.name == "association")
        #expect(PartnerSagas.catalogue.newest(TransformationSaga.name) == definition)
    }

    @Test("What it remembers comes back from its bytes") func context() {
        for payer in PayingParty.allCases {
            for batch in [TransformationBatchID.none, id(5)] {
                let context = TransformationSaga.Context(port: id(2), payer: payer, batch: batch)
                #expect(TransformationSaga.Context(context.bytes) == context)
            }
        }
        #expect(TransformationSaga.Context([]) == nil)
        #expect(TransformationSaga.Context([UInt8](repeating: 0, count: 33)) == nil)
    }

    @Test("The acceptance has the lifetime of an offer, if offers have one, and the payment its own time") func times() {
        #expect(TransformationSaga.timeLimits(.standard) == ["payment": .seconds(7 * 86_400)])
        let policy = PartnerPolicy(offerLifetime: .seconds(60), transformationPaymentTime: .seconds(90))
        #expect(TransformationSaga.timeLimits(policy) == ["acceptance": .seconds(60), "payment": .seconds(90)])
    }
}
