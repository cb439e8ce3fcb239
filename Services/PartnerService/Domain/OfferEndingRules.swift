public import HostedConnection
public import Schema

/// How an offer ends without being taken: the partner withdraws it, the tenant rejects it, or its time runs out. What a
/// paying partner has, or may have, paid goes back.
public enum OfferEndingRules {
    /// The longest reason in characters.
    public static let reasonLimit = 1_000
    /// How long an offer's end waits for a change that is under way.
    private static let pauseForChange = Duration.seconds(60)

    /// The partner takes a pending offer back. Doing so again changes nothing.
    public static func withdraw(
        _ port: SuppliedPort, reason: String, policy: PartnerPolicy, now: Instant
    ) throws(Refusal) -> SupplyDecision {
        try Refusal.check(reason, field: "reason", limit: reasonLimit)
        switch port.axes.acceptance {
        case .unconfirmed: break
        case .withdrawn: return SupplyDecision(port)
        case .confirmed:
            throw Refusal(
                .offerNotPending, "The offer of port \(port.id) is accepted", field: "portId", object: port.id.description,
                next: port.payer == .partner ? "Delete the port" : "Ask the tenant \(port.tenant) to delete the port")
        case .rejected, .lapsed, .deleted: throw port.ended
        }
        guard policy.mayWithdraw else {
            throw Refusal(
                .notEnabled, "Offers cannot be withdrawn here", field: "portId", object: port.id.description,
                next: "Have the operator switch on offers.withdraw, or wait for the tenant \(port.tenant) to accept")
        }
        try port.requireNoChange()
        var decision = SupplyDecision(port)
        end(&decision, as: .withdrawn, reason: reason, .withdrawn, now: now)
        decision.messages.append(.offerEnded(ending(of: port, .withdrawn, reason: reason)))
        return decision
    }

    /// Has the offer lapse after its lifetime, where offers have one.
    public static func arm(_ decision: inout SupplyDecision, policy: PartnerPolicy, now: Instant) {
        if let lifetime = policy.offerLifetime { decision.arm(.offerLapse, due: now + lifetime) }
    }

    /// The offer has stood long enough. One that is not pending any more stays as it is.
    public static func lapse(_ port: SuppliedPort, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        guard port.axes.acceptance == .unconfirmed else { return decision }
        guard !port.change.isRunning else {
            decision.arm(.offerLapse, due: now + pauseForChange)
            return decision
        }
        let reason = "Nobody took the offer in time"
        end(&decision, as: .lapsed, reason: reason, .lapsed, now: now)
        decision.messages.append(.offerEnded(ending(of: port, .lapsed, reason: reason)))
        return decision
    }

    /// The tenant does not want the port. A rejection that met another end changes nothing.
    public static func rejected(_ port: SuppliedPort, _ event: OfferRejected, now: Instant) throws(Refusal) -> SupplyDecision {
        try Refusal.check(event.reason, field: "reason", limit: reasonLimit)
        var decision = SupplyDecision(port)
        switch port.axes.acceptance {
        case .unconfirmed: break
        case .withdrawn, .lapsed, .rejected: return decision
        case .confirmed, .deleted:
            throw Refusal(
                .contradictsState, "rejection of a port that is \(port.axes.acceptance.name)", object: port.id.description)
        }
        end(&decision, as: .rejected, reason: event.reason, .rejected, now: now)
        return decision
    }

    /// The transformation that made the port of a pushed VBR turns back: the port ends, however far it is, and what was or may have
    /// been paid for it goes back, once. Asked again, it asks again for what has not come back yet.
    /// - Parameters:
    ///   - acceptance: what becomes of an offer that has not ended: withdrawn or lapsed.
    ///   - attempt: counts from 1.
    public static func retract(
        _ port: SuppliedPort, as acceptance: Acceptance, reason: String, attempt: UInt32, now: Instant
    ) -> SupplyDecision {
        var decision = SupplyDecision(port)
        let hadEnded = port.axes.acceptance.isEnded
        if !hadEnded {
            end(&decision, as: acceptance, reason: reason, acceptance == .lapsed ? .lapsed : .withdrawn, now: now)
        } else if attempt > 1, let again = port.refundAgain(reason: port.axes.acceptance.name) {
            decision.messages.append(.refundRequested(again))
        }
        // A paying tenant's side is to say that nothing of the port is open there.
        if !hadEnded || port.payer == .tenant {
            let ended = decision.port
            decision.messages.append(
                .offerEnded(
                    ending(of: ended, OfferEnding(ended.axes.acceptance), reason: ended.ending?.reason ?? reason)))
        }
        return decision
    }

    /// Whether everything that this side may have paid for a port that has ended has come back. Of one that the tenant pays its
    /// side says so.
    public static func isSettled(_ port: SuppliedPort) -> Bool { port.payer == .partner && !port.awaitsRefund }

    private static func end(
        _ decision: inout SupplyDecision, as acceptance: Acceptance, reason: String, _ action: HistoryAction, now: Instant
    ) {
        decision.port.axes.acceptance = acceptance
        decision.port.axes.service = .released
        decision.port.ending = PortEnding(at: now, reason: reason)
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(action, detail: reason))
        PaymentRules.close(&decision, because: acceptance.name)
    }

    private static func ending(of port: SuppliedPort, _ ending: OfferEnding, reason: String) -> OfferEnded {
        var message = OfferEnded()
        message.connectionID = port.connection
        message.portID = port.id
        message.ending = ending
        message.reason = reason
        return message
    }
}

extension OfferEnding {
    /// How a port that was never in use came to its end.
    fileprivate init(_ acceptance: Acceptance) {
        switch acceptance {
        case .lapsed: self = .lapsed
        case .rejected: self = .rejected
        case .withdrawn, .deleted, .unconfirmed, .confirmed: self = .withdrawn
        }
    }
}
