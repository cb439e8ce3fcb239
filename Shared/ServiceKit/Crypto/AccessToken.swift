/// A bearer token: 256 random bits as text. Only its digest is stored; the token itself is shown once.
public struct AccessToken: Sendable {
    /// The text the holder presents.
    public let secret: Secret

    /// Takes the text that somebody presented.
    public init(presented text: String) { secret = Secret(text) }

    /// Mints a token: a prefix that tells people what it is, and 43 characters of base64url.
    public static func mint(prefix: String = "") -> AccessToken {
        AccessToken(presented: prefix + BinaryText.base64URL(randomBytes(32)))
    }

    /// What is stored and looked up. A plain SHA-256 will do: nobody can try out 2²⁵⁶ tokens.
    public func digest() throws(CryptoError) -> Digest256 { try .sha256(secret.reveal()) }
}

/// Octets from the kernel, fit for keys and tokens.
public func randomBytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        fillFromKernel(UnsafeMutableRawBufferPointer(buffer))
        filled = count
    }
}
