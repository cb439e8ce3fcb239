public import HostedConnection

/// What the access device is to do with a port, and what follows from its answers. The state is derived in one
/// place from the port's facts; whoever changes these needs not think of the device.
public enum DeviceRules {
    // MARK: The desired state

    /// What happens to the port's traffic by its state, its VBR's and its payer's.
    public static func forwarding(of port: SuppliedPort, policy: PartnerPolicy, now: Instant) -> Forwarding {
        switch port.axes.service {
        case .allocated, .released: return .removed
        // The deletion takes it from the device in a step of its own.
        case .deleting: return port.device.forwarding
        //
        case .terminating, .terminated: return .block
        case .enabled, .recovering: break
        }
        if let router = port.router, !router.isDisabledWithPort {
            switch router.state {
            case .terminating, .terminated, .deleting: return .block
            case .enabled, .recovering, .deleted: break
            }
        }
        switch port.axes.billing {
        case .locked: return .block
        // traffic goes on for a while after the paid time.
        case .expired: return now < (port.subscription.expiredAt ?? now) + policy.expiryGrace ? .pass : .block
        case .unpaid, .paid, .refunded: return .pass
        }
    }

    /// The state that follows from the port. VLAN and rate that a running change is about to bring are its own to ask for.
    private static func desired(of port: SuppliedPort, policy: PartnerPolicy, now: Instant) -> DeviceConfiguration {
        DeviceConfiguration(
            forwarding(of: port, policy: policy, now: now),
            vlan: port.change.vlan == nil ? port.vlan : port.device.asked?.vlan ?? port.vlan,
            rate: port.change.bandwidth == nil ? port.bandwidth : port.device.asked?.rate ?? port.bandwidth)
    }

    /// Asks the device for the state that follows from the port, if it was asked for another one last. Done for every decision
    /// that is carried out.
    public static func settle(_ decision: inout SupplyDecision, policy: PartnerPolicy, now: Instant) {
        ask(desired(of: decision.port, policy: policy, now: now), &decision, policy: policy, now: now)
    }

    /// Asks the device for a state, if it was asked for another one last.
    static func ask(_ wanted: DeviceConfiguration, _ decision: inout SupplyDecision, policy: PartnerPolicy, now: Instant) {
        guard !decision.port.device.wants(wanted) else { return }
        decision.port.device.want(wanted)
        decision.port.waitingSince = now
        send(&decision, policy: policy, now: now)
    }

    /// Sends the state asked for last.
    private static func send(_ decision: inout SupplyDecision, policy: PartnerPolicy, now: Instant) {
        let port = decision.port
        if let order = decision.port.device.order(of: port.connection, port.id, on: port.circuit, policy: policy) {
            decision.messages.append(.networkStateDesired(order))
        } else if port.device.asked != nil {
            continued(&decision, now: now)
        }
    }

    /// Asks the device for something else than it has, or once more if that was asked for already and it has not followed. A port
    /// that is not on a device has nothing to ask for.
    static func insist(
        on port: SuppliedPort, policy: PartnerPolicy, now: Instant, _ change: (inout DeviceConfiguration) -> Void
    ) -> SupplyDecision {
        var decision = SupplyDecision(port)
        guard var wanted = port.device.asked, wanted.forwarding != .removed else { return decision }
        change(&wanted)
        if wanted != port.device.asked {
            ask(wanted, &decision, policy: policy, now: now)
        } else if !port.device.isSettled {
            send(&decision, policy: policy, now: now)
        }
        return decision
    }

    /// Asks once more for the state asked for last: a device that has it already says so again.
    public static func retry(_ port: SuppliedPort, policy: PartnerPolicy, now: Instant) -> SupplyDecision {
        var decision = SupplyDecision(port)
        send(&decision, policy: policy, now: now)
        return decision
    }

    // MARK: The device's answers

    /// The device has a version. Older ones than are known tell nothing new.
    /// - Throws: ``RefusalCode/contradictsState`` for a version that can't be.
    public static func applied(
        _ port: SuppliedPort, version: UInt64, policy: PartnerPolicy, now: Instant
    ) throws(Refusal) -> SupplyDecision {
        var decision = SupplyDecision(port)
        switch try decision.port.device.confirm(version: version, of: port.id.description) {
        case .known, .behind: break
        case .forgotten: send(&decision, policy: policy, now: now)
        case .settled(let asked):
            decision.port.waitingSince = now
            decision.history.append(HistoryNote(.networkApplied, detail: "\(asked)"))
            continued(&decision, now: now)
        }
        return decision
    }

    /// The device did not take a version; it keeps what it had. What may pass by itself is asked for again later.
    public static func failed(
        _ port: SuppliedPort, version: UInt64, reason: String, isTransient: Bool, now: Instant
    ) -> SupplyDecision {
        var decision = SupplyDecision(port)
        let objection = decision.port.device.refuse(version: version, reason: reason, isTransient: isTransient)
        if let note = objection?.note { decision.history.append(note) }
        if let pause = objection?.pause { decision.arm(.deviceRetry, due: now + pause) }
        return decision
    }
}
