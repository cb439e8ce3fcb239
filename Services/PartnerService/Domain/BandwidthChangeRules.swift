public import HostedConnection
import Schema

/// What the steps of a bandwidth change do to a port on the partner's side; the saga says when.
public enum BandwidthChangeRules {
    /// Whether an active port's bandwidth can become another one. What is refused leaves the port as it is.
    /// - Parameters:
    ///   - number: Mbit/s asked for.
    ///   - privilege: the partner's; it is looked at before the capacity.
    /// - Returns: the new bandwidth; when it is the port's own nothing is to be done.
    public static func check(
        _ port: SuppliedPort, to number: UInt32?, on circuit: Circuit, catalogue: BandwidthCatalogue, privilege: Privilege?,
        now: Instant
    ) throws(Refusal) -> Bandwidth {
        try PrivilegeRules.require(privilege, for: .bandwidthChange, now: now)
        if port.axes.acceptance.isEnded { throw port.ended }
        try port.requireNoChange()
        try port.requireInUse()
        guard let number else {
            throw Refusal(
                .missingField, "A bandwidth change needs the new bandwidth", field: "bandwidthMbps",
                next: "Offered are \(catalogue.list) Mbit/s")
        }
        let bandwidth = Bandwidth(megabitsPerSecond: number)
        guard catalogue.contains(bandwidth) else {
            //
            throw Refusal(
                .bandwidthNotOffered, "\(bandwidth) is not an offered specification", field: "bandwidthMbps",
                next: "Offered are \(catalogue.list) Mbit/s")
        }
        guard bandwidth != port.bandwidth else { return bandwidth }
        if bandwidth > port.bandwidth {
            var changed = circuit
            try changed.widen(by: bandwidth.megabitsPerSecond - port.bandwidth.megabitsPerSecond)
        }
        return bandwidth
    }

    /// The change is under way; the bandwidth in force stays.
    public static func begin(_ port: SuppliedPort, saga: SagaID, to bandwidth: Bandwidth, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.port.change = PortChange(saga: saga, bandwidth: bandwidth, attempts: port.subscription.attempt)
        decision.port.waitingSince = now
        decision.history.append(
            HistoryNote(.bandwidthReserved, subject: saga.bits, detail: "\(port.bandwidth) to \(bandwidth)"))
        return decision
    }

    /// The payer is to pay: a partner is charged at once, a tenant within its time.
    /// - Throws: ``RefusalCode/chargeNotRetriable`` while another charge of the partner is open.
    public static func pay(
        _ port: SuppliedPort, for bandwidth: Bandwidth, region: String, policy: PartnerPolicy, now: Instant
    ) throws(Refusal) -> SupplyDecision {
        var decision = SupplyDecision(port)
        var message = BandwidthReserved()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = port.change.saga
        message.bandwidthMbps = bandwidth.megabitsPerSecond
        message.tenantPays = port.payer == .tenant
        decision.messages.append(.bandwidthReserved(message))
        switch port.payer {
        case .partner:
            let charge = try decision.port.subscription.requestUpgrade()
            decision.messages.append(
                .chargeRequested(
                    ChargeRequested(
                        charge: charge, of: port.subscription.id, payer: port.partner, port: port.id, region: region,
                        bandwidth: bandwidth)))
            decision.history.append(HistoryNote(.chargeRequested, subject: charge.bits))
        case .tenant: decision.arm(.bandwidthPayment, due: now + policy.bandwidthPaymentTime)
        }
        return decision
    }

    /// Why a change ends whose charge is declined. One that was called off meanwhile ends because of that.
    public static func failedPayment(of port: SuppliedPort) -> ChangeFailure {
        port.change.cancelled ?? ChangeFailure(.chargeDeclined, port.subscription.declineReason)
    }

    /// Why a change ends for which the tenant's side charges nothing.
    /// - Parameter reason: the tenant's; a change that was called off has its own.
    public static func rejection(of port: SuppliedPort, reason: String) -> ChangeFailure {
        port.change.cancelled
            ?? ChangeFailure(.changeCancelled, reason.isEmpty ? "the tenant rejected it" : "the tenant rejected it: \(reason)")
    }

    /// A port whose bandwidth is being changed.
    /// - Throws: ``RefusalCode/noChangeInProgress``.
    public static func requireChange(_ port: SuppliedPort) throws(Refusal) {
        guard port.change.bandwidth != nil else {
            throw Refusal(
                .noChangeInProgress, "No bandwidth change of port \(port.id) is under way", field: "portId", object: port.id.description)
        }
    }

