public import HostedConnection

/// What a port's timer is for. With the port's id it names the timer; the codes stand in the database.
public enum PortTimer: UInt8, Sendable {
    /// An access device's refusal that may pass by itself is over for a try.
    case deviceRetry = 1
    /// The offer has stood long enough.
    case offerLapse = 2
    /// The time during which an expired port still carries traffic is over.
    case expiryGrace = 3
    /// A paying tenant's time to pay for a reserved bandwidth is over.
    case bandwidthPayment = 4
}

/// A timer of a port that is armed, or moved, or taken back.
public struct PortTimerChange: Equatable, Sendable {
    public let timer: PortTimer
    /// nil takes it back.
    public let due: Instant?
}

extension SupplyDecision {
    /// Arms a timer of the port, or moves it.
    mutating func arm(_ timer: PortTimer, due: Instant) { timers.append(PortTimerChange(timer: timer, due: due)) }

    /// Takes a timer of the port back.
    mutating func disarm(_ timer: PortTimer) { timers.append(PortTimerChange(timer: timer, due: nil)) }
}
