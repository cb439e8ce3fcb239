/// A moment in time: microseconds since 1970-01-01T00:00:00Z, as it stands in the database.
public struct Instant: Hashable, Sendable, Comparable {
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }
    public init(seconds: Int64) { microseconds = seconds * 1_000_000 }

    public static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }
    public static func + (a: Instant, b: Duration) -> Instant { Instant(microseconds: a.microseconds + b.wholeMicroseconds) }
    public static func - (a: Instant, b: Instant) -> Duration { .microseconds(a.microseconds - b.microseconds) }
    public static func - (a: Instant, b: Duration) -> Instant { Instant(microseconds: a.microseconds - b.wholeMicroseconds) }
}

extension Duration {
    /// The duration in microseconds, the rest cut off.
    public var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
