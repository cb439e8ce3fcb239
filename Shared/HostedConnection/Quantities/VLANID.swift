/// A VLAN on a circuit: 0 – 2999. 0 is a value of its own: the switch port is a routed layer-3 interface and the
/// circuit carries exactly one connection.
public struct VLANID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let number: UInt16

    public static let range: ClosedRange<UInt32> = 0...2999

    /// nil outside 0 – 2999.
    public init?(_ number: UInt32) {
        guard Self.range.contains(number) else { return nil }
        self.number = UInt16(number)
    }

    /// Takes a number already known to be in range, as read back from the database.
    public init(stored number: Int64) { self.number = UInt16(truncatingIfNeeded: number) }

    /// Whether the circuit's switch port is a routed interface instead of a VLAN subinterface.
    public var isRouted: Bool { number == 0 }

    public var description: String { String(number) }
    public static func < (a: VLANID, b: VLANID) -> Bool { a.number < b.number }
}
