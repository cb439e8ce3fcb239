import Synchronization

/// Counts observations in fixed buckets. An observation is two atomic additions.
///
/// Sendable, although the compiler can't see it: `counts` is set once, its elements are atomics and are freed in `deinit`, when no
/// other thread can hold a reference.
public final class Histogram: @unchecked Sendable {
    /// Upper bounds of the buckets, rising; one more bucket takes what is above.
    public let bounds: [Double]
    private let counts: UnsafeMutablePointer<Atomic<UInt64>>
    private let sumBits = Atomic<UInt64>(0)

    /// From 100 µs to 10 s, for times in seconds.
    public static let secondsBounds: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// Powers of two from 1 to 8192, for sizes of batches.
    public static let countBounds: [Double] = (0...13).map { Double(1 << $0) }

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = .allocate(capacity: bounds.count + 1)
        for index in 0...bounds.count { (counts + index).initialize(to: Atomic(0)) }
    }

    deinit {
        counts.deinitialize(count: bounds.count + 1)
        counts.deallocate()
    }

    /// Counts a value; one that is not a number is left out.
    public func observe(_ value: Double) {
        guard !value.isNaN else { return }
        var index = 0
        while index < bounds.count, bounds[index] < value { index += 1 }
        counts[index].wrappingAdd(1, ordering: .relaxed)
        sumBits.addDouble(value)
    }

    /// Counts a duration in seconds.
    public func observe(_ duration: Duration) { observe(duration.inSeconds) }

    /// Counts the time since `start` in seconds.
    public func observe(since start: MonotonicInstant, until end: MonotonicInstant = .now) {
        guard end >= start else { return observe(0) }
        observe(Double(end.nanoseconds - start.nanoseconds) / 1e9)
    }

    /// What has been counted: per bucket, not summed up, and the sum of the values.
    public var snapshot: (counts: [UInt64], sum: Double) {
        let numbers = (0...bounds.count).map { counts[$0].load(ordering: .relaxed) }
        return (numbers, Double(bitPattern: sumBits.load(ordering: .relaxed)))
    }
}
