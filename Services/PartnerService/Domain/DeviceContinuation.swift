public import HostedConnection

extension DeviceRules {
    /// What waited for the access device goes on: it has what was asked for last.
    static func continued(_ decision: inout SupplyDecision, now: Instant) {
        RouterOrderRules.carryOn(&decision)
        switch decision.port.axes.service {
        case .terminating: TerminationRules.stopped(&decision, now: now)
        case .recovering: TerminationRules.recovered(&decision, now: now)
        case .allocated, .enabled, .terminated, .deleting, .released: break
        }
    }

    /// What begins to wait for the device with this decision goes on at once where the device has the state that follows from it
    /// already. Done for every decision that is carried out, after ``settle(_:policy:now:)``.
    public static func goOn(_ decision: inout SupplyDecision, from before: SuppliedPort, now: Instant) {
        guard decision.port.axes.service != before.axes.service || decision.port.router?.state != before.router?.state,
            decision.port.device == before.device, decision.port.device.isSettled
        else { return }
        continued(&decision, now: now)
    }
}
