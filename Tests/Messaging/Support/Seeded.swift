import ServiceKit

/// Seeded random numbers with the few draws the tests need.
struct Seeded: RandomNumberGenerator {
    private var source: SeededRandom

    init(_ seed: UInt64) { source = SeededRandom(seed: seed) }

    mutating func next() -> UInt64 { source.next() }
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
