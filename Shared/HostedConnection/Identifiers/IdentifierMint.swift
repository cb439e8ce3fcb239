/// Mints ids that grow: two ids of one kind from one mint are always in the order they were minted, also when the clock
/// stands still or steps back. One mint belongs to one thread.
public struct IdentifierMint {
    private var lastMilliseconds: UInt64 = 0
    private var sequence: UInt16 = 0
    private let random: () -> UInt64

    /// - Parameter random: 64 random bits at each call; injected so that a simulation can repeat itself.
    public init(random: @escaping () -> UInt64) { self.random = random }

    public mutating func mint<Kind: IdentifierKind>(_ kind: Kind.Type = Kind.self, at now: Instant) -> Identifier<Kind> {
        let milliseconds = UInt64(max(0, now.microseconds / 1000))
        if milliseconds > lastMilliseconds {
            lastMilliseconds = milliseconds
            sequence = 0
        } else if sequence == .max {
            lastMilliseconds += 1
            sequence = 0
        } else {
            sequence += 1
        }
        return Identifier(bits: ID128(milliseconds: lastMilliseconds, kind: Kind.code, sequence: sequence, random: random()))
    }
}
