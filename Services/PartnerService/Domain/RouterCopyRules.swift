public import HostedConnection
public import Schema

/// How the copy of the tenant's VBR follows what tenant-service says.
public enum RouterCopyRules {
    /// A VBR changed, by the tenant, by an order, or with its port.
    public static func changed(_ port: SuppliedPort, _ event: VBRChanged, now: Instant) throws(Refusal) -> SupplyDecision {
        try check(event.vbrID, of: port)
        guard var router = port.router else {
            throw Refusal(.contradictsState, "a change of a VBR that is not there", object: port.id.description)
        }
        var decision = SupplyDecision(port)
        let state: RouterState
        switch event.status {
        case .enabled: state = .enabled
        case .terminated: state = .terminated
        case .unspecified, .unrecognized:
            throw Refusal(.contradictsState, "a VBR without a known state", object: port.vbr.description)
        }
        router.name = event.name
        router.bandwidth = Bandwidth(megabitsPerSecond: event.bandwidthMbps)
        switch (router.state, state) {
        // An order, or the port's way, is under way and its answer is not this.
        case (.terminating, .enabled), (.recovering, .terminated), (.deleting, _): break
        default:
            if router.state != state {
                decision.history.append(
                    HistoryNote(state == .terminated ? .vbrTerminated : .vbrRecovered, subject: port.vbr.bits))
            }
            router.state = state
            router.isDisabledWithPort = event.disabledWithPort
        }
        guard router != port.router else { return decision }
        decision.port.router = router
        decision.port.waitingSince = now
        if decision.history.isEmpty {
            decision.history.append(
                HistoryNote(.vbrChanged, subject: port.vbr.bits, detail: "\(router.name), \(router.bandwidth)"))
        }
        return decision
    }

    /// The VBR is deleted: its port has none any more.
    public static func deleted(_ port: SuppliedPort, _ event: VBRDeleted, now: Instant) throws(Refusal) -> SupplyDecision {
        var decision = SupplyDecision(port)
        if port.axes.association == .none { return decision }
        try check(event.vbrID, of: port)
        decision.port.axes.association = .none
        decision.port.router = nil
        decision.port.vbr = .none
        decision.port.waitingSince = now
        decision.history.append(HistoryNote(.vbrDeleted, subject: event.vbrID.bits))
        return decision
    }

    private static func check(_ vbr: VBRID, of port: SuppliedPort) throws(Refusal) {
        guard vbr == port.vbr else {
            throw Refusal(.contradictsState, "VBR \(vbr) is not the one of port \(port.id)", object: port.id.description)
        }
    }
}
