import HostedConnection
import Schema
import TenantDomain
import Testing

@Suite("Offers that end without being taken, on the tenant's side")
struct OfferEndingTests {
    private func reject(_ port: DemandedPort, policy: TenantPolicy = TenantPolicy(mayReject: true)) throws(Refusal) -> DemandDecision {
        try OfferEndingRules.reject(port, reason: "too dear", policy: policy, now: later)
    }

    private func ended(_ port: DemandedPort, _ ending: OfferEnding = .withdrawn) throws(Refusal) -> DemandDecision {
        try OfferEndingRules.ended(port, OfferEnded(portID: port.id, ending: ending, reason: "changed our mind"), now: later)
    }

    @Test("A-39: a pending offer is rejected at once, and the partner hears of it") func rejected() throws {
        let decision = try reject(try offered())
        #expect(decision.port.axes.acceptance == .rejected)
        #expect(decision.port.axes.service == .released)
        #expect(decision.port.ending == PortEnding(at: later, reason: "too dear"))
        #expect(decision.sent == ["offerRejected"])
        #expect(try reject(decision.port) == DemandDecision(decision.port), "again: no effect")
        let accepted = objection { try AcceptanceRules.accept(decision.port, now: later) }
        #expect(accepted?.code == .offerNotPending)
    }

    @Test("A-39: rejecting is off until it is switched on, and only of what is pending") func off() throws {
        #expect(objection { try reject(offered(), policy: .standard) }?.code == .notEnabled)
        #expect(objection { try reject(active()) }?.code == .offerNotPending)
        let withdrawn = try ended(try offered()).port
        #expect(objection { try reject(withdrawn) }?.code == .portEnded)
    }

    @Test("A-39: withdrawn or lapsed, the offer can't be accepted any more", arguments: [OfferEnding.withdrawn, .lapsed])
    func ends(_ ending: OfferEnding) throws {
        let port = try ended(try offered(), ending).port
        #expect(port.axes.acceptance == (ending == .withdrawn ? .withdrawn : .lapsed))
        #expect(port.ending?.reason == "changed our mind")
        #expect(objection { try AcceptanceRules.accept(port, now: later) }?.code == .offerNotPending)
        #expect(try ended(port, ending) == DemandDecision(port))
    }

    @Test("R-220, A-39: a rejection that meets a withdrawal shows the partner's end, like the partner's side") func crossing() throws {
        let met = try ended(try reject(try offered()).port)
        #expect(met.port.axes.acceptance == .withdrawn)
        #expect(met.port.ending?.reason == "changed our mind")
        #expect(met.messages.isEmpty)
        #expect(met.history.map(\.action) == [.withdrawn])
        #expect(try ended(met.port) == DemandDecision(met.port))
    }

    @Test("A-39: a rejection that the partner's side tells back stays one; nobody else's word makes one") func toldBack() throws {
        let rejected = try reject(try offered()).port
        #expect(try ended(rejected, .rejected) == DemandDecision(rejected))
        #expect(objection { try ended(offered(), .rejected) }?.code == .contradictsState)
    }

    @Test("A-39: an acceptance that meets the end ends with it, also when the deletion was asked for already")
    func crossingDeletion() throws {
        let deleting = try DeletionRules.delete(try AcceptanceRules.accept(try offered(), now: now).port, now: now).port
        #expect(try ended(deleting).port.axes.acceptance == .withdrawn)
        let refused = try AcceptanceRules.refused(deleting, AcceptRefused(portID: deleting.id, text: "The offer is withdrawn"), now: later)
        #expect(refused.port.axes.acceptance == .withdrawn)
    }

