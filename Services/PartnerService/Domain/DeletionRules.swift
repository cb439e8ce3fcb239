public import HostedConnection
import Schema

/// Deleting a port over two owners: the tenant keeps VBRs off it, the access device lets it go, billing settles,
/// and only then it is deleted everywhere. The saga says when each of these is done.
public enum DeletionRules {
    /// What a deletion comes to.
    public enum Verdict: Equatable, Sendable {
        /// It can begin.
        case begins
        /// The port is deleted, or is being deleted: nothing is to be done.
        case isUnderWay
    }

    /// Whether the port can be deleted for this party. A stop before is not needed.
    /// - Throws: what is in the way, and who can remove it.
    public static func check(_ port: SuppliedPort, by party: PayingParty) throws(Refusal) -> Verdict {
        try port.requireDeletable(by: party)
        if port.axes.acceptance == .deleted || port.axes.service == .deleting { return .isUnderWay }
        try port.requireConfirmed(
            offerNext: party == .partner ? "Withdraw the offer instead" : "Reject the offer, or leave it unaccepted")
        try port.requireNoChange()
        guard port.axes.association == .none else { throw port.hasVBR }
        return .begins
    }

    /// Whether this party may delete the port, whatever is in the way.
    public static func checkParty(_ port: SuppliedPort, _ party: PayingParty) throws(Refusal) { try port.requireDeletable(by: party) }

    /// Step 1: the port is on its way out on both sides; the tenant is asked to keep VBRs off it.
    /// - Parameter attempt: counts from 1; only the first leaves a line of history.
    public static func freeze(_ port: SuppliedPort, saga: SagaID, attempt: UInt32, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        if attempt == 1 {
            decision.port.axes.service = .deleting
            decision.port.change = PortChange(saga: saga)
            decision.port.waitingSince = now
            decision.history.append(HistoryNote(.deletionBegun, detail: saga.description))
        }
        var message = DeletionBegun()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = saga
        decision.messages.append(.deletionBegun(message))
        return decision
    }

    /// Step 1 taken back: the port is as it was.
    /// - Parameter service: what it was before.
    public static func abort(
        _ port: SuppliedPort, saga: SagaID, backTo service: ServiceState, because reason: String, now: Instant
    ) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.port.axes.service = service
        decision.port.change = .none
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.deletionAborted, detail: reason))
        var message = DeletionAborted()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = saga
        message.code = RefusalCode.changeCancelled.rawValue
        message.text = reason
        decision.messages.append(.deletionAborted(message))
        ActivationRules.activateIfReady(&decision, now: now)
        return decision
    }

    /// Step 2: the access device lets the port go. From here there is no return.
    public static func remove(_ port: SuppliedPort, policy: PartnerPolicy, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        DeviceRules.ask(
            DeviceConfiguration(.removed, vlan: port.vlan, rate: port.bandwidth), &decision, policy: policy, now: now)
        return decision
    }

    /// Whether the access device has let the port go.
    public static func isRemoved(_ port: SuppliedPort) -> Bool { port.device.forwarding == .removed && port.device.isSettled }

    /// Step 3: the payer's side settles with billing: a paying partner's here, a paying tenant's there.
    /// - Parameter attempt: counts from 1; a repeat asks for the same refund.
    public static func settle(_ port: SuppliedPort, saga: SagaID, attempt: UInt32, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        if attempt == 1 { PaymentRules.close(&decision, because: "deleted") }
        if attempt > 1, let again = port.refundAgain(reason: "deleted") { decision.messages.append(.refundRequested(again)) }
        if attempt == 1 || port.payer == .tenant {
            var message = DeletionCommitted()
            message.connectionID = port.connection
            message.portID = port.id
            message.sagaID = saga
            decision.messages.append(.deletionCommitted(message))
        }
        decision.port.waitingSince = now
        return decision
    }

    /// Step 4: the port is deleted everywhere, and what it held of its circuit is free.
    public static func finish(_ port: SuppliedPort, saga: SagaID, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.port.axes.acceptance = .deleted
        decision.port.axes.service = .released
        decision.port.change = .none
        decision.port.terminatedBy = nil
        decision.port.ending = PortEnding(at: now, reason: "")
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.deleted))
        var message = PortDeleted()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = saga
        decision.messages.append(.portDeleted(message))
        return decision
    }

    /// Answers a tenant's deletion that cannot begin.
    public static func refuse(_ port: SuppliedPort, _ refusal: Refusal) -> SupplyDecision {
        .refusing(refusal, of: port, to: "delete", DeletionAsked.messageType)
    }
}

extension SuppliedPort {
    /// A VBR is in the way of the port's deletion.
    fileprivate var hasVBR: Refusal {
        let next: String =
            switch (payer, router?.state) {
            case (.tenant, _): "Make a request to delete the VBR to the tenant \(tenant)"
            case (.partner, .terminated): "Delete the VBR first, or have the tenant \(tenant) delete it"
            case (.partner, .deleting): "Wait until the VBR is deleted"
            case (.partner, _): "Terminate the VBR's connection and delete the VBR first, or have the tenant \(tenant) delete it"
            }
        return Refusal(.portHasVBR, "Port \(id) has VBR \(vbr)", field: "portId", object: vbr.description, next: next)
    }
}
