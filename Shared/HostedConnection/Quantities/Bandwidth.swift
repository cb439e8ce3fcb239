/// A rate in Mbit/s.
public struct Bandwidth: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let megabitsPerSecond: UInt32

    public init(megabitsPerSecond: UInt32) { self.megabitsPerSecond = megabitsPerSecond }
    /// Takes a number as read back from the database.
    public init(stored number: Int64) { megabitsPerSecond = UInt32(truncatingIfNeeded: number) }

    public var description: String { "\(megabitsPerSecond) Mbit/s" }
    public static func < (a: Bandwidth, b: Bandwidth) -> Bool { a.megabitsPerSecond < b.megabitsPerSecond }
}

/// The bandwidths a partner may offer.
public struct BandwidthCatalogue: Sendable, Equatable {
    public let offered: Set<Bandwidth>

    public init(_ offered: Set<Bandwidth>) { self.offered = offered }

    /// The specifications open to every partner, in Mbit/s.
    public static let standard = BandwidthCatalogue(
        Set([50, 100, 200, 300, 400, 500, 1000].map { Bandwidth(megabitsPerSecond: $0) }))

    /// The specifications that are opened to single partners.
    public static let onRequest = BandwidthCatalogue(Set([2000, 5000, 8000, 10000].map { Bandwidth(megabitsPerSecond: $0) }))

    /// What a partner may offer to whom these are opened.
    public func opened(with extra: [Bandwidth]) -> BandwidthCatalogue {
        extra.isEmpty ? self : BandwidthCatalogue(offered.union(extra))
    }

    public func contains(_ bandwidth: Bandwidth) -> Bool { offered.contains(bandwidth) }

    /// The offered values in ascending order, for error texts.
    public var list: String { offered.sorted().map { String($0.megabitsPerSecond) }.joined(separator: ", ") }
}
