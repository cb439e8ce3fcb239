public import HostedConnection
public import Schema

/// The partner's confirmation of a port that is made of a pushed VBR, and the association that follows.
public enum ConfirmationRules {
    /// What a confirmation comes to.
    public enum Verdict: Equatable, Sendable {
        case confirms
        /// It is confirmed: nothing is to be done.
        case isConfirmed
    }

    /// Whether the port can be confirmed: after the tenant's acceptance and the payer's payment.
    /// - Throws: what is in the way, and whose turn it is.
    public static func check(_ port: SuppliedPort) throws(Refusal) -> Verdict {
        guard case .pushedVBR(_, let confirmedAt) = port.origin else {
            throw Refusal(
                .contradictsState, "Port \(port.id) is not made of a pushed VBR", field: "portId", object: port.id.description,
                next: "It becomes active by itself when it is accepted and paid")
        }
        if confirmedAt != nil { return .isConfirmed }
        if port.axes.acceptance.isEnded { throw port.ended }
        guard port.axes.acceptance == .confirmed else {
            throw Refusal(
                .offerNotAccepted, "The tenant \(port.tenant) has not accepted port \(port.id)", field: "portId",
                object: port.id.description, next: "Have the tenant accept it, then confirm")
        }
        guard port.subscription.isInForce else {
            throw Refusal(
                .portNotPaid, "Port \(port.id) is not paid", field: "portId", object: port.id.description,
                next: port.payer == .partner
                    ? "Wait for billing to settle the charge, or try it again" : "Have the tenant \(port.tenant) pay, then confirm")
        }
        return .confirms
    }

    /// The tenant's side is to associate VBR and port. From here there is no return.
    /// - Parameter attempt: counts from 1; only the first leaves a line of history.
    public static func confirm(
        _ port: SuppliedPort, of vbr: VBRID, saga: SagaID, attempt: UInt32, now: Instant
    ) -> SupplyDecision {
        var decision = SupplyDecision(port)
        if attempt == 1 {
            decision.port.origin = .pushedVBR(vbr, confirmedAt: now)
            decision.port.waitingSince = now
            decision.history.append(HistoryNote(.confirmed, subject: vbr.bits))
        }
        var message = PortConfirmed()
        message.connectionID = port.connection
        message.portID = port.id
        message.vbrID = vbr
        message.sagaID = saga
        decision.messages.append(.portConfirmed(message))
        return decision
    }

    /// The tenant's side has associated VBR and port: both are in use, and the access device goes on with what it has, which is the
    /// port's from now on. Heard again, nothing changes.
    /// - Returns: the port, and the VBR that uses it.
    public static func associated(
        _ port: SuppliedPort, _ vbr: PushedVBR, _ event: VBRAssociated, now: Instant
    ) throws(Refusal) -> (port: SupplyDecision, vbr: PushedVBR) {
        guard port.origin.vbr == event.vbrID, vbr.id == event.vbrID, case .pushedVBR(_, .some) = port.origin else {
            throw Refusal(
                .contradictsState, "VBR \(event.vbrID) on port \(port.id), which is not confirmed for it", object: port.id.description)
        }
        var decision = SupplyDecision(port)
        guard port.axes.association == .none, !vbr.isAttached else { return (decision, vbr) }
        decision.port.axes.service = .enabled
        decision.port.axes.association = .associated
        decision.port.vbr = vbr.id
        decision.port.router = RouterCopy(
            state: vbr.state, name: event.name, bandwidth: Bandwidth(megabitsPerSecond: event.bandwidthMbps))
        decision.port.device = vbr.device
        decision.port.activatedAt = now
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.vbrAssociated, subject: vbr.id.bits))
        var attached = vbr
        attached.attachedAt = now
        attached.waitingSince = now
        return (decision, attached)
    }
}
