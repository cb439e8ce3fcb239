public import HostedConnection
public import Schema

/// Stopping a port on the tenant's side: the tenant asks, partner-service decides and tells, also what a paying partner did.
public enum TerminationRules {
    /// The tenant stops a port whose VBR is deleted, whoever pays. One that is stopped stays so.
    public static func terminate(_ port: DemandedPort, now: Instant) throws(Refusal) -> DemandDecision {
        try port.requireConfirmed(offerNext: "Leave the offer unaccepted")
        try port.requireNoChange()
        try port.requireActivated()
        var decision = DemandDecision(port)
        switch port.axes.service {
        case .enabled, .recovering: break
        case .terminating, .terminated, .allocated, .released: return decision
        case .deleting: throw port.isGoing
        }
        guard port.axes.association == .none else {
            throw Refusal(
                .portHasVBR, "Port \(port.id) has VBR \(port.vbr)", field: "portId", object: port.vbr.description,
                next: "Delete the VBR first")
        }
        decision.port.axes.service = .terminating
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.terminationAsked))
        var message = TerminationAsked()
        message.connectionID = port.connection
        message.portID = port.id
        decision.messages.append(.terminationAsked(message))
        return decision
    }

    /// A tenant does not recover a port itself.
    /// - Throws: always, ``RefusalCode/partnerRecovers`` for a port that can be recovered.
    public static func recover(_ port: DemandedPort) throws(Refusal) -> DemandDecision {
        try port.requireConfirmed(offerNext: "Accept the offer first")
        throw Refusal(
            .partnerRecovers, "Only the partner \(port.partner) recovers port \(port.id)", field: "portId", object: port.id.description,
            next: "Make a request to recover the port")
    }

    /// The port is stopped: by this tenant, or by a paying partner, which disables the VBR with it.
    /// - Parameter vbr: the port's VBR.
    public static func terminated(
        _ port: DemandedPort, vbr: VirtualBorderRouter?, _ event: PortTerminated, now: Instant
    ) throws(Refusal) -> DemandDecision {
        try check(port, "termination")
        var decision = DemandDecision(port)
        decision.port.axes.service = .terminated
        decision.port.terminatedBy = event.askedByTenant ? .tenant : .partner
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.terminated, detail: event.askedByTenant ? "" : "by the partner"))
        guard var vbr else { return decision }
        if vbr.state == .enabled {
            vbr.state = .terminated
            vbr.isDisabledWithPort = true
            decision.history.append(HistoryNote(.vbrTerminated, subject: vbr.id.bits, detail: "with the port"))
        }
        decision.tell(of: vbr)
        return decision
    }

    /// The port is in normal use again, and the VBR that was disabled with it.
    public static func recovered(
        _ port: DemandedPort, vbr: VirtualBorderRouter?, _ event: PortRecovered, now: Instant
    ) throws(Refusal) -> DemandDecision {
        try check(port, "recovery")
        var decision = DemandDecision(port)
        decision.port.axes.service = .enabled
        decision.port.terminatedBy = nil
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.recovered))
        guard var vbr else { return decision }
        if vbr.isDisabledWithPort {
            vbr.isDisabledWithPort = false
            if vbr.state == .terminated { vbr.state = .enabled }
            decision.history.append(HistoryNote(.vbrRecovered, subject: vbr.id.bits, detail: "with the port"))
        }
        decision.tell(of: vbr)
        return decision
    }

    private static func check(_ port: DemandedPort, _ what: String) throws(Refusal) {
        switch port.axes.service {
        case .enabled, .terminating, .terminated, .recovering, .deleting: return
        case .allocated, .released:
            throw Refusal(
                .contradictsState, "\(what) of a port that is \(PortWording.tenantStatus(port.axes))", object: port.id.description)
        }
    }
}

extension DemandedPort: ConnectedPort {
    /// A port that is being deleted takes no other command.
    var isGoing: Refusal {
        Refusal(
            .changeInProgress, "Port \(id) is being deleted", field: "portId",
            object: change.isRunning ? change.saga.description : id.description,
            next: "Wait until the deletion is over")
    }

    /// What the port was before its deletion began.
    var serviceBeforeDeletion: ServiceState {
        if terminatedBy != nil { return .terminated }
        return activatedAt == nil ? .allocated : .enabled
    }
}
