public import HostedConnection
public import Schema

/// What the tenant's side tells about the VBR on a port: tenant-service decides about VBRs, the partner's side shows them.
public enum RouterRules {
    /// The tenant's VBR changed. Only its order says whether it is terminated or recovered: a change that was on its way when
    /// the order was given does not end it.
    public static func changed(_ port: SuppliedPort, _ event: VBRChanged, now: Instant) throws(Refusal) -> SupplyDecision {
        guard event.vbrID == port.vbr, let before = port.router else {
            throw Refusal(
                .contradictsState, "a change of VBR \(event.vbrID), which port \(port.id) does not have", object: port.id.description)
        }
        guard event.status == .enabled || event.status == .terminated else {
            throw Refusal(.contradictsState, "a VBR that is neither enabled nor terminated", object: event.vbrID.description)
        }
        var router = before
        router.name = event.name
        router.bandwidth = Bandwidth(megabitsPerSecond: event.bandwidthMbps)
        let told: RouterState = event.status == .terminated ? .terminated : .enabled
        router.state = state(of: before, on: port, told: told, isDisabledWithPort: event.disabledWithPort)
        if router.state == told { router.isDisabledWithPort = event.disabledWithPort }
        var decision = SupplyDecision(port)
        guard router != before else { return decision }
        decision.port.router = router
        decision.history.append(
            HistoryNote(action(from: before.state, to: router.state), subject: event.vbrID.bits, detail: router.differences(from: before)))
        return decision
    }

    private static func state(
        of router: RouterCopy, on port: SuppliedPort, told: RouterState, isDisabledWithPort: Bool
    ) -> RouterState {
        switch router.state {
        // The order goes out once the device has followed: what is told before is no answer to it.
        case .terminating: told == .terminated && !isDisabledWithPort && port.device.isSettled ? told : router.state
        case .recovering: told == .enabled && port.device.isSettled ? told : router.state
        case .deleting, .deleted: router.state
        // With its port the partner's side disables and recovers it, before the tenant's side hears of it.
        case .terminated where router.isDisabledWithPort && port.axes.service != .enabled: router.state
        case .enabled where isDisabledWithPort && port.axes.service != .terminated: router.state
        case .enabled, .terminated: told
        }
    }

    private static func action(from before: RouterState, to after: RouterState) -> HistoryAction {
        if before == after { return .vbrChanged }
        return after == .terminated ? .vbrTerminated : .vbrRecovered
    }

    /// The tenant's VBR is deleted: the port is free for another one.
    public static func deleted(_ port: SuppliedPort, _ event: VBRDeleted, now: Instant) throws(Refusal) -> SupplyDecision {
        var decision = SupplyDecision(port)
        guard event.vbrID == port.vbr else {
            throw Refusal(
                .contradictsState, "the deletion of VBR \(event.vbrID), which port \(port.id) does not have", object: port.id.description)
        }
        decision.port.vbr = .none
        decision.port.router = nil
        decision.port.axes.association = .none
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.vbrDeleted, subject: event.vbrID.bits))
        return decision
    }
}

extension RouterCopy {
    /// What is other than before, in words for a history.
    fileprivate func differences(from old: RouterCopy) -> String {
        var words: [String] = []
        if name != old.name { words.append("name \(name)") }
        if bandwidth != old.bandwidth { words.append("bandwidth \(bandwidth)") }
        return words.joined(separator: "; ")
    }
}
