public import HostedConnection
public import Schema

/// Deleting a port on the tenant's side: partner-service coordinates.
public enum DeletionRules {
    /// The tenant deletes a port that it pays for, or one that has expired. Doing so again changes nothing.
    public static func delete(_ port: DemandedPort, now: Instant) throws(Refusal) -> DemandDecision {
        try port.requireDeletable(by: .tenant)
        var decision = DemandDecision(port)
        if port.axes.acceptance == .deleted || port.axes.service == .deleting { return decision }
        try port.requireConfirmed(offerNext: "Leave the offer unaccepted, or reject it")
        try port.requireNoChange()
        guard port.axes.association == .none else { throw port.hasVBR }
        decision.port.axes.service = .deleting
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.deletionBegun))
        var message = DeletionAsked()
        message.connectionID = port.connection
        message.portID = port.id
        decision.messages.append(.deletionAsked(message))
        return decision
    }

    /// The partner's side begins: the place of the VBR is frozen, or the VBR there is named. A repeat is answered again.
    public static func begun(_ port: DemandedPort, _ event: DeletionBegun, now: Instant) throws(Refusal) -> DemandDecision {
        try check(event.sagaID, port)
        guard port.axes.acceptance == .confirmed, !port.change.isRunning || port.change.saga == event.sagaID else {
            throw Refusal(
                .contradictsState, "deletion of a port that is \(PortWording.tenantStatus(port.axes))", object: port.id.description)
        }
        var decision = DemandDecision(port)
        guard port.axes.association == .none else {
            let refusal = port.hasVBR
            var message = DeletionRefused()
            message.connectionID = port.connection
            message.portID = port.id
            message.sagaID = event.sagaID
            message.code = refusal.code.rawValue
            message.text = "\(refusal.text): the tenant \(port.tenant) has to delete it first"
            decision.messages.append(.deletionRefused(message))
            decision.history.append(HistoryNote(refusing: "delete", refusal))
            return decision
        }
        if port.change.saga != event.sagaID {
            if port.axes.service != .deleting { decision.history.append(HistoryNote(.deletionBegun, detail: "by the partner")) }
            decision.port.axes.service = .deleting
            decision.port.change = PortChange(saga: event.sagaID)
            decision.port.waitingSince = now
        }
        var message = DeletionAgreed()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = event.sagaID
        decision.messages.append(.deletionAgreed(message))
        return decision
    }

    /// The deletion goes on for good: a paying tenant's subscription is settled with billing. A repeat asks for
    /// the same refund again, or tells again that it is done.
    public static func committed(_ port: DemandedPort, _ event: DeletionCommitted) throws(Refusal) -> DemandDecision {
        try check(event.sagaID, port)
        guard port.axes.service == .deleting, port.change.saga == event.sagaID else {
            throw Refusal(
                .contradictsState, "commitment of a deletion that did not begin", object: port.id.description)
        }
        var decision = DemandDecision(port)
        if let again = port.refundAgain(reason: "deleted") {
            decision.messages.append(.refundRequested(again))
        } else if port.payer == .tenant, port.subscription.charge == .refunded {
            decision.messages.append(.paymentResult(refunded(port)))
        } else {
            TenantPaymentRules.close(&decision, because: "deleted")
        }
        return decision
    }

    private static func refunded(_ port: DemandedPort) -> PaymentResult {
        PaymentResult(.refunded, charge: port.subscription.chargeID, .none, of: port.subscription, port: port.id, on: port.connection)
    }

    /// The deletion was given up: the port is as it was.
    public static func aborted(_ port: DemandedPort, _ event: DeletionAborted, now: Instant) throws(Refusal) -> DemandDecision {
        var decision = DemandDecision(port)
        guard port.axes.service == .deleting, !port.change.isRunning || port.change.saga == event.sagaID else { return decision }
        decision.port.change = .none
        restore(&decision, HistoryNote(.deletionAborted, detail: event.text), now: now)
        return decision
    }

    /// The port is deleted everywhere.
    public static func deleted(_ port: DemandedPort, _ event: PortDeleted, now: Instant) throws(Refusal) -> DemandDecision {
        var decision = DemandDecision(port)
        if port.axes.acceptance == .deleted { return decision }
        guard port.axes.acceptance == .confirmed, port.axes.association == .none else {
            throw Refusal(
                .contradictsState, "the end of a port that is \(PortWording.tenantStatus(port.axes))", object: port.id.description)
        }
        decision.port.axes.acceptance = .deleted
        decision.port.axes.service = .released
        decision.port.change = .none
        decision.port.terminatedBy = nil
        decision.port.ending = PortEnding(at: now, reason: "")
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.deleted))
        return decision
    }

    // MARK: Refused by partner-service

    /// partner-service cannot do what the tenant has commanded: the port is what it was.
    public static func refused(_ port: DemandedPort, _ event: CommandRefused, now: Instant) -> DemandDecision {
        var decision = DemandDecision(port)
        let note = HistoryNote(.refused, detail: "\(event.code): \(event.text)")
        switch event.command {
        case TerminationAsked.messageType.fullName where port.axes.service == .terminating:
            decision.port.axes.service = .enabled
            decision.port.waitingSince = now
        case DeletionAsked.messageType.fullName where port.isOnlyAskedToBeDeleted:
            restore(&decision, note, now: now)
            return decision
        default: break
        }
        decision.history.append(note)
        return decision
    }

    private static func restore(_ decision: inout DemandDecision, _ note: HistoryNote, now: Instant) {
        decision.port.axes.service = decision.port.serviceBeforeDeletion
        decision.port.waitingSince = now
        decision.history.append(note)
    }

    private static func check(_ saga: SagaID, _ port: DemandedPort) throws(Refusal) {
        guard saga.isSet else { throw Refusal(.contradictsState, "a deletion without its saga", object: port.id.description) }
    }
}

extension DemandedPort {
    /// Whether the tenant has asked for the deletion, and the partner's side has not begun it. That may be changing the bandwidth
    /// meanwhile, and will refuse.
    var isOnlyAskedToBeDeleted: Bool { axes.service == .deleting && (!change.isRunning || change.bandwidth != nil) }

    /// A VBR is in the way of the port's deletion.
    var hasVBR: Refusal {
        Refusal(
            .portHasVBR, "Port \(id) has VBR \(vbr)", field: "portId", object: vbr.description, next: "Delete the VBR first")
    }
}