    @Test("R-176, A-39: an acceptance that meets the end is refunded, also without a known outcome, and once")
    func refunds() throws {
        let accepted = try AcceptanceRules.accept(try offered(), now: now).port
        let first = try ended(accepted)
        #expect(first.port.axes.acceptance == .withdrawn)
        #expect(first.sent == ["refundRequested"])
        let second = try AcceptanceRules.refused(first.port, AcceptRefused(portID: accepted.id, text: "The offer is withdrawn"), now: later)
        #expect(second == DemandDecision(first.port), "the answer to the acceptance adds nothing")
        let settled = try TenantPaymentRules.folded(first.port, .settled(settled(first.port)), now: later)
        #expect(settled.sent.isEmpty, "it is on its way back already")

        let refused = try AcceptanceRules.refused(accepted, AcceptRefused(portID: accepted.id, text: "The offer is withdrawn"), now: later)
        #expect(refused.sent == ["refundRequested"])
        #expect(refused.port.ending?.reason == "The offer is withdrawn")
    }

    @Test("A-39: what billing settles after the end goes back too") func lateSettlement() throws {
        var port = try AcceptanceRules.accept(try offered(), now: now).port
        port.subscription.charge = .declined
        port = try ended(port).port
        #expect(port.subscription.charge == .declined)
        let decision = try TenantPaymentRules.folded(port, .settled(settled(port, attempt: 2)), now: later)
        #expect(decision.sent == ["paymentResult", "refundRequested"])
    }
}

@Suite("Stopping a port, on the tenant's side")
struct TerminationTests {
    @Test("R-163: the tenant stops a port without a VBR, whoever pays", arguments: [Payer.tenant, .partner])
    func stops(_ payer: Payer) throws {
        let decision = try TerminationRules.terminate(try active(payer: payer), now: later)
        #expect(decision.port.axes.service == .terminating)
        #expect(decision.sent == ["terminationAsked"])
        #expect(try TerminationRules.terminate(decision.port, now: later) == DemandDecision(decision.port), "again: no effect")
        let (port, vbr) = try withVBR(payer: payer)
        let refused = objection { try TerminationRules.terminate(port, now: later) }
        #expect(refused?.code == .portHasVBR)
        #expect(refused?.object == vbr.id.description)
    }

    @Test("R-170: a pending or ended port is not stopped") func notActive() throws {
        #expect(objection { try TerminationRules.terminate(offered(), now: later) }?.code == .portNotActive)
        let accepted = try AcceptanceRules.accept(try offered(), now: now).port
        #expect(objection { try TerminationRules.terminate(accepted, now: later) }?.code == .portNotActive)
        var ended = try offered()
        ended.axes.acceptance = .rejected
        #expect(objection { try TerminationRules.terminate(ended, now: later) }?.code == .portEnded)
    }

    @Test("R-163: refused by the partner's side, the port is what it was") func refused() throws {
        let asked = try TerminationRules.terminate(try active(), now: later).port
        let answer = CommandRefused(
            portID: asked.id, command: TerminationAsked.messageType.fullName, code: "change_in_progress", text: "A change is under way")
        #expect(DeletionRules.refused(asked, answer, now: later).port.axes.service == .enabled)
    }

    @Test("R-167: the tenant does not recover a port itself") func recovery() throws {
        let refused = objection { try TerminationRules.recover(active()) }
        #expect(refused?.code == .partnerRecovers)
        #expect(refused?.next == "Make a request to recover the port")
    }

    @Test("R-161, A-27: a VBR is disabled with its port and comes back with it; one that was disabled before does not")
    func cascade() throws {
        var (port, vbr) = try withVBR(payer: .partner)
        let stopped = try TerminationRules.terminated(port, vbr: vbr, PortTerminated(portID: port.id), now: later)
        #expect(stopped.port.axes.service == .terminated)
        #expect(stopped.port.terminatedBy == .partner)
        #expect(stopped.vbr?.state == .terminated)
        guard case .vbrChanged(let message) = stopped.messages.first else { throw Missing() }
        #expect(message.disabledWithPort)
        let back = try TerminationRules.recovered(stopped.port, vbr: stopped.vbr, PortRecovered(portID: port.id), now: later)
        #expect(back.port.axes.service == .enabled)
        #expect(back.vbr == vbr)

        vbr.state = .terminated
        port = try TerminationRules.terminated(port, vbr: vbr, PortTerminated(portID: port.id), now: later).port
        #expect(try TerminationRules.recovered(port, vbr: vbr, PortRecovered(portID: port.id), now: later).vbr?.state == .terminated)
    }

