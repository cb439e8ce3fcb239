import Glibc

/// A moment of the machine's monotonic clock: never steps back, says nothing about the time of day.
public struct MonotonicInstant: Hashable, Sendable, Comparable {
    /// Nanoseconds since a start that only this boot of the machine knows.
    public var nanoseconds: UInt64

    /// The moment that many nanoseconds after the clock's start.
    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// The deadline that never comes.
    public static let distantFuture = MonotonicInstant(nanoseconds: .max)

    /// What `CLOCK_MONOTONIC` says now.
    public static var now: MonotonicInstant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicInstant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    public static func < (a: MonotonicInstant, b: MonotonicInstant) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Later by `b`, ``distantFuture`` at the most; a negative duration adds nothing.
    public static func + (a: MonotonicInstant, b: Duration) -> MonotonicInstant {
        let (sum, overflow) = a.nanoseconds.addingReportingOverflow(b.wholeNanoseconds)
        return overflow ? .distantFuture : MonotonicInstant(nanoseconds: sum)
    }

    /// The time from `b` to `a`; negative when `a` is the earlier.
    public static func - (a: MonotonicInstant, b: MonotonicInstant) -> Duration {
        a.nanoseconds >= b.nanoseconds
            ? .nanoseconds(Int64(clamping: a.nanoseconds - b.nanoseconds))
            : .nanoseconds(-Int64(clamping: b.nanoseconds - a.nanoseconds))
    }

    var asTimespec: timespec {
        timespec(tv_sec: Int(clamping: nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}

extension Duration {
    /// The duration in nanoseconds: 0 when it is negative, the largest number when it does not fit.
    public var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, tooLong) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow) = whole.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        return tooLong || overflow ? .max : sum
    }

    /// The duration in seconds.
    public var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
