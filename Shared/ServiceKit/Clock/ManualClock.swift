public import HostedConnection
import Synchronization

/// A clock that moves only when told: for tests and for the simulation, on any number of threads.
public final class ManualClock: WallClock, MonotonicClock {
    private struct Times {
        var wall: Instant
        var monotonic: MonotonicInstant
    }

    private let times: Mutex<Times>

    /// The time of day it begins with; it stands still until ``advance(by:)``.
    public init(startingAt wall: Instant = Instant(seconds: 1_700_000_000)) {
        times = Mutex(Times(wall: wall, monotonic: MonotonicInstant(nanoseconds: 1_000_000_000)))
    }

    public func now() -> Instant { times.withLock { $0.wall } }
    public func uptime() -> MonotonicInstant { times.withLock { $0.monotonic } }

    /// Lets time pass on both clocks.
    public func advance(by duration: Duration) {
        times.withLock {
            $0.wall = $0.wall + duration
            $0.monotonic = $0.monotonic + duration
        }
    }

    /// Steps the time of day, forwards or back, as an operator or NTP does; the monotonic clock stays.
    public func stepWallClock(to instant: Instant) {
        times.withLock { $0.wall = instant }
    }
}