    /// An increase that waits for its payment is called off: by the partner, an operator, or the time that a tenant has to pay.
    /// Only the payer's side knows whether billing has been asked, and what billing may have taken is not called off.
    /// - Returns: nil when nothing is charged for it, so that it ends at once; otherwise the question to the tenant's side, once.
    /// - Throws: ``RefusalCode/changeInProgress`` while billing decides about the partner's charge.
    public static func cancel(_ port: SuppliedPort, because failure: ChangeFailure, now: Instant) throws(Refusal) -> SupplyDecision? {
        switch port.payer {
        case .partner:
            guard port.subscription.payment(after: port.change.attempts) != .atBilling else { throw decidedByBilling(port) }
            return nil
        case .tenant:
            var decision = SupplyDecision(port)
            guard port.change.cancellation == nil else { return decision }
            decision.port.change.cancellation = failure.reason
            decision.port.waitingSince = now
            decision.disarm(.bandwidthPayment)
            decision.history.append(
                HistoryNote(.bandwidthCancelAsked, subject: port.change.saga.bits, detail: failure.reason))
            var message = BandwidthCancelAsked()
            message.connectionID = port.connection
            message.portID = port.id
            message.sagaID = port.change.saga
            message.code = failure.code.rawValue
            message.text = failure.text
            decision.messages.append(.bandwidthCancelAsked(message))
            return decision
        }
    }

    /// What an operator is told who wants an increase to go on that waits for its payment: as if it were paid, or by asking once
    /// more, which could charge for what is over at the tenant's side.
    public static func undirected(_ port: SuppliedPort) -> Refusal {
        guard port.payer == .tenant else { return decidedByBilling(port) }
        return Refusal(
            .changeInProgress, "Only the side of the tenant \(port.tenant) knows whether the bandwidth is paid",
            object: port.id.description, next: "Wait for the payment, or cancel the change")
    }

    private static func decidedByBilling(_ port: SuppliedPort) -> Refusal {
        Refusal(
            .changeInProgress, "Billing is deciding about charge \(port.subscription.chargeID)", field: "portId",
            object: port.subscription.chargeID.description, next: "Wait for billing to answer")
    }

    /// The tenant has paid: a cancellation that was asked for came too late.
    static func paid(_ decision: inout SupplyDecision) {
        guard decision.port.change.cancellation != nil else { return }
        decision.port.change.cancellation = nil
        decision.history.append(.cancelledTooLate(decision.port.change, paidBy: decision.port.subscription.chargeID))
    }

    /// Asks the access device for a rate, once more if it was asked already.
    public static func ask(_ port: SuppliedPort, for rate: Bandwidth, policy: PartnerPolicy, now: Instant) -> SupplyDecision {
        DeviceRules.insist(on: port, policy: policy, now: now) { $0.rate = rate }
    }

    /// The device polices to the new bandwidth: it is in force on both sides.
    public static func finish(_ port: SuppliedPort, to bandwidth: Bandwidth, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.port.bandwidth = bandwidth
        decision.port.change = .none
        decision.port.waitingSince = now
        decision.disarm(.bandwidthPayment)
        decision.history.append(
            HistoryNote(.bandwidthInForce, subject: port.change.saga.bits, detail: "\(port.bandwidth) to \(bandwidth)"))
        var message = BandwidthInForce()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = port.change.saga
        message.bandwidthMbps = bandwidth.megabitsPerSecond
        decision.messages.append(.bandwidthInForce(message))
        return decision
    }

    /// The bandwidth stays.
    public static func giveUp(_ port: SuppliedPort, because failure: ChangeFailure, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.port.change = .none
        decision.port.waitingSince = now
        decision.disarm(.bandwidthPayment)
        decision.history.append(HistoryNote(.bandwidthRefused, subject: port.change.saga.bits, detail: failure.reason))
        var message = BandwidthRefused()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = port.change.saga
        message.code = failure.code.rawValue
        message.text = failure.text
        decision.messages.append(.bandwidthRefused(message))
        return decision
    }
}

extension PortChange {
    /// Why the change was called off while it waits for the tenant's side.
    var cancelled: ChangeFailure? { cancellation.map { ChangeFailure(reason: $0, wasDue: false) } }
}
