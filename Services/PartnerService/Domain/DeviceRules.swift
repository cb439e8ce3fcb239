public import HostedConnection
import Schema

/// What the access device is to do with a port, and what follows from its answers. The state is derived in one
/// place from the port's facts; whoever changes these needs not think of the device.
public enum DeviceRules {
    /// The highest version that is believed: far beyond what a port can reach.
    private static let highestVersion: UInt64 = 1 << 62
    /// How long a refusal that may pass by itself is waited out at first, and at most.
    private static let firstPause = Duration.seconds(10)
    private static let longestPause = Duration.seconds(3_600)

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
        let asked = decision.port.device.asked
        if wanted.forwarding == .removed ? decision.port.device.forwarding == .removed : wanted == asked { return }
        decision.port.device.desired += 1
        decision.port.device.asked = wanted
        decision.port.device.attempts = 0
        decision.port.device.failure = ""
        decision.port.device.mayPass = false
        decision.port.waitingSince = now
        send(&decision, policy: policy, now: now)
    }

    /// Sends the state asked for last.
    private static func send(_ decision: inout SupplyDecision, policy: PartnerPolicy, now: Instant) {
        let port = decision.port
        guard let asked = port.device.asked else { return }
        guard policy.hasAccessDevices else {
            decision.port.device.applied = port.device.desired
            decision.port.device.failure = ""
            continued(&decision, now: now)
            return
        }
        decision.port.device.attempts += 1
        var message = NetworkStateDesired()
        message.connectionID = port.connection
        message.portID = port.id
        message.version = port.device.desired
        message.circuitID = port.circuit
        message.vlanID = UInt32(asked.vlan.number)
        message.rateMbps = asked.rate.megabitsPerSecond
        message.forwarding = PortForwarding(asked.forwarding)
        decision.messages.append(.networkStateDesired(message))
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
        guard version <= highestVersion else {
            throw Refusal(.contradictsState, "version \(version) of a device's state", object: port.id.description)
        }
        var decision = SupplyDecision(port)
        if version > port.device.desired {
            // This side forgot what it asked for (a restore); the device heeds nothing older than it has.
            decision.port.device.desired = version + 1
            send(&decision, policy: policy, now: now)
            return decision
        }
        guard version > port.device.applied else { return decision }
        decision.port.device.applied = version
        guard decision.port.device.isSettled, let asked = port.device.asked else { return decision }
        decision.port.device.failure = ""
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.networkApplied, detail: "\(asked)"))
        continued(&decision, now: now)
        return decision
    }

    /// The device did not take a version; it keeps what it had. What may pass by itself is asked for again later.
    public static func failed(
        _ port: SuppliedPort, version: UInt64, reason: String, isTransient: Bool, now: Instant
    ) -> SupplyDecision {
        var decision = SupplyDecision(port)
        guard version == port.device.desired, !port.device.isSettled, let asked = port.device.asked else { return decision }
        decision.port.device.mayPass = isTransient
        let failure = reason.isEmpty ? "no reason given" : reason
        if port.device.failure != failure {
            decision.port.device.failure = failure
            decision.history.append(HistoryNote(.networkFailed, detail: "\(asked): \(failure)"))
        }
        if isTransient { decision.arm(.deviceRetry, due: now + pause(after: port.device.attempts)) }
        return decision
    }

    /// 10 s, 20 s, 40 s … 1 h.
    private static func pause(after attempts: UInt32) -> Duration {
        min(firstPause * (1 << min(max(attempts, 1) - 1, 16)), longestPause)
    }
}

extension PortForwarding {
    init(_ forwarding: Forwarding) {
        switch forwarding {
        case .removed: self = .removed
        case .block: self = .block
        case .pass: self = .pass
        }
    }
}
