public import HostedConnection
public import Schema

/// What a paying partner orders for the tenant's VBR. Each order is answered, a repeat as the order was.
public enum RouterOrderRules {
    /// - Parameter vbr: the VBR that the order names; nil if it never was.
    public static func ordered(
        _ port: DemandedPort, vbr: VirtualBorderRouter?, _ event: VBROrdered, now: Instant
    ) throws(Refusal) -> DemandDecision {
        guard var vbr, vbr.port == port.id else {
            throw Refusal(.contradictsState, "an order for VBR \(event.vbrID), which is not port \(port.id)'s", object: port.id.description)
        }
        var decision = DemandDecision(port)
        // Its deletion was told already.
        if vbr.state == .deleted { return decision }
        switch event.action {
        case .terminate:
            if vbr.state == .enabled {
                vbr.state = .terminated
                decision.history.append(HistoryNote(.vbrTerminated, subject: vbr.id.bits, detail: "by the partner"))
            }
            vbr.isDisabledWithPort = false
            decision.tell(of: vbr)
        case .recover:
            guard port.axes.service == .enabled else {
                return refuse(
                    port, event,
                    Refusal(.portTerminated, "Port \(port.id) is \(PortWording.tenantStatus(port.axes))", object: port.id.description))
            }
            if vbr.state == .terminated {
                vbr.state = .enabled
                vbr.isDisabledWithPort = false
                decision.history.append(HistoryNote(.vbrRecovered, subject: vbr.id.bits, detail: "by the partner"))
            }
            decision.tell(of: vbr)
        case .delete:
            guard vbr.state == .terminated else {
                return refuse(
                    port, event, Refusal(.vbrNotTerminated, "VBR \(vbr.id) is \(vbr.state.status)", object: vbr.id.description))
            }
            decision.delete(vbr, detail: "by the partner", now: now)
        case .unspecified, .unrecognized:
            throw Refusal(.contradictsState, "an order for a VBR that does not say what", object: vbr.id.description)
        }
        decision.port.waitingSince = now
        return decision
    }

    private static func refuse(_ port: DemandedPort, _ event: VBROrdered, _ refusal: Refusal) -> DemandDecision {
        var message = VBROrderRefused()
        message.connectionID = port.connection
        message.portID = port.id
        message.vbrID = event.vbrID
        message.action = event.action
        message.code = refusal.code.rawValue
        message.text = refusal.text
        var decision = DemandDecision(port)
        decision.messages.append(.vbrOrderRefused(message))
        decision.history.append(HistoryNote(refusing: "the partner's order for VBR \(event.vbrID)", refusal))
        return decision
    }
}

extension DemandDecision {
    /// Takes a VBR's state in and tells the partner's side what it shows of it.
    mutating func tell(of vbr: VirtualBorderRouter) {
        self.vbr = vbr
        messages.append(.vbrChanged(VBRChanged(vbr)))
    }

    /// Deletes a VBR: its port has none any more.
    mutating func delete(_ vbr: VirtualBorderRouter, detail: String = "", now: Instant) {
        var vbr = vbr
        vbr.state = .deleted
        vbr.isDisabledWithPort = false
        vbr.deletedAt = now
        self.vbr = vbr
        port.vbr = .none
        port.axes.association = .none
        port.waitingSince = now
        history.append(HistoryNote(.vbrDeleted, subject: vbr.id.bits, detail: detail))
        var message = VBRDeleted()
        message.connectionID = port.connection
        message.portID = port.id
        message.vbrID = vbr.id
        messages.append(.vbrDeleted(message))
    }
}
