import Synchronization

/// A number that only grows. An update costs a few nanoseconds on any thread.
public final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)

    init() {}

    /// The count so far.
    public var value: UInt64 { count.load(ordering: .relaxed) }

    /// Adds to the count.
    public func increment(by amount: UInt64 = 1) { count.wrappingAdd(amount, ordering: .relaxed) }
}

/// A number that goes up and down.
public final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    init() {}

    /// The number at present.
    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    /// Replaces the number.
    public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    /// Replaces the number.
    public func set(_ value: some BinaryInteger) { set(Double(value)) }
    /// Adds to the number; a negative amount takes away.
    public func add(_ amount: Double) { bits.addDouble(amount) }
}

extension Atomic where Value == UInt64 {
    /// Adds to the number whose bit pattern is stored here.
    func addDouble(_ amount: Double) {
        var old = load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, original) = weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }
}
