public import HostedConnection
public import Schema

/// A port that is made of a pushed VBR, and the VBR: they become one when the partner confirms, and nothing of the VBR
/// changes by it.
public enum AssociationRules {
    /// The partner has confirmed. It is always answered; asked again, the same answer is given again.
    public static func confirmed(
        _ port: DemandedPort, _ pushed: PushedConnection, _ router: VirtualBorderRouter, _ event: PortConfirmed, now: Instant
    ) throws(Refusal) -> (port: DemandDecision, pushed: PushedConnection) {
        guard event.vbrID == router.id, port.origin == router.id else {
            throw Refusal(
                .contradictsState, "confirmation of port \(port.id) for VBR \(event.vbrID), of which it is not made",
                object: port.id.description)
        }
        var decision = DemandDecision(port)
        var pushed = pushed
        if router.port != port.id {
            // A deletion that the tenant has asked for meanwhile is refused by the partner's side.
            guard port.axes.acceptance == .confirmed, port.axes.service == .allocated || port.axes.service == .deleting,
                port.subscription.isInForce,
                !router.port.isSet, router.state != .deleted, router.bandwidth != nil
            else {
                throw Refusal(
                    .contradictsState, "confirmation of a port that is \(PortWording.tenantStatus(port.axes))", object: port.id.description)
            }
            associate(&decision, router, now: now)
            if let stop = pushed.stopFee(of: router, because: "transformed") {
                decision.messages.append(.stopRequested(stop))
                decision.history.append(HistoryNote(.subscriptionStopped, detail: "transformed"))
            }
        }
        decision.messages.append(.vbrAssociated(answer(to: event, on: port, router)))
        return (decision, pushed)
    }

    private static func associate(_ decision: inout DemandDecision, _ router: VirtualBorderRouter, now: Instant) {
        var router = router
        router.port = decision.port.id
        decision.vbr = router
        decision.port.vbr = router.id
        decision.port.axes.association = .associated
        decision.port.axes.service = .enabled
        decision.port.activatedAt = now
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.vbrAssociated, subject: router.id.bits))
    }

    private static func answer(to event: PortConfirmed, on port: DemandedPort, _ router: VirtualBorderRouter) -> VBRAssociated {
        VBRAssociated(
            connectionID: port.connection, portID: port.id, vbrID: router.id, sagaID: event.sagaID, name: router.name,
            bandwidthMbps: router.bandwidth?.megabitsPerSecond ?? 0)
    }

    /// After the end of an offer on a connection that goes on without it, the partner's side hears when nothing of what the tenant
    /// paid, or may have paid, is outstanding any more. Done for every decision that is carried out.
    public static func settleEnd(_ decision: inout DemandDecision, since before: DemandedPort) {
        let port = decision.port
        guard port.isFromTransformation, port.payer == .tenant, port.isSettledEnd, !before.isSettledEnd else { return }
        decision.messages.append(
            .offerEndSettled(
                OfferEndSettled(
                    connectionID: port.connection, portID: port.id, refunded: port.subscription.charge == .refunded)))
    }
}

extension DemandedPort {
    /// Whether it has come to its end with no charge open and nothing held.
    fileprivate var isSettledEnd: Bool {
        guard axes.acceptance.isEnded else { return false }
        switch subscription.charge {
        case .none, .refunded: return true
        case .declined: return !subscription.isSettled
        case .requested, .settled, .refunding: return false
        }
    }
}
