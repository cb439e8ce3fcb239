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
        decision.port.change = PortChange(saga: saga, bandwidth: bandwidth)
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

    /// What has become of the payment.
    public enum Payment: Equatable, Sendable {
        case open
        case settled
        case declined(ChangeFailure)
    }

    /// - Parameter attempts: the attempts to charge that were made before the change.
    public static func payment(of port: SuppliedPort, since attempts: UInt8) -> Payment {
        guard port.subscription.attempt > attempts else { return .open }
        switch port.subscription.charge {
        case .settled: return .settled
        case .declined: return .declined(ChangeFailure(.chargeDeclined, port.subscription.declineReason))
        case .none, .requested, .refunding, .refunded: return .open
        }
    }

    /// Whether the partner can still call the change off: not while billing decides about its charge.
    /// - Throws: ``RefusalCode/noChangeInProgress``, ``RefusalCode/changeInProgress``.
    public static func checkCancel(_ port: SuppliedPort) throws(Refusal) {
        guard port.change.bandwidth != nil else {
            throw Refusal(
                .noChangeInProgress, "No bandwidth change of port \(port.id) is under way", field: "portId", object: port.id.description)
        }
        try checkCharge(port)
    }

    /// Nothing is ended that billing is deciding about just now.
    /// - Throws: ``RefusalCode/changeInProgress``.
    public static func checkCharge(_ port: SuppliedPort) throws(Refusal) {
        guard port.change.bandwidth != nil, port.payer == .partner, port.subscription.charge == .requested else { return }
        throw Refusal(
            .changeInProgress, "Billing is deciding about charge \(port.subscription.chargeID)", field: "portId",
            object: port.subscription.chargeID.description, next: "Wait for billing to answer")
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

    /// The change is not wanted any more, which the paying tenant's side may just be paying for: unless it is, it ends the change.
    public static func recall(_ port: SuppliedPort, because failure: ChangeFailure) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.messages.append(.bandwidthRefused(refusal(of: port, failure, unlessPaid: true)))
        return decision
    }

    private static func refusal(of port: SuppliedPort, _ failure: ChangeFailure, unlessPaid: Bool) -> BandwidthRefused {
        var message = BandwidthRefused()
        message.connectionID = port.connection
        message.portID = port.id
        message.sagaID = port.change.saga
        message.code = failure.code.rawValue
        message.text = failure.text
        message.unlessPaid = unlessPaid
        return message
    }

    /// The bandwidth stays.
    public static func giveUp(_ port: SuppliedPort, because failure: ChangeFailure, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.port.change = .none
        decision.port.waitingSince = now
        decision.disarm(.bandwidthPayment)
        decision.history.append(HistoryNote(.bandwidthRefused, subject: port.change.saga.bits, detail: failure.reason))
        decision.messages.append(.bandwidthRefused(refusal(of: port, failure, unlessPaid: false)))
        return decision
    }
}
