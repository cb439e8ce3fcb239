public import HostedConnection
public import Schema

/// The tenant's side of an offer: it arrives, it is accepted, the partner activates it.
public enum AcceptanceRules {
    /// A partner offers a port.
    public static func offered(_ event: PortOffered, now: Instant) throws(Refusal) -> DemandDecision {
        guard let number = event.vlanID, let vlan = VLANID(number), event.bandwidthMbps > 0, event.portID.isSet,
            event.connectionID == ConnectionID(event.portID) || event.connectionID.pushedVBR != nil,
            event.payer == .partner || event.payer == .tenant
        else { throw Refusal(.contradictsState, "an offer without a VLAN, bandwidth, payer or port of its own") }
        let port = DemandedPort(
            id: event.portID, circuit: event.circuitID, partner: event.partnerAccountID, tenant: event.tenantAccountID,
            region: event.region, accessPoint: event.accessPoint, name: event.name, resourceGroup: event.resourceGroup, vlan: vlan,
            bandwidth: Bandwidth(megabitsPerSecond: event.bandwidthMbps), payer: event.payer == .partner ? .partner : .tenant,
            axes: .offered, subscription: .none, vbr: .none, origin: event.connectionID.pushedVBR ?? .none, offeredAt: now,
            acceptedAt: nil, activatedAt: nil, waitingSince: now)
        var decision = DemandDecision(port)
        decision.history.append(HistoryNote(.offered, detail: "VLAN \(port.vlan), \(port.bandwidth)"))
        return decision
    }

    /// The tenant accepts; if it is the payer it is charged. Accepting again changes nothing.
    public static func accept(_ port: DemandedPort, now: Instant) throws(Refusal) -> DemandDecision {
        var decision = DemandDecision(port)
        switch port.axes.acceptance {
        case .confirmed: return decision
        case .withdrawn, .deleted, .rejected, .lapsed:
            throw Refusal(
                .offerNotPending, "The offer of port \(port.id) is \(port.axes.acceptance.name)", field: "portId",
                object: port.id.description, next: "Ask the partner \(port.partner) for a new offer")
        case .unconfirmed: break
        }
        decision.port.axes.acceptance = .confirmed
        decision.port.acceptedAt = now
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.accepted))
        var message = PortAccepted()
        message.connectionID = port.connection
        message.portID = port.id
        if port.payer == .tenant {
            decision.port.subscription = PortSubscription(id: SubscriptionID(of: port.id))
            message.subscriptionID = decision.port.subscription.id
            try TenantPaymentRules.charge(&decision)
        }
        decision.messages.append(.portAccepted(message))
        return decision
    }

    /// The partner has put the port into normal use.
    public static func activated(_ port: DemandedPort, _ event: PortActivated, now: Instant) throws(Refusal) -> DemandDecision {
        var decision = DemandDecision(port)
        guard port.axes.service == .allocated else { return decision }
        guard port.axes.acceptance == .confirmed else {
            throw Refusal(.contradictsState, "activation of a port that is \(port.axes.acceptance.name)", object: port.id.description)
        }
        decision.port.axes.service = .enabled
        decision.port.activatedAt = event.activatedAt.map { $0.instant } ?? now
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.activated))
        return decision
    }

    /// The partner had ended the offer when the acceptance reached it: what the tenant has, or may have, paid goes back.
    public static func refused(_ port: DemandedPort, _ event: AcceptRefused, now: Instant) throws(Refusal) -> DemandDecision {
        if port.axes.acceptance.isEnded { return DemandDecision(port) }
        guard port.axes.acceptance == .confirmed, port.axes.service == .allocated || port.isOnlyAskedToBeDeleted else {
            throw Refusal(
                .contradictsState, "refusal of an acceptance for a port that is \(PortWording.tenantStatus(port.axes))",
                object: port.id.description)
        }
        var decision = DemandDecision(port)
        decision.end(as: .withdrawn, reason: event.text, HistoryNote(.acceptRefused, detail: event.text), now: now)
        return decision
    }
}
