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
        decision.port.change = PortChange(saga: event.sagaID, bandwidth: bandwidth, attempts: port.subscription.attempt)
        decision.port.waitingSince = now
        decision.history.append(
            HistoryNote(.bandwidthReserved, subject: event.sagaID.bits, detail: "\(port.bandwidth) to \(bandwidth)"))
        if port.payer == .tenant, hasConsent { try pay(&decision, for: bandwidth) }
        return decision
    }

    /// Charges the tenant for the bandwidth that is reserved, once.
    static func pay(_ decision: inout DemandDecision, for bandwidth: Bandwidth) throws(Refusal) {
        guard payment(of: decision.port) != .settled else { throw .nothingDue(of: decision.port.id) }
        let charge = try decision.port.subscription.requestUpgrade()
        let port = decision.port
        decision.messages.append(
            .chargeRequested(
                ChargeRequested(
                    charge: charge, of: port.subscription.id, payer: port.tenant, port: port.id, region: port.region,
                    bandwidth: bandwidth)))
        decision.history.append(HistoryNote(.chargeRequested, subject: charge.bits))
    }

    private static func payment(of port: DemandedPort) -> UpgradePayment { port.subscription.payment(after: port.change.attempts) }

    /// Billing has declined the charge for a reserved bandwidth: the change is over, the port goes on as it is. A cancellation that
    /// waited for this is answered.
    static func declined(_ decision: inout DemandDecision) {
        let change = decision.port.change
        guard change.bandwidth != nil else { return }
        if let cancellation = change.cancellation { reject(&decision, change.saga, reason: cancellation) }
        end(&decision, because: change.cancellation ?? decision.port.subscription.declineReason)
    }

    /// Billing has settled the charge for a reserved bandwidth: a cancellation that waited for this came too late.
    static func settled(_ decision: inout DemandDecision) {
        guard decision.port.change.cancellation != nil else { return }
        decision.port.change.cancellation = nil
        decision.history.append(.cancelledTooLate(decision.port.change, paidBy: decision.port.subscription.chargeID))
    }

    /// The partner, or the time for the payment, calls an increase off that the tenant pays for. What nothing is charged for ends
    /// at once; while billing decides about a charge the answer waits for it; what is paid goes on.
    public static func cancelAsked(_ port: DemandedPort, _ event: BandwidthCancelAsked, now: Instant) throws(Refusal) -> DemandDecision {
        guard event.sagaID.isSet, !event.code.isEmpty, port.payer == .tenant else {
            throw Refusal(
                .contradictsState, "a bandwidth change called off without saga, reason or paying tenant", object: port.id.description)
        }
        var decision = DemandDecision(port)
        let reason = "\(event.code): \(event.text)"
        guard port.change.saga == event.sagaID else {
            // It is over here: declined, or rejected, which this crosses.
            reject(&decision, event.sagaID, reason: reason)
            return decision
        }
        guard port.change.cancellation == nil else { return decision }
        switch payment(of: port) {
        case .notAsked, .declined:
            reject(&decision, event.sagaID, reason: reason)
            end(&decision, because: reason)
        case .atBilling:
            decision.port.change.cancellation = reason
            decision.history.append(HistoryNote(.bandwidthCancelAsked, subject: event.sagaID.bits, detail: reason))
        case .settled:
            decision.history.append(.cancelledTooLate(port.change, paidBy: port.subscription.chargeID))
            return decision
        }
        decision.port.waitingSince = now
        return decision
    }

    private static func end(_ decision: inout DemandDecision, because reason: String) {
        decision.history.append(HistoryNote(.bandwidthRefused, subject: decision.port.change.saga.bits, detail: reason))
        decision.port.change = .none
    }

    /// The paying tenant does not want the reserved bandwidth.
    /// - Throws: ``RefusalCode/noChangeInProgress``, ``RefusalCode/notThePayer``, and ``RefusalCode/changeInProgress`` while
    ///   billing decides about the charge and once it is settled.
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
        switch payment(of: port) {
        case .atBilling:
            throw Refusal(
                .changeInProgress, "Billing is deciding about charge \(port.subscription.chargeID)", field: "portId",
                object: port.subscription.chargeID.description, next: "Wait for billing to answer")
        case .settled:
            throw Refusal(
                .changeInProgress, "The bandwidth is paid: charge \(port.subscription.chargeID) is settled", field: "portId",
                object: port.subscription.chargeID.description, next: "Wait until it is in force")
        case .notAsked, .declined: break
        }
        try Refusal.check(reason, field: "reason", limit: 1_000)
        var decision = DemandDecision(port)
        reject(&decision, port.change.saga, reason: reason)
        end(&decision, because: reason.isEmpty ? "rejected" : "rejected: \(reason)")
        decision.port.waitingSince = now
        return decision
    }

    private static func reject(_ decision: inout DemandDecision, _ saga: SagaID, reason: String) {
        var message = BandwidthChangeRejected()
        message.connectionID = decision.port.connection
        message.portID = decision.port.id
        message.sagaID = saga
        message.reason = reason
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

    /// The bandwidth stays.
    public static func refused(_ port: DemandedPort, _ event: BandwidthRefused, now: Instant) -> DemandDecision {
        var decision = DemandDecision(port)
        guard event.sagaID.isSet, port.change.saga == event.sagaID else { return decision }
        decision.port.change = .none
        decision.port.waitingSince = now
        decision.history.append(
            HistoryNote(.bandwidthRefused, subject: event.sagaID.bits, detail: "\(event.code): \(event.text)"))
        return decision
    }
}
