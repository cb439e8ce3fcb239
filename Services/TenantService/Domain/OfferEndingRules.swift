public import HostedConnection
public import Schema

/// How an offer ends without being taken, on the tenant's side.
public enum OfferEndingRules {
    /// The longest reason in characters.
    public static let reasonLimit = 1_000

    /// The tenant does not want a pending offer. Doing so again changes nothing.
    public static func reject(
        _ port: DemandedPort, reason: String, policy: TenantPolicy, now: Instant
    ) throws(Refusal) -> DemandDecision {
        try Refusal.check(reason, field: "reason", limit: reasonLimit)
        switch port.axes.acceptance {
        case .unconfirmed: break
        case .rejected: return DemandDecision(port)
        case .confirmed:
            throw Refusal(
                .offerNotPending, "The offer of port \(port.id) is accepted", field: "portId", object: port.id.description,
                next: port.payer == .tenant ? "Delete the port" : "Make a request to delete the port")
        case .withdrawn, .lapsed, .deleted: throw port.ended
        }
        guard policy.mayReject else {
            throw Refusal(
                .notEnabled, "Offers cannot be rejected here", field: "portId", object: port.id.description,
                next: "Leave the offer alone, or ask the partner \(port.partner) to withdraw it")
        }
        try port.requireNoChange()
        var decision = DemandDecision(port)
        decision.end(as: .rejected, reason: reason, HistoryNote(.rejected, detail: reason), now: now)
        var message = OfferRejected()
        message.connectionID = port.connection
        message.portID = port.id
        message.reason = reason
        decision.messages.append(.offerRejected(message))
        return decision
    }

    /// The partner has withdrawn the offer, or its time ran out. An acceptance that is on its way meets this end: what it paid,
    /// or may have paid, goes back.
    public static func ended(_ port: DemandedPort, _ event: OfferEnded, now: Instant) throws(Refusal) -> DemandDecision {
        var decision = DemandDecision(port)
        let acceptance: Acceptance
        let action: HistoryAction
        switch event.ending {
        case .withdrawn: (acceptance, action) = (.withdrawn, .withdrawn)
        case .lapsed: (acceptance, action) = (.lapsed, .lapsed)
        case .rejected: (acceptance, action) = (.rejected, .rejected)
        case .unspecified, .unrecognized:
            throw Refusal(.contradictsState, "the end of an offer that does not say how", object: port.id.description)
        }
        switch port.axes.acceptance {
        // A rejection that met another end: partner-service decides about offers, and both sides show the same end.
        case .rejected where acceptance != .rejected: break
        case .withdrawn, .lapsed, .deleted, .rejected:
            // A partner that tells of it again waits for what is to come back.
            if let again = port.refundAgain(reason: port.axes.acceptance.name) { decision.messages.append(.refundRequested(again)) }
            return decision
        case .unconfirmed, .confirmed:
            // A tenant that has accepted may have asked for the port's deletion too.
            guard acceptance != .rejected, port.axes.service == .allocated || port.isOnlyAskedToBeDeleted else {
                throw Refusal(
                    .contradictsState, "the end of an offer for a port that is \(PortWording.tenantStatus(port.axes))",
                    object: port.id.description)
            }
        }
        decision.end(as: acceptance, reason: event.reason, HistoryNote(action, detail: event.reason), now: now)
        return decision
    }
}

extension DemandDecision {
    /// Ends an offer: nothing of it is left but its record, and what a paying tenant has, or may have, paid goes back.
    mutating func end(as acceptance: Acceptance, reason: String, _ note: HistoryNote, now: Instant) {
        port.axes.acceptance = acceptance
        port.axes.service = .released
        port.change = .none
        port.ending = PortEnding(at: now, reason: reason)
        port.waitingSince = now
        history.append(note)
        TenantPaymentRules.close(&self, because: acceptance.name)
    }
}
