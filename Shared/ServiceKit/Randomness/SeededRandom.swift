/// Random numbers that follow from a seed (xoshiro256**, seeded by SplitMix64): for tests and simulations, never for secrets.
public struct SeededRandom: RandomSource, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// The same seed gives the same numbers.
    public init(seed: UInt64) {
        var mixer = seed
        state = (Self.mix(&mixer), Self.mix(&mixer), Self.mix(&mixer), Self.mix(&mixer))
    }

    public mutating func next() -> UInt64 {
        let result = Self.rotate(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotate(state.3, by: 45)
        return result
    }

    /// A generator for a part of the simulation whose numbers don't depend on how many the others draw.
    public mutating func split() -> SeededRandom { SeededRandom(seed: next()) }

    private static func rotate(_ value: UInt64, by count: UInt64) -> UInt64 { value << count | value >> (64 - count) }

    private static func mix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
