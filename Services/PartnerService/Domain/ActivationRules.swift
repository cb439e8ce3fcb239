public import HostedConnection
public import Schema

/// What the tenant's side tells about a port, and when the port becomes active.
public enum ActivationRules {
    /// An accepted and paid port goes into normal use. What has become of its paid time since is another axis.
    static func activateIfReady(_ decision: inout SupplyDecision, now: Instant) {
        let axes = decision.port.axes
        guard axes.acceptance == .confirmed, axes.service == .allocated, decision.port.subscription.isInForce else { return }
        decision.port.axes.service = .enabled
        decision.port.activatedAt = now
        decision.port.waitingSince = now
        var message = PortActivated()
        message.connectionID = decision.port.connection
        message.portID = decision.port.id
        message.activatedAt = Timestamp(now)
        decision.messages.append(.portActivated(message))
        decision.history.append(HistoryNote(.activated))
    }

    /// The tenant has accepted.
    public static func accepted(_ port: SuppliedPort, _ event: PortAccepted, now: Instant) throws(Refusal) -> SupplyDecision {
        var decision = SupplyDecision(port)
        guard port.axes.acceptance == .unconfirmed else {
            // accepting twice has no effect; an accept that met a withdrawal is answered.
            if port.axes.acceptance != .confirmed { try refuse(&decision, event) }
            return decision
        }
        decision.port.axes.acceptance = .confirmed
        decision.port.acceptedAt = now
        decision.port.waitingSince = now
        try takeSubscription(&decision, event)
        decision.history.append(HistoryNote(.accepted))
        activateIfReady(&decision, now: now)
        return decision
    }

    /// A tenant that pays is charged with its acceptance, also with one that comes too late.
    private static func takeSubscription(_ decision: inout SupplyDecision, _ event: PortAccepted) throws(Refusal) {
        guard decision.port.payer == .tenant, !decision.port.subscription.id.isSet else { return }
        let subscription = SubscriptionID(of: decision.port.id)
        guard event.subscriptionID == subscription else {
            throw Refusal(
                .contradictsState, "the acceptance names subscription \(event.subscriptionID) instead of \(subscription)",
                object: decision.port.id.description)
        }
        decision.port.subscription = PortSubscription(id: subscription, attempt: 1, charge: .requested)
    }

    private static func refuse(_ decision: inout SupplyDecision, _ event: PortAccepted) throws(Refusal) {
        try takeSubscription(&decision, event)
        var message = AcceptRefused()
        message.connectionID = decision.port.connection
        message.portID = decision.port.id
        message.code = RefusalCode.offerNotPending.rawValue
        message.text = "The offer is \(decision.port.axes.acceptance.name)"
        decision.messages.append(.acceptRefused(message))
        decision.history.append(HistoryNote(.acceptRefused, detail: message.text))
    }

    /// The tenant's payment has an outcome.
    public static func paymentResult(_ port: SuppliedPort, _ event: PaymentResult, now: Instant) throws(Refusal) -> SupplyDecision {
        guard port.payer == .partner || port.axes.acceptance != .unconfirmed else {
            throw Refusal(.contradictsState, "a payment for a port that is not accepted", object: port.id.description)
        }
        var decision = SupplyDecision(port)
        guard let note = try decision.port.hear(event) else { return decision }
        decision.history.append(note)
        switch event.outcome {
        case .settled:
            try port.requireUpgrade(paidBy: event.chargeID, of: port.subscription)
            BandwidthChangeRules.paid(&decision)
            activateIfReady(&decision, now: now)
        case .declined: decision.port.waitingSince = now
        case .refunded, .unspecified, .unrecognized: break
        }
        return decision
    }

    /// The tenant has created its VBR (R-059: one for each port).
    public static func vbrCreated(_ port: SuppliedPort, _ event: VBRCreated, now: Instant) throws(Refusal) -> SupplyDecision {
        guard event.vbrID.isSet else {
            throw Refusal(.contradictsState, "a VBR without an id", object: port.id.description)
        }
        guard port.axes.association == .none else {
            if port.vbr == event.vbrID { return SupplyDecision(port) }
            throw Refusal(.contradictsState, "a second VBR for a port that has \(port.vbr)", object: port.id.description)
        }
        let isDisabledWithPort: Bool
        switch port.axes.service {
        case .enabled, .terminating, .recovering, .deleting: isDisabledWithPort = false
        // It was created before the tenant's side heard of the termination, which disables it there too.
        case .terminated: isDisabledWithPort = true
        case .allocated, .released:
            throw Refusal(
                .contradictsState, "a VBR for a port that is \(PortWording.partnerStatus(port.axes))", object: port.id.description)
        }
        var decision = SupplyDecision(port)
        decision.port.axes.association = .associated
        decision.port.vbr = event.vbrID
        decision.port.router = RouterCopy(
            state: isDisabledWithPort ? .terminated : .enabled, name: event.name,
            bandwidth: Bandwidth(megabitsPerSecond: event.bandwidthMbps), isDisabledWithPort: isDisabledWithPort)
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.vbrCreated, subject: event.vbrID.bits))
        return decision
    }
}
