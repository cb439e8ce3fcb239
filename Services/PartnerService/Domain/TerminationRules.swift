public import HostedConnection
import Schema

/// Stopping a port and putting it back into use. Nothing is released and the fee goes on; the states are shown
/// once the access device has followed.
public enum TerminationRules {
    // MARK: Stopping

    /// The paying partner stops a port, and the VBR on it with it. One that is stopped stays so.
    public static func terminate(_ port: SuppliedPort, now: Instant) throws(Refusal) -> SupplyDecision {
        try port.requirePartnerPays(to: "terminate", next: "Ask the tenant \(port.tenant), which pays, to terminate it")
        return try stop(port, for: .partner, now: now)
    }

    /// The tenant has the port stopped. It is always answered: by the port's termination or by a refusal.
    public static func asked(_ port: SuppliedPort, now: Instant) -> SupplyDecision {
        do throws(Refusal) {
            if port.axes.association == .associated {
                throw Refusal(
                    .portHasVBR, "Port \(port.id) has a VBR", field: "portId", object: port.vbr.description, next: "Delete the VBR first")
            }
            return try stop(port, for: .tenant, now: now)
        } catch {
            return .refusing(error, of: port, to: "terminate", TerminationAsked.messageType)
        }
    }

    private static func stop(_ port: SuppliedPort, for party: PayingParty, now: Instant) throws(Refusal) -> SupplyDecision {
        try port.requireConfirmed(offerNext: "Withdraw the offer if it is not wanted any more")
        try port.requireNoChange()
        try port.requireActivated()
        var decision = SupplyDecision(port)
        switch port.axes.service {
        case .enabled, .recovering: break
        case .terminating, .terminated, .deleting, .allocated, .released: return decision
        }
        decision.port.axes.service = .terminating
        decision.port.terminatedBy = party
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.terminationAsked, detail: party == .tenant ? "by the tenant" : "by the partner"))
        return decision
    }

    // MARK: Recovering

    /// The partner puts a stopped port back into use: its own at any time, a tenant-paid one where the tenant has asked for it
    ///
    /// - Parameter isRequested: whether the tenant's request to recover the port is open.
    public static func recover(_ port: SuppliedPort, isRequested: Bool, now: Instant) throws(Refusal) -> SupplyDecision {
        try port.requireConfirmed(offerNext: "Wait for the tenant \(port.tenant) to accept")
        try port.requireNoChange()
        try port.requireActivated()
        var decision = SupplyDecision(port)
        switch port.axes.service {
        case .terminating, .terminated: break
        case .enabled, .recovering, .deleting, .allocated, .released: return decision
        }
        guard port.payer == .partner || isRequested else {
            throw Refusal(
                .recoveryNotRequested, "The tenant \(port.tenant) pays for port \(port.id) and has not asked for its recovery",
                field: "portId", object: port.id.description, next: "Have the tenant make a request to recover the port")
        }
        decision.port.axes.service = .recovering
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.recoveryBegun))
        return decision
    }

    // MARK: The access device has followed

    /// The device blocks the port: it and the VBR on it are disabled.
    static func stopped(_ decision: inout SupplyDecision, now: Instant) {
        decision.port.axes.service = .terminated
        decision.port.waitingSince = now
        if let router = decision.port.router {
            switch router.state {
            case .enabled, .recovering:
                decision.port.router?.state = .terminated
                decision.port.router?.isDisabledWithPort = true
            case .terminated, .terminating, .deleting, .deleted: break
            }
        }
        var message = PortTerminated()
        message.connectionID = decision.port.connection
        message.portID = decision.port.id
        message.askedByTenant = decision.port.terminatedBy == .tenant
        decision.messages.append(.portTerminated(message))
        decision.history.append(HistoryNote(.terminated))
    }

    /// The device lets the port's traffic pass again: the port is back, and the VBR that was disabled with it.
    static func recovered(_ decision: inout SupplyDecision, now: Instant) {
        decision.port.axes.service = .enabled
        decision.port.terminatedBy = nil
        decision.port.waitingSince = now
        if decision.port.router?.isDisabledWithPort == true {
            decision.port.router?.isDisabledWithPort = false
            if decision.port.router?.state == .terminated { decision.port.router?.state = .enabled }
        }
        var message = PortRecovered()
        message.connectionID = decision.port.connection
        message.portID = decision.port.id
        decision.messages.append(.portRecovered(message))
        decision.history.append(HistoryNote(.recovered))
    }
}

extension SuppliedPort: ConnectedPort {
    /// What only the payer may do.
    /// - Throws: ``RefusalCode/notThePayer`` when the tenant pays.
    func requirePartnerPays(to act: String, next: String) throws(Refusal) {
        guard payer == .tenant else { return }
        throw Refusal(
            .notThePayer, "The tenant \(tenant) pays for port \(id): the partner may not \(act) it", field: "portId",
            object: id.description, next: next)
    }
}

extension SupplyDecision {
    /// Answers a tenant's command that cannot be carried out.
    static func refusing(_ refusal: Refusal, of port: SuppliedPort, to act: String, _ command: MessageType) -> SupplyDecision {
        var message = CommandRefused()
        message.connectionID = port.connection
        message.portID = port.id
        message.command = command.fullName
        message.code = refusal.code.rawValue
        message.text = refusal.next.map { "\(refusal.text). \($0)" } ?? refusal.text
        var decision = SupplyDecision(port)
        decision.messages.append(.commandRefused(message))
        decision.history.append(HistoryNote(refusing: act, refusal))
        return decision
    }
}
