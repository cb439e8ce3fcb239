import Synchronization

/// Lets one of a repeating warning's lines through per interval and counts the others. One limit for each warning, shared by
/// all threads that may give it.
public final class RepeatLimit: Sendable {
    private struct State {
        var next = MonotonicInstant(nanoseconds: 0)
        var suppressed: UInt64 = 0
    }

    private let interval: Duration
    private let clock: any MonotonicClock
    private let state = Mutex(State())

    /// Lets one line through per interval.
    public init(every interval: Duration, clock: any MonotonicClock = SystemClock()) {
        self.interval = interval
        self.clock = clock
    }

    /// Nil when the line must be left out; else how many were left out since the last one.
    public func admit() -> UInt64? {
        let now = clock.uptime()
        return state.withLock { state in
            guard now >= state.next else {
                state.suppressed += 1
                return nil
            }
            state.next = now + interval
            defer { state.suppressed = 0 }
            return state.suppressed
        }
    }
}
