public import HostedConnection

/// What the access device is to do with a pushed VBR, as long as the VBR is on no port: its traffic passes from the push on.
public enum PushedVBRDevice {
    private static func desired(of vbr: PushedVBR) -> DeviceConfiguration {
        let forwarding: Forwarding =
            switch vbr.state {
            case .enabled, .recovering: .pass
            case .terminating, .terminated: .block
            case .deleting, .deleted: .removed
            }
        return DeviceConfiguration(forwarding, vlan: vbr.vlan, rate: vbr.bandwidth)
    }

    /// Asks the device for the state that follows from the VBR, if it was asked for another one last. Done for every decision that is
    /// carried out.
    public static func settle(_ decision: inout PushedVBRDecision, policy: PartnerPolicy, now: Instant) {
        let wanted = desired(of: decision.vbr)
        guard !decision.vbr.isAttached, !decision.vbr.device.wants(wanted) else { return }
        decision.vbr.device.want(wanted)
        decision.vbr.waitingSince = now
        send(&decision, policy: policy, now: now)
    }

    private static func send(_ decision: inout PushedVBRDecision, policy: PartnerPolicy, now: Instant) {
        let vbr = decision.vbr
        if let order = decision.vbr.device.order(of: vbr.connection, .none, on: vbr.circuit, policy: policy) {
            decision.messages.append(.networkStateDesired(order))
        } else {
            PushedVBRRules.continued(&decision, now: now)
        }
    }

    /// Asks once more for the state asked for last: a device that has it already says so again.
    public static func retry(_ vbr: PushedVBR, policy: PartnerPolicy, now: Instant) throws(Refusal) -> PushedVBRDecision {
        guard !vbr.isAttached else {
            throw Refusal(
                .vbrOnPort, "VBR \(vbr.id) is on port \(vbr.port) since its transformation", field: "vbrId", object: vbr.port.description,
                next: "Ask the access device of the port")
        }
        var decision = PushedVBRDecision(vbr)
        send(&decision, policy: policy, now: now)
        return decision
    }

    /// The device has a version. Older ones than are known tell nothing new.
    /// - Throws: ``RefusalCode/contradictsState`` for a version that can't be.
    public static func applied(
        _ vbr: PushedVBR, version: UInt64, policy: PartnerPolicy, now: Instant
    ) throws(Refusal) -> PushedVBRDecision {
        var decision = PushedVBRDecision(vbr)
        switch try decision.vbr.device.confirm(version: version, of: vbr.id.description) {
        case .known, .behind: break
        case .forgotten: send(&decision, policy: policy, now: now)
        case .settled(let asked):
            decision.vbr.waitingSince = now
            decision.history.append(HistoryNote(.networkApplied, detail: "\(asked)"))
            PushedVBRRules.continued(&decision, now: now)
        }
        return decision
    }

    /// The device did not take a version; it keeps what it had. What may pass by itself is asked for again later.
    public static func failed(
        _ vbr: PushedVBR, version: UInt64, reason: String, isTransient: Bool, now: Instant
    ) -> PushedVBRDecision {
        var decision = PushedVBRDecision(vbr)
        let objection = decision.vbr.device.refuse(version: version, reason: reason, isTransient: isTransient)
        if let note = objection?.note { decision.history.append(note) }
        if let pause = objection?.pause { decision.timers.append(PortTimerChange(timer: .deviceRetry, due: now + pause)) }
        return decision
    }
}
