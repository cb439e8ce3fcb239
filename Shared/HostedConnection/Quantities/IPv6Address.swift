/// An IPv6 address. Its text is the canonical one of RFC 5952.
public struct IPv6Address: Hashable, Sendable, CustomStringConvertible {
    public let bits: UInt128

    public init(bits: UInt128) { self.bits = bits }

    /// Eight groups of hexadecimal digits, of which one run of zeros may be `::`; the last two may be an IPv4 address. nil for
    /// anything else, such as a zone.
    public init?(_ text: String) {
        let halves = Self.halves(of: text)
        guard let front = Self.groups(halves.front, isLast: halves.back == nil), let back = Self.groups(halves.back ?? "", isLast: true)
        else { return nil }
        let missing = 8 - front.count - back.count
        guard halves.back == nil ? missing == 0 : missing >= 1 else { return nil }
        bits = (front + [UInt16](repeating: 0, count: missing) + back).reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// What is before and after `::`; nil after it if there is none.
    private static func halves(of text: String) -> (front: Substring, back: Substring?) {
        var previous: Character?
        for index in text.indices {
            if text[index] == ":", previous == ":" {
                return (text[..<text.index(before: index)], text[text.index(after: index)...])
            }
            previous = text[index]
        }
        return (text[...], nil)
    }

    private static func groups(_ text: Substring, isLast: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (number, part) in parts.enumerated() {
            if isLast, number == parts.count - 1, part.contains("."), let address = IPv4Address(String(part)) {
                groups += [UInt16(address.bits >> 16), UInt16(address.bits & 0xffff)]
            } else {
                guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit), let group = UInt16(part, radix: 16) else {
                    return nil
                }
                groups.append(group)
            }
        }
        return groups.count <= 8 ? groups : nil
    }

    public var description: String {
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * UInt128($0))) }
        let run = Self.longestZeros(groups)
        func text(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        return run.isEmpty ? text(groups[...]) : "\(text(groups[..<run.lowerBound]))::\(text(groups[run.upperBound...]))"
    }

    /// The first of the longest runs of two zeros or more.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for (place, group) in groups.enumerated() {
            if group != 0 { start = place + 1 } else if place + 1 - start > max(longest.count, 1) { longest = start..<place + 1 }
        }
        return longest
    }

    /// Whether one interface can have it: neither the unspecified address nor the loopback nor a group's.
    public var isUnicast: Bool { bits > 1 && bits >> 120 != 0xff }
}

/// A subnet of IPv6, such as 2408:4004:cc:400::/56.
public struct IPv6Prefix: Hashable, Sendable, CustomStringConvertible {
    public let address: IPv6Address
    /// 1 – 128 bits.
    public let length: UInt8

    /// Takes parts already known to be right.
    public init(_ address: IPv6Address, length: UInt8) {
        self.address = address
        self.length = length
    }

    /// An address, a slash, and 1 to 128 as a decimal number; nil otherwise. Bits beyond the length are kept.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv6Address(String(parts[0])), let length = UInt8(parts[1]), (1...128).contains(length),
            parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), !parts[1].hasPrefix("0")
        else { return nil }
        self.init(address, length: length)
    }

    private var mask: UInt128 { UInt128.max << (128 - UInt128(length)) }

    /// The same prefix without bits beyond its length.
    public var subnet: IPv6Prefix { IPv6Prefix(IPv6Address(bits: address.bits & mask), length: length) }

    public func contains(_ other: IPv6Address) -> Bool { other.bits & mask == address.bits & mask }

    public var description: String { "\(address)/\(length)" }
}
