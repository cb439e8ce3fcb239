public import HostedConnection
public import Schema

/// A VLAN change on the tenant's side: nothing about the VBR changes from the announcement on, until port and VBR have
/// the new VLAN or the change is undone. partner-service coordinates.
public enum VLANChangeRules {
    /// The partner announces a new VLAN. A repeat is answered again.
    public static func announced(_ port: DemandedPort, _ event: VLANChangeAnnounced, now: Instant) throws(Refusal) -> DemandDecision {
        let vlan = try vlan(event.vlanID, event.sagaID, port)
        var decision = DemandDecision(port)
        if let refusal = obstacle(port, event.sagaID) {
            var message = VLANChangeRefused()
            message.connectionID = port.connection
            message.portID = port.id
            message.sagaID = event.sagaID
            message.code = refusal.code.rawValue
            message.text = refusal.text
            decision.messages.append(.vlanChangeRefused(message))
            decision.history.append(HistoryNote(refusing: "change the VLAN", refusal))
            return decision
        }
        if port.change.saga != event.sagaID {
            decision.port.change = PortChange(saga: event.sagaID, vlan: vlan)
            decision.port.waitingSince = now
            decision.history.append(
                HistoryNote(.vlanChangeBegun, subject: event.sagaID.bits, detail: "VLAN \(port.vlan) to VLAN \(vlan)"))
        }
        var message = VLANChangeReady()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = event.sagaID
        decision.messages.append(.vlanChangeReady(message))
        return decision
    }

    /// What of the tenant's own is under way and has not reached the partner yet.
    private static func obstacle(_ port: DemandedPort, _ saga: SagaID) -> Refusal? {
        if port.axes.acceptance.isEnded { return port.ended }
        if port.change.isRunning, port.change.saga != saga {
            return Refusal(.changeInProgress, "Port \(port.id) is being changed: \(port.change.saga) is under way")
        }
        switch port.axes.service {
        case .terminating, .recovering, .deleting:
            return Refusal(.changeInProgress, "Port \(port.id) is \(port.axes.service.name) for the tenant \(port.tenant)")
        case .allocated, .enabled, .terminated, .released: return nil
        }
    }

    /// The access device has the new VLAN: port and VBR take it. A repeat is answered again.
    public static func changed(
        _ port: DemandedPort, vbr: VirtualBorderRouter?, _ event: VLANChanged, now: Instant
    ) throws(Refusal) -> DemandDecision {
        let vlan = try vlan(event.vlanID, event.sagaID, port)
        var decision = DemandDecision(port)
        if port.change.saga == event.sagaID {
            decision.port.vlan = vlan
            decision.port.change = .none
            decision.port.waitingSince = now
            decision.vbr = vbr
            decision.vbr?.vlan = vlan
            decision.history.append(
                HistoryNote(.vlanChanged, subject: event.sagaID.bits, detail: "VLAN \(port.vlan) to VLAN \(vlan)"))
        } else if port.vlan != vlan {
            throw Refusal(.contradictsState, "VLAN \(vlan) for a port that was not told of it", object: port.id.description)
        }
        var message = VLANChangeDone()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = event.sagaID
        decision.messages.append(.vlanChangeDone(message))
        return decision
    }

    /// The VLAN stays.
    public static func undone(_ port: DemandedPort, _ event: VLANChangeUndone, now: Instant) -> DemandDecision {
        var decision = DemandDecision(port)
        guard event.sagaID.isSet, port.change.saga == event.sagaID else { return decision }
        decision.port.change = .none
        decision.port.waitingSince = now
        decision.history.append(
            HistoryNote(.vlanChangeUndone, subject: event.sagaID.bits, detail: "\(event.code): \(event.text)"))
        return decision
    }

    private static func vlan(_ number: UInt32?, _ saga: SagaID, _ port: DemandedPort) throws(Refusal) -> VLANID {
        guard let vlan = number.flatMap({ VLANID($0) }), saga.isSet else {
            throw Refusal(.contradictsState, "a VLAN change without its VLAN or saga", object: port.id.description)
        }
        return vlan
    }
}

extension DemandedPort {
    /// Nothing about a VBR is done while the port's VLAN changes or the port is being deleted.
    /// - Throws: ``RefusalCode/changeInProgress``.
    func requireVBRFree() throws(Refusal) {
        guard change.isRunning, change.bandwidth == nil else { return }
        try requireNoChange()
    }
}
