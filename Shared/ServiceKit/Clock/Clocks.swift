import Glibc
public import HostedConnection

/// Tells the time of day. Injected wherever a rule depends on time, so that tests and the simulation can hold it.
public protocol WallClock: Sendable {
    /// The present moment.
    func now() -> Instant
}

/// Tells how much time has passed. Injected wherever limits are counted, because the time of day may step.
public protocol MonotonicClock: Sendable {
    /// The present moment of the monotonic clock.
    func uptime() -> MonotonicInstant
}

/// The clocks of the machine.
public struct SystemClock: WallClock, MonotonicClock {
    public init() {}

    public func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    public func uptime() -> MonotonicInstant { .now }
}
