/// Base64 of RFC 4648: written with the standard alphabet and padding, read in the URL-safe one and without padding too.
enum Base64 {
    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    static func encode(_ bytes: UnsafeRawBufferPointer, into buffer: inout OutputBuffer) {
        let letters = alphabet.utf8Start
        var position = 0
        while position < bytes.count {
            let left = bytes.count - position
            let first = bytes[position]
            let second = left > 1 ? bytes[position + 1] : 0
            let third = left > 2 ? bytes[position + 2] : 0
            buffer.append(letters[Int(first >> 2)])
            buffer.append(letters[Int((first & 3) << 4 | second >> 4)])
            buffer.append(left > 1 ? letters[Int((second & 15) << 2 | third >> 6)] : UInt8(ascii: "="))
            buffer.append(left > 2 ? letters[Int(third & 63)] : UInt8(ascii: "="))
            position += 3
        }
    }

    /// nil if the text is not base64: a character outside the alphabet, padding in the wrong place, bits left over.
    static func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        var count = text.count
        while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        guard count % 4 != 1, count == text.count || text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var bitCount = 0
        for position in 0..<count {
            guard let digit = digit(text[position]) else { return nil }
            bits = bits << 6 | UInt32(digit)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
                bits &= 1 << UInt32(bitCount) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
