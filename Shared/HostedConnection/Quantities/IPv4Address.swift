/// An IPv4 address in dotted form.
public struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
    public let bits: UInt32

    public init(bits: UInt32) { self.bits = bits }

    /// Four decimal numbers from 0 to 255 without leading zeros; nil otherwise.
    public init?(_ text: String) {
        var bits: UInt32 = 0
        var number: UInt32?
        var dots = 0
        for character in text.utf8 {
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                // Nothing may follow a zero.
                guard number != 0 else { return nil }
                let longer = (number ?? 0) * 10 + UInt32(character - UInt8(ascii: "0"))
                guard longer <= 255 else { return nil }
                number = longer
            case UInt8(ascii: "."):
                guard let whole = number, dots < 3 else { return nil }
                bits = bits << 8 | whole
                number = nil
                dots += 1
            default: return nil
            }
        }
        guard let last = number, dots == 3 else { return nil }
        self.bits = bits << 8 | last
    }

    public var description: String {
        String(unsafeUninitializedCapacity: 15) { text in
            var count = 0
            func put(_ character: UInt8) {
                text[count] = character
                count += 1
            }
            for shift in stride(from: 24, through: 0, by: -8) {
                let number = UInt8(truncatingIfNeeded: bits >> shift)
                if number >= 100 { put(UInt8(ascii: "0") + number / 100) }
                if number >= 10 { put(UInt8(ascii: "0") + number / 10 % 10) }
                put(UInt8(ascii: "0") + number % 10)
                if shift > 0 { put(UInt8(ascii: ".")) }
            }
            return count
        }
    }
}
