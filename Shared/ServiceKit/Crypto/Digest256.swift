import CCrypto

/// A SHA-256 digest or an HMAC-SHA256: 32 octets, held without an allocation.
public struct Digest256: Hashable, Sendable, CustomStringConvertible {
    /// Length in octets.
    public static let byteCount = 32

    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// All zero: no digest.
    init() { words = (0, 0, 0, 0) }

    /// Takes 32 octets as they were stored; nil when there are more or fewer.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init()
        withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
    }

    /// Runs `body` on the 32 octets, which are there only as long as it runs.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try Swift.withUnsafeBytes(of: words, body)
    }

    mutating func withUnsafeMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        Swift.withUnsafeMutableBytes(of: &words, body)
    }

    /// The 32 octets.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// 64 lower-case hexadecimal digits.
    public var description: String { withUnsafeBytes { BinaryText.hexadecimal($0) } }

    public static func == (a: Digest256, b: Digest256) -> Bool { a.words == b.words }

    public func hash(into hasher: inout Hasher) {
        // The first octets of a digest are as good as all of them.
        hasher.combine(words.0)
    }

    /// Compares in a time that does not tell where the first difference is: for signatures and tokens.
    public func isSecurelyEqual(to other: Digest256) -> Bool {
        withUnsafeBytes { own in other.withUnsafeBytes { isSecurelyEqualMemory(own, $0) } }
    }
}

/// Whether two texts are the same, compared in a time that tells nothing but their lengths.
public func isSecurelyEqual(_ a: String, _ b: String) -> Bool {
    var (a, b) = (a, b)
    return a.withUTF8 { a in b.withUTF8 { isSecurelyEqualMemory(UnsafeRawBufferPointer(a), UnsafeRawBufferPointer($0)) } }
}

/// Whether two runs of octets are the same, compared in a time that tells nothing but their lengths.
public func isSecurelyEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.withUnsafeBytes { a in b.withUnsafeBytes { isSecurelyEqualMemory(a, $0) } }
}

private func isSecurelyEqualMemory(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count else { return false }
    guard let a = a.baseAddress, let first = b.baseAddress else { return true }
    return CRYPTO_memcmp(a, first, b.count) == 0
}