    @Test("R-162, R-168, R-171: a partner's orders for the VBR are carried out or refused, repeats answered again")
    func orders() throws {
        let (port, vbr) = try withVBR(payer: .partner)
        func ordered(_ action: RouterAction, _ vbr: VirtualBorderRouter, on port: DemandedPort = port) throws -> DemandDecision {
            try RouterOrderRules.ordered(port, vbr: vbr, VBROrdered(portID: port.id, vbrID: vbr.id, action: action), now: later)
        }
        #expect(try ordered(.delete, vbr).sent == ["vbrOrderRefused"])
        let stopped = try #require(try ordered(.terminate, vbr).vbr)
        #expect(stopped.state == .terminated)
        #expect(!stopped.isDisabledWithPort)
        #expect(try ordered(.terminate, stopped).sent == ["vbrChanged"])
        #expect(try ordered(.recover, stopped).vbr == vbr)
        var closed = port
        closed.axes.service = .terminated
        #expect(try ordered(.recover, stopped, on: closed).sent == ["vbrOrderRefused"])
        let deleted = try ordered(.delete, stopped)
        #expect(deleted.sent == ["vbrDeleted"])
        #expect(deleted.port.axes.association == .none)
        #expect(deleted.vbr?.deletedAt == later)
        let gone = try #require(deleted.vbr)
        #expect(try ordered(.delete, gone, on: deleted.port) == DemandDecision(deleted.port))
    }
}

@Suite("Deleting a port, on the tenant's side")
struct DeletionTests {
    private let saga: SagaID = id(8)

    private func begun(_ port: DemandedPort) throws(Refusal) -> DemandDecision {
        try DeletionRules.begun(port, DeletionBegun(portID: port.id, sagaID: saga), now: later)
    }

    private func committed(_ port: DemandedPort) throws(Refusal) -> DemandDecision {
        try DeletionRules.committed(port, DeletionCommitted(portID: port.id, sagaID: saga))
    }

    @Test("A-38: the tenant deletes what it pays for, and an expired port whoever paid") func payer() throws {
        #expect(try DeletionRules.delete(try active(), now: later).sent == ["deletionAsked"])
        let refused = objection { try DeletionRules.delete(active(payer: .partner), now: later) }
        #expect(refused?.code == .notThePayer)
        #expect(refused?.next?.hasPrefix("Make a request to delete the port") == true)
        var expired = try active(payer: .partner)
        expired.axes.billing = .expired
        expired.subscription.expiredAt = later
        #expect(try DeletionRules.delete(expired, now: later).port.axes.service == .deleting)
        // A lock for arrears lies over the expiry.
        expired.axes.billing = .locked
        #expect(try DeletionRules.delete(expired, now: later).port.axes.service == .deleting)
    }

    @Test("R-173: the tenant's own VBR is in the way, whoever deletes") func router() throws {
        let (port, vbr) = try withVBR()
        let refused = objection { try DeletionRules.delete(port, now: later) }
        #expect(refused?.code == .portHasVBR)
        #expect(refused?.object == vbr.id.description)
        let answer = try begun(port)
        #expect(answer.sent == ["deletionRefused"])
        #expect(answer.port == port)
    }

    @Test("R-176: asked again, nothing happens again; begun again, it is agreed again") func repeated() throws {
        let asked = try DeletionRules.delete(try active(), now: later).port
        #expect(try DeletionRules.delete(asked, now: later) == DemandDecision(asked))
        let first = try begun(asked)
        #expect(first.sent == ["deletionAgreed"])
        #expect(first.port.change.saga == saga)
        let second = try begun(first.port)
        #expect(second.port == first.port)
        #expect(second.sent == ["deletionAgreed"])
    }

