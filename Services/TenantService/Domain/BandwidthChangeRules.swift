public import HostedConnection
public import Schema

/// A bandwidth change on the tenant's side: the partner has reserved more, the payer pays, and then it is in force.
/// What is in force stays until then; partner-service coordinates.
public enum BandwidthChangeRules {
    /// More bandwidth is reserved. A paying tenant that asked for it is charged at once, another one when it says so.
    /// - Parameter hasConsent: whether the tenant has asked the partner for this bandwidth.
    public static func reserved(
        _ port: DemandedPort, _ event: BandwidthReserved, hasConsent: Bool, now: Instant
    ) throws(Refusal) -> DemandDecision {
        guard event.sagaID.isSet, event.bandwidthMbps > 0, event.tenantPays == (port.payer == .tenant) else {
            throw Refusal(.contradictsState, "a reserved bandwidth without size, saga or payer", object: port.id.description)
        }
        var decision = DemandDecision(port)
        if port.change.saga == event.sagaID { return decision }
        if port.change.isRunning {
            reject(&decision, event.sagaID, reason: "\(port.change.saga) is under way")
            return decision
        }
        let bandwidth = Bandwidth(megabitsPerSecond: event.bandwidthMbps)
        decision.port.change = PortChange(saga: event.sagaID, bandwidth: bandwidth)
        decision.port.waitingSince = now
        decision.history.append(
            HistoryNote(.bandwidthReserved, subject: event.sagaID.bits, detail: "\(port.bandwidth) to \(bandwidth)"))
        if port.payer == .tenant, hasConsent { try pay(&decision, for: bandwidth) }
        return decision
    }

    /// Charges the tenant for the bandwidth that is reserved.
    static func pay(_ decision: inout DemandDecision, for bandwidth: Bandwidth) throws(Refusal) {
        let charge = try decision.port.subscription.requestUpgrade()
        let port = decision.port
        decision.messages.append(
            .chargeRequested(
                ChargeRequested(
                    charge: charge, of: port.subscription.id, payer: port.tenant, port: port.id, region: port.region,
                    bandwidth: bandwidth)))
        decision.history.append(HistoryNote(.chargeRequested, subject: charge.bits))
    }

    /// Billing has declined the charge for a reserved bandwidth: the change is over, the port goes on as it is.
    static func declined(_ decision: inout DemandDecision) {
        guard decision.port.change.bandwidth != nil else { return }
        decision.history.append(
            HistoryNote(
                .bandwidthRefused, subject: decision.port.change.saga.bits, detail: decision.port.subscription.declineReason))
        decision.port.change = .none
    }

    /// The paying tenant does not want the reserved bandwidth.
    /// - Throws: ``RefusalCode/noChangeInProgress``, ``RefusalCode/notThePayer``, ``RefusalCode/changeInProgress`` once billing was
    ///   asked, and ``RefusalCode/sagaPastReturn`` once it is paid.
    public static func reject(_ port: DemandedPort, reason: String, now: Instant) throws(Refusal) -> DemandDecision {
        guard port.change.bandwidth != nil else {
            throw Refusal(
                .noChangeInProgress, "No bandwidth change of port \(port.id) is under way", field: "portId", object: port.id.description)
        }
        guard port.payer == .tenant else {
            throw Refusal(
                .notThePayer, "The partner \(port.partner) pays for port \(port.id)", field: "portId", object: port.id.description,
                next: "Ask the partner to cancel the change")
        }
        guard !port.change.isPaid else {
            throw Refusal(
                .sagaPastReturn, "The bandwidth that port \(port.id) is about to get is paid", field: "portId",
                object: port.change.saga.description, next: "Wait until it is in force, and have the partner change it again")
        }
        guard port.subscription.charge != .requested else {
            throw Refusal(
                .changeInProgress, "Billing is deciding about charge \(port.subscription.chargeID)", field: "portId",
                object: port.subscription.chargeID.description, next: "Wait for billing to answer")
        }
        try Refusal.check(reason, field: "reason", limit: 1_000)
        var decision = DemandDecision(port)
        reject(&decision, port.change.saga, reason: reason)
        decision.port.change = .none
        decision.port.waitingSince = now
        decision.history.append(
            HistoryNote(.bandwidthRefused, subject: port.change.saga.bits, detail: reason.isEmpty ? "rejected" : "rejected: \(reason)"))
        return decision
    }

    private static func reject(_ decision: inout DemandDecision, _ saga: SagaID, reason: String, code: String = "") {
        var message = BandwidthChangeRejected()
        message.connectionID = decision.port.connection
        message.portID = decision.port.id
        message.sagaID = saga
        message.reason = reason
        message.code = code
        decision.messages.append(.bandwidthChangeRejected(message))
    }

    /// The bandwidth is in force; a VBR above a lower one is lowered to it.
    public static func inForce(
        _ port: DemandedPort, vbr: VirtualBorderRouter?, _ event: BandwidthInForce, now: Instant
    ) throws(Refusal) -> DemandDecision {
        guard event.sagaID.isSet, event.bandwidthMbps > 0 else {
            throw Refusal(.contradictsState, "a bandwidth in force without size or saga", object: port.id.description)
        }
        let bandwidth = Bandwidth(megabitsPerSecond: event.bandwidthMbps)
        var decision = DemandDecision(port)
        decision.port.bandwidth = bandwidth
        if port.change.saga == event.sagaID { decision.port.change = .none }
        decision.port.waitingSince = now
        decision.history.append(
            HistoryNote(.bandwidthInForce, subject: event.sagaID.bits, detail: "\(port.bandwidth) to \(bandwidth)"))
        if var router = vbr, router.bandwidth > bandwidth {
            router.bandwidth = bandwidth
            decision.history.append(HistoryNote(.vbrChanged, subject: router.id.bits, detail: "lowered to \(bandwidth)"))
            decision.tell(of: router)
        }
        return decision
    }

    /// The bandwidth stays. Where the partner ends a change that may be paid just now, this side's payment decides, and the partner
    /// is answered only if there is none.
    public static func refused(_ port: DemandedPort, _ event: BandwidthRefused, now: Instant) -> DemandDecision {
        var decision = DemandDecision(port)
        guard event.sagaID.isSet, port.change.saga == event.sagaID else { return decision }
        if event.unlessPaid {
            if port.change.isPaid || port.subscription.charge == .requested { return decision }
            reject(&decision, event.sagaID, reason: event.text, code: event.code)
        }
        decision.port.change = .none
        decision.port.waitingSince = now
        decision.history.append(
            HistoryNote(.bandwidthRefused, subject: event.sagaID.bits, detail: "\(event.code): \(event.text)"))
        return decision
    }
}
