public import HostedConnection
public import Schema

/// What a paying partner orders for the tenant's VBR: terminate its connection, recover it, delete it.
/// tenant-service decides about VBRs; the copy here follows its answers.
public enum RouterOrderRules {
    /// Terminates the connection of the VBR; the port stays. The order goes out once the access device blocks.
    public static func terminate(_ port: SuppliedPort, now: Instant) throws(Refusal) -> SupplyDecision {
        let router = try ordered(port, to: "terminate")
        var decision = SupplyDecision(port)
        switch router.state {
        case .enabled, .recovering: break
        case .terminating, .terminated: return decision
        case .deleting, .deleted: throw port.routerIsGoing
        }
        decision.port.router?.state = .terminating
        decision.port.router?.isDisabledWithPort = false
        return begun(decision, .vbrOrdered, "terminate", now: now)
    }

    /// Recovers the VBR of a port in normal use. The order goes out once the access device passes.
    public static func recover(_ port: SuppliedPort, now: Instant) throws(Refusal) -> SupplyDecision {
        let router = try ordered(port, to: "recover")
        var decision = SupplyDecision(port)
        switch router.state {
        case .terminated, .terminating: break
        case .enabled, .recovering: return decision
        case .deleting, .deleted: throw port.routerIsGoing
        }
        guard port.axes.service == .enabled else {
            throw Refusal(
                .portTerminated, "Port \(port.id) is \(PortWording.partnerStatus(port.axes)): its VBR cannot be recovered alone",
                field: "vbrId", object: port.id.description, next: "Recover the port first")
        }
        decision.port.router?.state = .recovering
        decision.port.router?.isDisabledWithPort = false
        return begun(decision, .vbrOrdered, "recover", now: now)
    }

    /// Deletes the VBR once its connection, or its port, is terminated.
    public static func delete(_ port: SuppliedPort, now: Instant) throws(Refusal) -> SupplyDecision {
        let router = try ordered(port, to: "delete")
        var decision = SupplyDecision(port)
        switch router.state {
        case .terminated: break
        case .deleting, .deleted: return decision
        case .enabled, .terminating, .recovering:
            throw Refusal(
                .vbrNotTerminated, "VBR \(port.vbr) is \(router.state.status)", field: "vbrId", object: port.vbr.description,
                next: router.state == .terminating
                    ? "Wait until its connection is terminated" : "Terminate its connection, or the port, first")
        }
        decision.port.router?.state = .deleting
        decision = begun(decision, .vbrOrdered, "delete", now: now)
        decision.messages.append(.vbrOrdered(order(.delete, on: port)))
        return decision
    }

    private static func ordered(_ port: SuppliedPort, to act: String) throws(Refusal) -> RouterCopy {
        guard let router = port.router else { throw port.noVBR }
        guard port.payer == .partner else {
            throw Refusal(
                .notThePayer, "The tenant \(port.tenant) pays for port \(port.id): the partner may not \(act) its VBR", field: "vbrId",
                object: port.vbr.description,
                next: act == "delete" ? "Make a request to delete the VBR" : "Ask the tenant \(port.tenant)")
        }
        try port.requireNoChange()
        return router
    }

    private static func begun(
        _ decision: SupplyDecision, _ action: HistoryAction, _ detail: String, now: Instant
    ) -> SupplyDecision {
        var decision = decision
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(action, subject: decision.port.vbr.bits, detail: detail))
        return decision
    }

    // MARK: The access device has followed

    /// Sends the order that waited for the device. An order that is out is repeated where the device was asked once more in
    /// between; the tenant's side answers a repeat as it answered the order.
    static func carryOn(_ decision: inout SupplyDecision) {
        switch decision.port.router?.state {
        case .terminating: decision.messages.append(.vbrOrdered(order(.terminate, on: decision.port)))
        case .recovering: decision.messages.append(.vbrOrdered(order(.recover, on: decision.port)))
        case .enabled, .terminated, .deleting, .deleted, nil: break
        }
    }

    private static func order(_ action: RouterAction, on port: SuppliedPort) -> VBROrdered {
        var message = VBROrdered()
        message.connectionID = port.connection
        message.portID = port.id
        message.vbrID = port.vbr
        message.action = action
        return message
    }

    // MARK: What tenant-service answers

    /// The tenant's side could not do what was ordered: the VBR is what it was before.
    public static func refused(_ port: SuppliedPort, _ event: VBROrderRefused, now: Instant) throws(Refusal) -> SupplyDecision {
        var decision = SupplyDecision(port)
        guard event.vbrID == port.vbr else { return decision }
        switch (event.action, port.router?.state) {
        case (.terminate, .terminating): decision.port.router?.state = .enabled
        case (.recover, .recovering), (.delete, .deleting): decision.port.router?.state = .terminated
        case (.unspecified, _), (.unrecognized, _):
            throw Refusal(.contradictsState, "refusal of an unknown order for a VBR", object: port.vbr.description)
        default: return decision
        }
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.refused, subject: port.vbr.bits, detail: "VBR: \(event.code): \(event.text)"))
        return decision
    }
}

extension SuppliedPort {
    /// A VBR that is not there, or not any more.
    var noVBR: Refusal {
        Refusal(.portHasNoVBR, "Port \(id) has no VBR", field: "vbrId", object: id.description, next: "Look up the port's VBR")
    }

    fileprivate var routerIsGoing: Refusal {
        Refusal(
            .vbrNotActive, "VBR \(vbr) is being deleted", field: "vbrId", object: vbr.description, next: "Wait until it is deleted")
    }
}
