public import HostedConnection
public import Schema

/// What the partner does with a VBR that it has pushed, as long as it is on no port. A running transformation keeps all of it away
/// but the attestation, which only adds to the record.
public enum PushedVBRRules {
    /// The longest account of how a tenant was informed, in characters.
    public static let howLimit = 1_000

    // MARK: Bandwidth Settings

    /// Sets the bandwidth cap (R-114). It need not be in the catalogue: only a transformation asks for that (A-20).
    /// - Throws: ``RefusalCode/unlimitedBandwidth`` for 0, Speed Unlimited (R-115).
    public static func setBandwidth(
        _ vbr: PushedVBR, to megabits: UInt32?, on circuit: inout Circuit, now: Instant
    ) throws(Refusal) -> PushedVBRDecision {
        try vbr.requireFree()
        guard vbr.supportsBandwidth else {
            throw Refusal(
                .bandwidthNotConfigurable, "VBR \(vbr.id) does not support a bandwidth configuration", field: "vbrId",
                object: vbr.id.description, next: "Replace it by a VBR that does")
        }
        guard let megabits else {
            throw Refusal(.missingField, "No bandwidth is given", field: "bandwidthMbps", next: "Give the bandwidth in Mbit/s")
        }
        guard megabits > 0 else { throw PushRules.unlimited(next: "Give the bandwidth in Mbit/s") }
        let bandwidth = Bandwidth(megabitsPerSecond: megabits)
        var decision = PushedVBRDecision(vbr)
        guard bandwidth != vbr.bandwidth else { return decision }
        try circuit.replace(vbr.bandwidth, by: bandwidth)
        decision.vbr.bandwidth = bandwidth
        decision.messages.append(.pushedVBRChanged(PushedVBRChanged(decision.vbr)))
        decision.note(.vbrChanged, "bandwidth \(bandwidth)")
        return decision
    }

    // MARK: Attestation

    /// Records that the tenant was told of the upgrade (R-111, A-19); a later record replaces an earlier one.
    /// - Parameters:
    ///   - at: when the tenant was told; nil for now.
    ///   - actor: who says so.
    public static func attest(
        _ vbr: PushedVBR, at: Instant?, how: String, by actor: String, now: Instant
    ) throws(Refusal) -> PushedVBRDecision {
        guard vbr.state != .deleted else { throw vbr.gone }
        guard !how.isEmpty else {
            throw Refusal(.missingField, "It is not said how the tenant was informed", field: "how", next: "Say how, and whom")
        }
        try Refusal.check(how, field: "how", limit: howLimit)
        let at = at ?? now
        guard at <= now else {
            throw Refusal(
                .invalidValue, "The tenant cannot have been informed in the future", field: "informedAt",
                next: "Inform the tenant first, or leave the time out")
        }
        var decision = PushedVBRDecision(vbr)
        decision.vbr.informed = TenantInformed(at: at, by: actor, how: how)
        decision.note(.tenantInformed, how)
        return decision
    }

    // MARK: Terminate, recover, delete

    /// Stops the VBR's traffic; nothing is released (A-18 speaks of such a VBR as Disabled).
    public static func terminate(_ vbr: PushedVBR, now: Instant) throws(Refusal) -> PushedVBRDecision {
        try vbr.requireFree()
        return switch vbr.state {
        case .enabled, .recovering: begun(vbr, .terminating, "terminate", now: now)
        case .terminating, .terminated: PushedVBRDecision(vbr)
        case .deleting, .deleted: throw vbr.gone
        }
    }

    /// Lets the VBR's traffic pass again.
    public static func recover(_ vbr: PushedVBR, now: Instant) throws(Refusal) -> PushedVBRDecision {
        try vbr.requireFree()
        return switch vbr.state {
        case .terminated, .terminating: begun(vbr, .recovering, "recover", now: now)
        case .enabled, .recovering: PushedVBRDecision(vbr)
        case .deleting, .deleted: throw vbr.gone
        }
    }

    /// Deletes a VBR that is terminated (R-171). Deleting it again changes nothing.
    public static func delete(_ vbr: PushedVBR, now: Instant) throws(Refusal) -> PushedVBRDecision {
        switch vbr.state {
        case .deleting, .deleted: return PushedVBRDecision(vbr)
        case .enabled, .terminating, .recovering, .terminated: try vbr.requireFree()
        }
        guard vbr.state == .terminated else {
            throw Refusal(
                .vbrNotTerminated, "VBR \(vbr.id) is \(vbr.state.status)", field: "vbrId", object: vbr.id.description,
                next: vbr.state == .terminating ? "Wait until its connection is terminated" : "Terminate its connection first")
        }
        return begun(vbr, .deleting, "delete", now: now)
    }

