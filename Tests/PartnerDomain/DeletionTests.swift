import HostedConnection
import PartnerDomain
import Saga
import Schema
import Testing

@Suite("Deleting a port, on the partner's side")
struct DeletionTests {
    private let saga: SagaID = id(8)

    private func check(_ port: SuppliedPort, by party: PayingParty = .partner) throws(Refusal) -> DeletionRules.Verdict {
        try DeletionRules.check(port, by: party)
    }

    private func deleting(_ port: SuppliedPort) -> SuppliedPort {
        carried(DeletionRules.freeze(port, saga: saga, attempt: 1, now: later), from: port).port
    }

    @Test("R-173, R-180: a VBR in any state but deleted is in the way, and the refusal says who removes it")
    func router() throws {
        for state in [RouterState.enabled, .terminated, .terminating, .recovering, .deleting] {
            let port = try active(vbr: state)
            let refused = objection { try check(port) }
            #expect(refused?.code == .portHasVBR)
            #expect(refused?.object == port.vbr.description)
            #expect(refused?.next?.isEmpty == false)
            #expect(objection { try check(active(payer: .tenant, vbr: state), by: .tenant) }?.code == .portHasVBR)
        }
        let next = objection { try check(active(vbr: .enabled)) }?.next
        #expect(next?.hasPrefix("Terminate the VBR's connection") == true)
    }

    @Test("A-38, A-46: who pays deletes; a tenant deletes an expired port whoever paid")
    func payer() throws {
        #expect(try check(try active()) == .begins)
        #expect(try check(try active(payer: .tenant), by: .tenant) == .begins)
        let byPartner = objection { try check(active(payer: .tenant)) }
        #expect(byPartner?.code == .notThePayer)
        #expect(byPartner?.next?.contains(tenantID.description) == true)
        let byTenant = objection { try check(active(), by: .tenant) }
        #expect(byTenant?.code == .notThePayer)
        #expect(byTenant?.next?.contains(partnerID.description) == true)
        var expired = try active()
        expired.axes.billing = .expired
        expired.subscription.expiredAt = later
        #expect(try check(expired, by: .tenant) == .begins)
    }

    @Test("R-179, A-30: no stop is needed before, and a stopped port is deleted too", arguments: [ServiceState.enabled, .terminated])
    func anyService(_ service: ServiceState) throws {
        var port = try active()
        port.axes.service = service
        #expect(try check(port) == .begins)
    }

    @Test("R-176: what is deleted, or being deleted, is not deleted again") func repeated() throws {
        #expect(try check(deleting(try active())) == .isUnderWay)
        var gone = try active()
        gone.axes.acceptance = .deleted
        gone.axes.service = .released
        #expect(try check(gone) == .isUnderWay)
    }

    @Test("A pending offer is withdrawn instead, an ended one stays ended, another change comes first") func notNow() throws {
        #expect(objection { try check(offered(payer: .partner).port) }?.next == "Withdraw the offer instead")
        var ended = try offered(payer: .partner).port
        ended.axes.acceptance = .withdrawn
        #expect(objection { try check(ended) }?.code == .portEnded)
        var busy = try active()
        busy.change = PortChange(saga: saga)
        #expect(objection { try check(busy) }?.code == .changeInProgress)
    }

    @Test("R-175, R-176: inside the billing cycle the rest goes back, once, and a repeat asks for the same refund")
    func refund() throws {
        let port = deleting(try active())
        #expect(port.awaitsRefund)
        let settled = DeletionRules.settle(port, saga: saga, attempt: 1, now: later)
        #expect(settled.sent == ["refundRequested", "deletionCommitted"])
        #expect(settled.port.awaitsRefund)
        let again = DeletionRules.settle(settled.port, saga: saga, attempt: 2, now: later)
        #expect(again.messages == [settled.messages[0]])
        let event = RefundSettled(subscriptionID: port.subscription.id, payerAccountID: partnerID, version: 4)
        #expect(try !PaymentRules.folded(settled.port, .refunded(event), now: later).port.awaitsRefund)
    }

    @Test("R-174, R-177: an expired subscription only stops") func expired() throws {
        var port = try active()
        port.axes.billing = .expired
        port.subscription.expiredAt = later
        port = deleting(port)
        let settled = DeletionRules.settle(port, saga: saga, attempt: 1, now: later)
        #expect(settled.sent == ["stopRequested", "deletionCommitted"])
        #expect(!settled.port.awaitsRefund)
    }

    @Test("R-175: a paying tenant's side settles; here its word is waited for") func tenantPays() throws {
        let port = deleting(try active(payer: .tenant))
        let settled = DeletionRules.settle(port, saga: saga, attempt: 1, now: later)
        #expect(settled.sent == ["deletionCommitted"])
        #expect(settled.port.awaitsRefund)
        #expect(DeletionRules.settle(settled.port, saga: saga, attempt: 2, now: later).sent == ["deletionCommitted"])
        let word = PaymentResult(
            portID: port.id, subscriptionID: port.subscription.id, chargeID: port.subscription.chargeID, outcome: .refunded)
        #expect(try !ActivationRules.paymentResult(settled.port, word, now: later).port.awaitsRefund)
    }

    @Test("R-178: deleted, the port holds nothing and its record says when") func finished() throws {
        let decision = carried(
            DeletionRules.finish(deleting(try active()), saga: saga, now: later), from: deleting(try active()))
        #expect(decision.port.axes.acceptance == .deleted)
        #expect(decision.port.axes.service == .released)
        #expect(!decision.port.change.isRunning)
        #expect(decision.port.ending?.at == later)
        #expect(decision.sent.contains("portDeleted"))
    }

    @Test("The device lets the port go in a step of its own: until then it does what it did") func device() throws {
        let port = deleting(try active())
        #expect(port.device.forwarding == .pass)
        let removed = DeletionRules.remove(port, policy: .standard, now: later).port
        #expect(DeletionRules.isRemoved(removed))
        #expect(carried(SupplyDecision(removed), from: removed).port == removed)
        let asked = DeletionRules.remove(port, policy: PartnerPolicy(hasAccessDevices: true), now: later).port
        #expect(!DeletionRules.isRemoved(asked))
    }

    @Test("Given up, the port is what it was; a stop that was on its way goes on") func aborted() throws {
        let port = try active()
        let back = carried(
            DeletionRules.abort(deleting(port), saga: saga, backTo: .enabled, because: "a VBR", now: later), from: deleting(port))
        #expect(back.port.axes == port.axes)
        #expect(back.sent == ["deletionAborted"])
        var stopping = port
        stopping.axes.service = .terminating
        stopping = carried(SupplyDecision(stopping), from: port, devices: true).port
        var frozen = DeletionRules.freeze(stopping, saga: saga, attempt: 1, now: later).port
        frozen.device.applied = frozen.device.desired
        let resumed = carried(
            DeletionRules.abort(frozen, saga: saga, backTo: .terminating, because: "a VBR", now: later), from: frozen, devices: true)
        #expect(resumed.port.axes.service == .terminated)
        #expect(resumed.sent == ["deletionAborted", "portTerminated"])
    }

    @Test("The saga's definition is fit, and its context comes back from its bytes") func definition() throws {
        #expect(try DeletionSaga.definition().steps.map(\.name) == ["freeze", "remove", "settle", "finish"])
        for service in ServiceState.allCases {
            #expect(DeletionSaga.Context(DeletionSaga.Context(service: service).bytes)?.service == service)
        }
        #expect(DeletionSaga.Context([0]) == nil)
        #expect(DeletionSaga.Context([]) == nil)
    }
}
