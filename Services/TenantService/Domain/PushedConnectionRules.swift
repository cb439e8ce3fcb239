public import HostedConnection
public import Schema

/// A VBR that a partner has pushed, on the tenant's side: the partner decides about it, the tenant may name it and set what any VBR
/// has but VLAN and bandwidth.
public enum PushedConnectionRules {
    // MARK: What the partner tells

    /// A partner has pushed a VBR.
    public static func pushed(_ event: VBRPushed, now: Instant) throws(Refusal) -> PushedConnectionDecision {
        guard let vlan = event.vlanID.flatMap({ VLANID($0) }), event.bandwidthMbps != 0, event.vbrID.isSet,
            event.connectionID == ConnectionID(event.vbrID), event.feePayer == .partner || event.feePayer == .tenant
        else { throw Refusal(.contradictsState, "a pushed VBR without a VLAN, fee payer or id of its own") }
        let fee = VBRFee(payer: event.feePayer == .partner ? .partner : .tenant, isPrepaid: event.feePrepaid)
        let pushed = PushedConnection(
            vbr: event.vbrID, partner: event.partnerAccountID, tenant: event.tenantAccountID, circuit: event.circuitID,
            region: event.region, accessPoint: event.accessPoint, fee: fee)
        let router = VirtualBorderRouter(
            id: event.vbrID, port: .none, account: event.tenantAccountID, name: event.name, vlan: vlan,
            bandwidth: event.bandwidthMbps.map { Bandwidth(megabitsPerSecond: $0) },
            addressing: try VBRAddressing(cloud: event.cloudIPv4, client: event.clientIPv4, mask: event.subnetMask), createdAt: now)
        var decision = PushedConnectionDecision(pushed, router)
        decision.note(.vbrPushed, "VLAN \(vlan), \(router.bandwidth?.description ?? "no bandwidth set")")
        return decision
    }

    /// The partner has set the bandwidth, terminated or recovered the VBR.
    public static func changed(
        _ pushed: PushedConnection, _ router: VirtualBorderRouter, _ event: PushedVBRChanged
    ) throws(Refusal) -> PushedConnectionDecision {
        try requireOnNoPort(router)
        guard event.bandwidthMbps != 0, router.state != .deleted else {
            throw Refusal(.contradictsState, "a change of a pushed VBR that is deleted, or to no bandwidth", object: router.id.description)
        }
        var decision = PushedConnectionDecision(pushed, router)
        switch event.status {
        case .enabled: decision.vbr.state = .enabled
        case .terminated: decision.vbr.state = .terminated
        case .unspecified, .unrecognized:
            throw Refusal(.contradictsState, "a VBR that is neither enabled nor terminated", object: router.id.description)
        }
        decision.vbr.bandwidth = event.bandwidthMbps.map { Bandwidth(megabitsPerSecond: $0) }
        if decision.vbr.state != router.state { decision.note(decision.vbr.state == .terminated ? .vbrTerminated : .vbrRecovered) }
        if decision.vbr.bandwidth != router.bandwidth { decision.note(.vbrChanged, decision.vbr.differences(from: router)) }
        return decision
    }

    /// The partner has deleted the VBR: a fee that the tenant pays ends.
    public static func deleted(
        _ pushed: PushedConnection, _ router: VirtualBorderRouter, now: Instant
    ) throws(Refusal) -> PushedConnectionDecision {
        try requireOnNoPort(router)
        var decision = PushedConnectionDecision(pushed, router)
        guard router.state != .deleted else { return decision }
        decision.vbr.state = .deleted
        decision.vbr.deletedAt = now
        decision.note(.vbrDeleted)
        let reason = "deleted"
        if let stop = decision.pushed.stopFee(of: router, because: reason) {
            decision.messages.append(.stopRequested(stop))
            decision.history.append(HistoryNote(.subscriptionStopped, detail: reason))
        }
        return decision
    }

    private static func requireOnNoPort(_ router: VirtualBorderRouter) throws(Refusal) {
        guard router.port.isSet else { return }
        throw Refusal(
            .contradictsState, "word of a pushed VBR that is on port \(router.port) since its transformation", object: router.id.description
        )
    }

    // MARK: What the tenant wants

    /// Changes what is the tenant's to set. What is so already changes nothing.
    public static func modify(
        _ pushed: PushedConnection, _ router: VirtualBorderRouter, _ change: VBRChange
    ) throws(Refusal) -> PushedConnectionDecision {
        var decision = PushedConnectionDecision(pushed, router)
        guard router.state != .deleted else {
            throw Refusal(
                .vbrNotActive, "VBR \(router.id) is deleted", field: "vbrId", object: router.id.description,
                next: "Only its record is kept")
        }
        guard change.region.isEmpty || change.region == pushed.region else {
            throw Refusal(
                .regionMismatch, "VBR \(router.id) is in region \(pushed.region), not in \(change.region)", field: "region",
                object: router.id.description, next: "Choose region \(pushed.region)")
        }
        if let vlan = change.vlan, vlan != UInt32(router.vlan.number) {
            throw Refusal(
                .vlanFixedByPartner, "The VLAN of VBR \(router.id) is \(router.vlan), set by the partner", field: "vlanId",
                object: router.id.description, next: "Leave the VLAN out, or ask the partner \(pushed.partner) to change it")
        }
        if let megabits = change.bandwidthMbps, megabits != router.bandwidth?.megabitsPerSecond {
            throw setByPartner(pushed, "set the bandwidth of", field: "bandwidthMbps")
        }
        decision.vbr = try router.changed(by: change, bandwidth: nil)
        try VBRRules.check(decision.vbr)
        if decision.vbr != router { decision.note(.vbrChanged, decision.vbr.differences(from: router)) }
        return decision
    }

    /// A pushed VBR is the partner's to delete; deleting one that is deleted changes nothing.
    public static func delete(_ pushed: PushedConnection, _ router: VirtualBorderRouter) throws(Refusal) -> PushedConnectionDecision {
        guard router.state == .deleted else { throw setByPartner(pushed, "delete", field: "vbrId") }
        return PushedConnectionDecision(pushed, router)
    }

    private static func setByPartner(_ pushed: PushedConnection, _ act: String, field: String) -> Refusal {
        Refusal(
            .setByPartner, "VBR \(pushed.vbr) was pushed by the partner \(pushed.partner), which alone may \(act) it", field: field,
            object: pushed.vbr.description, next: "Ask the partner \(pushed.partner)")
    }

    // MARK: The fee

    /// The paying tenant applies for a refund of what it paid in advance (R-126).
    public static func refundFee(
        _ pushed: PushedConnection, _ router: VirtualBorderRouter
    ) throws(Refusal) -> PushedConnectionDecision {
        var decision = PushedConnectionDecision(pushed, router)
        let request = try decision.pushed.fee.applyForRefund(
            of: pushed.vbr, by: .tenant, account: pushed.tenant, bandwidth: router.bandwidth)
        if let request {
            decision.messages.append(.refundRequested(request))
            decision.history.append(HistoryNote(.refundRequested, subject: request.chargeID.bits))
        }
        return decision
    }

    /// Billing has paid the tenant back.
    public static func feeRefunded(
        _ pushed: PushedConnection, _ router: VirtualBorderRouter, _ event: RefundSettled
    ) throws(Refusal) -> PushedConnectionDecision {
        var decision = PushedConnectionDecision(pushed, router)
        if try decision.pushed.fee.refunded(event) {
            decision.history.append(
                HistoryNote(.refunded, charge: event.subscriptionID.charge(attempt: 1), decision.pushed.fee.refund))
        }
        return decision
    }
}
