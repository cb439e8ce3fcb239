/// What an identifier names: the prefix of its text form and the code inside its bits.
public protocol IdentifierKind: Sendable {
    /// Value of the kind bits, 1 – 255, fixed for ever.
    static var code: UInt8 { get }
    /// Text before the 26 characters, hyphen included, such as `pc-`.
    static var prefix: StaticString { get }
}

/// Anything with a short text form on the wire: ids with a prefix, account numbers.
public protocol TextIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// "Not set": what a message field holds when it was not sent. Encoded as an absent field.
    static var none: Self { get }
    var isSet: Bool { get }
    /// The longest text form in bytes.
    static var maximumTextCount: Int { get }
    /// Writes the text form to `destination`, which has room for `maximumTextCount` bytes, and returns its length.
    func writeText(to destination: UnsafeMutableRawPointer) -> Int
    /// Reads the text form; nil if it is not one.
    init?(text: UnsafeRawBufferPointer)
    /// What a valid text looks like, for error messages.
    static var expectation: String { get }
}

extension TextIdentifier {
    public var description: String {
        guard isSet else { return "" }
        return String(unsafeUninitializedCapacity: Self.maximumTextCount) { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return writeText(to: base)
        }
    }

    /// Reads the text form; nil if it is not one.
    public init?(_ text: String) {
        var copy = text
        guard let value = copy.withUTF8({ Self(text: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = value
    }
}

/// An identifier of one kind: `pc-01h…` in APIs, bodies and Kafka keys, 16 bytes in the database.
public struct Identifier<Kind: IdentifierKind>: TextIdentifier, Comparable {
    public let bits: ID128

    /// Takes bits whose kind is already known to be right, as read back from the database.
    public init(bits: ID128) { self.bits = bits }

    public static var none: Self { Self(bits: .none) }
    public var isSet: Bool { bits.isSet }
    public static var maximumTextCount: Int { Kind.prefix.utf8CodeUnitCount + ID128.textCount }
    public static var expectation: String { "\(Kind.prefix) and 26 lower-case base32 characters" }

    public func writeText(to destination: UnsafeMutableRawPointer) -> Int {
        let prefix = Kind.prefix
        destination.copyMemory(from: prefix.utf8Start, byteCount: prefix.utf8CodeUnitCount)
        bits.writeText(to: destination + prefix.utf8CodeUnitCount)
        return prefix.utf8CodeUnitCount + ID128.textCount
    }

    public init?(text: UnsafeRawBufferPointer) {
        let prefix = Kind.prefix
        let count = prefix.utf8CodeUnitCount
        guard text.count == count + ID128.textCount, (0..<count).allSatisfy({ text[$0] == prefix.utf8Start[$0] }),
            let bits = ID128(text: UnsafeRawBufferPointer(rebasing: text[count...])), bits.kind == Kind.code
        else { return nil }
        self.bits = bits
    }

    public static func < (a: Self, b: Self) -> Bool { a.bits < b.bits }
}
