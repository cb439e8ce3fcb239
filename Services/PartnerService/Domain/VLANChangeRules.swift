public import HostedConnection
import Schema

/// What the steps of a VLAN change do to a port on the partner's side; the saga says when.
public enum VLANChangeRules {
    /// Whether the port's VLAN can become another one, whoever pays; allowed while it is offered and in normal use.
    /// - Parameters:
    ///   - number: the VLAN asked for.
    ///   - holder: the connection that has it on the circuit, if one has.
    /// - Returns: the new VLAN; when it is the port's own nothing is to be done.
    public static func check(
        _ port: SuppliedPort, to number: UInt32?, on circuit: Circuit, holder: ConnectionID?
    ) throws(Refusal) -> VLANID {
        if port.axes.acceptance.isEnded { throw port.ended }
        try port.requireNoChange()
        if port.axes.service != .allocated { try port.requireInUse() }
        guard let number else {
            throw Refusal(.missingField, "A VLAN change needs the new VLAN ID", field: "vlanId", next: "Give a VLAN from 0 to 2999")
        }
        guard let vlan = VLANID(number) else {
            throw Refusal(.invalidValue, "VLAN \(number) is not from 0 to 2999", field: "vlanId", next: "Give a VLAN from 0 to 2999")
        }
        guard vlan != port.vlan else { return vlan }
        var changed = circuit
        try changed.reserve(vlan: vlan, besides: port.vlan, holder: holder)
        return vlan
    }

    /// The new VLAN is held besides the old one.
    public static func begin(_ port: SuppliedPort, saga: SagaID, to vlan: VLANID, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.port.change = PortChange(saga: saga, vlan: vlan)
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.vlanChangeBegun, subject: saga.bits, detail: "VLAN \(port.vlan) to VLAN \(vlan)"))
        return decision
    }

    /// Tells the tenant what is coming, and people that traffic will be interrupted shortly.
    public static func announce(_ port: SuppliedPort, to vlan: VLANID, attempt: UInt32) -> SupplyDecision {
        var decision = SupplyDecision(port)
        var message = VLANChangeAnnounced()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = port.change.saga
        message.vlanID = UInt32(vlan.number)
        decision.messages.append(.vlanChangeAnnounced(message))
        if attempt == 1, isNoticed(port) {
            decision.messages.append(
                .interruptionAhead(
                    InterruptionAhead(
                        accountID: port.tenant, portID: port.id, reason: "The VLAN changes from \(port.vlan) to \(vlan)")))
        }
        return decision
    }

    /// Takes the announcement back.
    public static func recall(_ port: SuppliedPort, because failure: ChangeFailure) -> SupplyDecision {
        var decision = SupplyDecision(port)
        var message = VLANChangeUndone()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = port.change.saga
        message.code = failure.code.rawValue
        message.text = failure.text
        decision.messages.append(.vlanChangeUndone(message))
        return decision
    }

    /// Asks the access device for a VLAN, once more if it was asked already; a port that is not on it has nothing to wait for.
    public static func ask(_ port: SuppliedPort, for vlan: VLANID, policy: PartnerPolicy, now: Instant) -> SupplyDecision {
        DeviceRules.insist(on: port, policy: policy, now: now) { $0.vlan = vlan }
    }

    /// The device has the new VLAN: from here port and VBR get it too.
    public static func commit(_ port: SuppliedPort, to vlan: VLANID) -> SupplyDecision {
        var decision = SupplyDecision(port)
        var message = VLANChanged()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = port.change.saga
        message.vlanID = UInt32(vlan.number)
        decision.messages.append(.vlanChanged(message))
        return decision
    }

    /// Everything has the new VLAN.
    public static func finish(_ port: SuppliedPort, to vlan: VLANID, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.port.vlan = vlan
        decision.port.change = .none
        decision.port.waitingSince = now
        decision.history.append(
            HistoryNote(.vlanChanged, subject: port.change.saga.bits, detail: "VLAN \(port.vlan) to VLAN \(vlan)"))
        tellOver(&decision, "The VLAN is \(vlan) now")
        return decision
    }

    /// The port keeps its VLAN.
    public static func giveUp(_ port: SuppliedPort, because failure: ChangeFailure, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.port.change = .none
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.vlanChangeUndone, subject: port.change.saga.bits, detail: failure.reason))
        tellOver(&decision, "The VLAN stays \(port.vlan)")
        return decision
    }

    /// Whether an interruption would be noticed.
    private static func isNoticed(_ port: SuppliedPort) -> Bool { port.device.forwarding != .removed }

    private static func tellOver(_ decision: inout SupplyDecision, _ reason: String) {
        guard isNoticed(decision.port) else { return }
        decision.messages.append(
            .interruptionOver(InterruptionOver(accountID: decision.port.tenant, portID: decision.port.id, reason: reason)))
    }
}

extension SuppliedPort {
    /// A port that is accepted, paid and carries traffic.
    /// - Throws: ``RefusalCode/portTerminated``, ``RefusalCode/portNotActive``.
    func requireInUse() throws(Refusal) {
        guard !axes.isActive else { return }
        let status = PortWording.partnerStatus(axes)
        switch (axes.service, axes.billing) {
        case (.terminated, _), (.terminating, _):
            throw Refusal(
                .portTerminated, "Port \(id) is \(status)", field: "portId", object: id.description, next: "Recover the port first")
        case (_, .expired):
            throw Refusal(
                .portNotActive, "Port \(id) is \(status)", field: "portId", object: id.description, next: "Have its payer renew it first")
        default:
            throw Refusal(
                .portNotActive, "Port \(id) is not in the normal state: it is \(status)", field: "portId", object: id.description,
                next: waitingFor.map { "It waits for \($0)" })
        }
    }
}
