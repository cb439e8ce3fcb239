/// A 128-bit identifier that grows with time and says what it names.
///
/// Layout, most significant bit first: 48 bits of milliseconds since 1970, 8 bits of kind, 16 bits of sequence within the
/// millisecond, 48 random bits, 8 bits of attempt (0 for a minted id, n for an id derived from it). Ids of one kind
/// therefore sort by the time they were minted, in the database (16 bytes, big-endian) as well as in text
/// (26 characters of lower-case Crockford base32).
public struct ID128: Hashable, Sendable, Comparable {
    /// The 128 bits. Zero stands for "not set" and is never minted.
    public let value: UInt128

    public init(_ value: UInt128) { self.value = value }

    public init(milliseconds: UInt64, kind: UInt8, sequence: UInt16, random: UInt64, attempt: UInt8 = 0) {
        let high = (milliseconds & 0xffff_ffff_ffff) << 16 | UInt64(kind) << 8 | UInt64(sequence >> 8)
        let low = UInt64(sequence & 0xff) << 56 | (random & 0xffff_ffff_ffff) << 8 | UInt64(attempt)
        value = UInt128(high) << 64 | UInt128(low)
    }

    /// The id that says nothing: what a message field holds when it was not sent.
    public static let none = ID128(0)

    public var isSet: Bool { value != 0 }
    /// Milliseconds since 1970 at which the id was minted.
    public var milliseconds: UInt64 { UInt64(truncatingIfNeeded: value >> 80) }
    /// What the id names; see ``IdentifierKind``.
    public var kind: UInt8 { UInt8(truncatingIfNeeded: value >> 72) }
    public var attempt: UInt8 { UInt8(truncatingIfNeeded: value) }

    public static func < (a: ID128, b: ID128) -> Bool { a.value < b.value }

    /// The same bits under another kind: the id of something there is exactly one of for this.
    func renamed(_ kind: UInt8) -> ID128 { ID128(value & ~(UInt128(0xff) << 72) | UInt128(kind) << 72) }
}

extension ID128 {
    /// Length of the text form in bytes.
    public static let textCount = 26
    /// Length of the database form in bytes.
    public static let byteCount = 16

    /// Static texts: unlike arrays they need no initialisation and no reference counting on the way.
    private static var alphabet: StaticString { "0123456789abcdefghjkmnpqrstvwxyz" }
    /// The digit of each ASCII character; 127 for those outside the alphabet.
    private static var digits: StaticString {
        """
        \u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\
        \u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\
        \u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\
        \u{0}\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}\u{9}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\
        \u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\
        \u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\
        \u{7F}\u{A}\u{B}\u{C}\u{D}\u{E}\u{F}\u{10}\u{11}\u{7F}\u{12}\u{13}\u{7F}\u{14}\u{15}\u{7F}\
        \u{16}\u{17}\u{18}\u{19}\u{1A}\u{7F}\u{1B}\u{1C}\u{1D}\u{1E}\u{1F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}
        """
    }

    /// Writes the 26 characters of the text form to `destination`, which must have room for them.
    public func writeText(to destination: UnsafeMutableRawPointer) {
        // 2, 12 and 12 digits of 5 bits: each run of them in one word.
        Self.write(UInt64(truncatingIfNeeded: value >> 120), digits: 2, to: destination)
        Self.write(UInt64(truncatingIfNeeded: value >> 60), digits: 12, to: destination + 2)
        Self.write(UInt64(truncatingIfNeeded: value), digits: 12, to: destination + 14)
    }

    /// Writes the lowest bits as so many digits.
    @inline(__always)
    private static func write(_ bits: UInt64, digits: Int, to destination: UnsafeMutableRawPointer) {
        let alphabet = alphabet.utf8Start
        var rest = bits
        for position in (0..<digits).reversed() {
            destination.storeBytes(of: alphabet[Int(rest & 31)], toByteOffset: position, as: UInt8.self)
            rest >>= 5
        }
    }

    /// Reads the text form; nil unless it is exactly 26 characters of the alphabet that fit 128 bits.
    public init?(text: UnsafeRawBufferPointer) {
        guard text.count == Self.textCount, let start = text.baseAddress, text[0] < UInt8(ascii: "8"), Self.isASCII(start),
            let high = Self.read(2, at: start), let middle = Self.read(12, at: start + 2), let low = Self.read(12, at: start + 14)
        else { return nil }
        value = UInt128(high) << 120 | UInt128(middle) << 60 | UInt128(low)
    }

    /// Whether the 26 characters are ASCII, eight at a time.
    private static func isASCII(_ start: UnsafeRawPointer) -> Bool {
        let bits = [0, 8, 16, 18].reduce(0) { $0 | start.loadUnaligned(fromByteOffset: $1, as: UInt64.self) }
        return bits & 0x8080_8080_8080_8080 == 0
    }

    /// The value of so many ASCII characters as digits; nil if one is none.
    @inline(__always)
    private static func read(_ count: Int, at start: UnsafeRawPointer) -> UInt64? {
        let digits = digits.utf8Start
        var bits: UInt64 = 0
        for position in 0..<count {
            let digit = digits[Int(start.load(fromByteOffset: position, as: UInt8.self))]
            guard digit < 32 else { return nil }
            bits = bits << 5 | UInt64(digit)
        }
        return bits
    }

    /// Reads the text form; nil if it is not one.
    public init?(_ text: String) {
        var copy = text
        guard let id = copy.withUTF8({ ID128(text: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = id
    }

    /// The text form.
    public var text: String {
        String(unsafeUninitializedCapacity: Self.textCount) { buffer in
            if let base = buffer.baseAddress { writeText(to: base) }
            return Self.textCount
        }
    }
}