    private static func begun(_ vbr: PushedVBR, _ state: RouterState, _ act: String, now: Instant) -> PushedVBRDecision {
        var decision = PushedVBRDecision(vbr)
        decision.vbr.state = state
        decision.vbr.waitingSince = now
        decision.note(.vbrOrdered, act)
        return decision
    }

    /// The access device has what was asked for last: what waited for it goes on.
    static func continued(_ decision: inout PushedVBRDecision, now: Instant) {
        switch decision.vbr.state {
        case .enabled, .terminated, .deleted: return
        case .terminating:
            decision.vbr.state = .terminated
            decision.note(.vbrTerminated)
        case .recovering:
            decision.vbr.state = .enabled
            decision.note(.vbrRecovered)
        case .deleting: return deleted(&decision, now: now)
        }
        decision.vbr.waitingSince = now
        decision.messages.append(.pushedVBRChanged(PushedVBRChanged(decision.vbr)))
    }

    /// Nothing is left of it on the device: what it held is free, and its fee ends (R-177, R-178).
    private static func deleted(_ decision: inout PushedVBRDecision, now: Instant) {
        decision.vbr.state = .deleted
        decision.vbr.deletedAt = now
        decision.vbr.waitingSince = now
        decision.messages.append(
            .pushedVBRDeleted(PushedVBRDeleted(connectionID: decision.vbr.connection, vbrID: decision.vbr.id)))
        decision.note(.vbrDeleted)
        decision.stopFee(because: "deleted")
    }

    // MARK: The fee

    /// The paying partner applies for a refund of what it paid in advance (R-126).
    public static func refundFee(_ vbr: PushedVBR) throws(Refusal) -> PushedVBRDecision {
        var decision = PushedVBRDecision(vbr)
        let request = try decision.vbr.fee.applyForRefund(of: vbr.id, by: .partner, account: vbr.partner, bandwidth: vbr.bandwidth)
        if let request {
            decision.messages.append(.refundRequested(request))
            decision.history.append(HistoryNote(.refundRequested, subject: request.chargeID.bits))
        }
        return decision
    }

    /// Billing has paid the partner back.
    public static func feeRefunded(_ vbr: PushedVBR, _ event: RefundSettled) throws(Refusal) -> PushedVBRDecision {
        var decision = PushedVBRDecision(vbr)
        if try decision.vbr.fee.refunded(event) {
            decision.history.append(
                HistoryNote(.refunded, charge: event.subscriptionID.charge(attempt: 1), decision.vbr.fee.refund))
        }
        return decision
    }
}

extension PushedVBRDecision {
    /// Ends the VBR's fee, once (R-125).
    /// - Parameter reason: why, for billing's records.
    public mutating func stopFee(because reason: String) {
        guard
            let request = vbr.fee.stop(of: vbr.id, by: .partner, account: vbr.partner, bandwidth: vbr.bandwidth, reason: reason)
        else { return }
        messages.append(.stopRequested(request))
        history.append(HistoryNote(.subscriptionStopped, detail: reason))
    }
}

extension PushedVBR {
    /// A VBR that is there, on no port, and not being transformed.
    /// - Throws: ``RefusalCode/vbrNotActive``, ``RefusalCode/sagaRunning``, ``RefusalCode/vbrOnPort``.
    public func requireFree() throws(Refusal) {
        guard state != .deleted, state != .deleting else { throw gone }
        guard !isAttached else {
            throw Refusal(
                .vbrOnPort, "VBR \(id) is on port \(port) since its transformation", field: "vbrId", object: port.description,
                next: "Use what is there for ports and their VBRs")
        }
        guard !saga.isSet else {
            throw Refusal(
                .sagaRunning, "VBR \(id) is being transformed: \(saga) is under way", field: "vbrId", object: saga.description,
                next: "Wait until the transformation is over, or cancel it")
        }
    }

    /// What a VBR answers that is deleted, or about to be.
    var gone: Refusal {
        Refusal(
            .vbrNotActive, "VBR \(id) is \(state == .deleted ? "deleted" : "being deleted")", field: "vbrId", object: id.description,
            next: "Only its record is kept; push another VBR")
    }
}

extension PushedVBRChanged {
    init(_ vbr: PushedVBR) {
        self.init(
            connectionID: vbr.connection, vbrID: vbr.id, status: vbr.state == .terminated ? .terminated : .enabled,
            bandwidthMbps: vbr.bandwidth?.megabitsPerSecond)
    }
}