    @Test("While it runs no VBR is created; given up, the port is what it was") func frozen() throws {
        var port = try active()
        let frozen = try begun(port).port
        #expect(objection { try VBRRules.create(form(), on: frozen, id: id(3), now: later) }?.code == .changeInProgress)
        let aborted = DeletionAborted(portID: port.id, sagaID: saga, text: "a VBR")
        #expect(try DeletionRules.aborted(frozen, aborted, now: later).port.axes == port.axes)
        port = try TerminationRules.terminated(port, vbr: nil, PortTerminated(portID: port.id, askedByTenant: true), now: later).port
        #expect(try DeletionRules.aborted(try begun(port).port, aborted, now: later).port.axes.service == .terminated)
    }

    @Test("R-175, R-176: committed, a paying tenant's rest goes back, once; a repeat asks for the same refund") func refund() throws {
        let port = try begun(try active()).port
        let first = try committed(port)
        #expect(first.sent == ["refundRequested"])
        #expect(try committed(first.port).messages == first.messages)
        let event = RefundSettled(subscriptionID: port.subscription.id, payerAccountID: tenantID, version: 4)
        let refunded = try TenantPaymentRules.folded(first.port, .refunded(event), now: later)
        #expect(refunded.sent == ["paymentResult"])
        #expect(try committed(refunded.port).sent == ["paymentResult"], "told again")
    }

    @Test("R-174: an expired subscription only stops; where the partner pays nothing is asked") func expired() throws {
        var port = try active()
        port.axes.billing = .expired
        port.subscription.expiredAt = later
        #expect(try committed(try begun(port).port).sent == ["stopRequested"])
        #expect(try committed(try begun(try active(payer: .partner)).port).sent.isEmpty)
    }

    @Test("R-177: deleted, the port is kept as a record that takes no command") func deleted() throws {
        let port = try DeletionRules.deleted(try begun(try active()).port, PortDeleted(portID: id(2), sagaID: saga), now: later).port
        #expect(port.axes.acceptance == .deleted)
        #expect(port.axes.service == .released)
        #expect(port.ending?.at == later)
        #expect(objection { try TerminationRules.terminate(port, now: later) }?.code == .portEnded)
        #expect(objection { try TenantPaymentRules.retry(port, now: later) }?.code == .chargeNotRetriable)
        #expect(try DeletionRules.deleted(port, PortDeleted(portID: id(2), sagaID: saga), now: later) == DemandDecision(port))
    }

    @Test("A-38: refused by the partner's side, the port is what it was") func refused() throws {
        let asked = try DeletionRules.delete(try active(), now: later).port
        let answer = CommandRefused(
            portID: asked.id, command: DeletionAsked.messageType.fullName, code: "not_the_payer", text: "The partner pays")
        #expect(DeletionRules.refused(asked, answer, now: later).port.axes.service == .enabled)
    }

    @Test("A-38, A-24: refused because the partner was changing the bandwidth, the port is in use, and the change goes on")
    func refusedForBandwidth() throws {
        let asked = try DeletionRules.delete(try active(), now: later).port
        let reserved = BandwidthReserved(portID: asked.id, sagaID: saga, bandwidthMbps: 500, tenantPays: true)
        let changing = try BandwidthChangeRules.reserved(asked, reserved, hasConsent: false, now: later).port
        let answer = CommandRefused(
            portID: asked.id, command: DeletionAsked.messageType.fullName, code: "change_in_progress", text: "A change is under way")
        let port = DeletionRules.refused(changing, answer, now: later).port
        #expect(port.axes.service == .enabled)
        #expect(port.change == changing.change)
        #expect(try TenantPaymentRules.retry(port, now: later).sent == ["chargeRequested"])
    }
}
