import HostedConnection

extension DeviceRules {
    /// What waited for the access device goes on: it has what was asked for last.
    static func continued(_ decision: inout SupplyDecision, now: Instant) {
        switch decision.port.axes.service {
        case .allocated, .enabled, .terminated, .terminating, .recovering, .deleting, .released: break
        }
    }
}
