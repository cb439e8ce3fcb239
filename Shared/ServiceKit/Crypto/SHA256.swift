import CCrypto

/// Computes SHA-256 digests with a context that is kept from one to the next, which saves most of the cost of a short one.
/// Belongs to one thread.
public final class SHA256Hasher {
    private let algorithm: OpaquePointer
    private let context: OpaquePointer

    /// Makes the context.
    public init() throws(CryptoError) {
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else { throw CryptoError(operation: "EVP_MD_fetch") }
        guard let context = EVP_MD_CTX_new() else {
            EVP_MD_free(algorithm)
            throw CryptoError(operation: "EVP_MD_CTX_new")
        }
        self.algorithm = algorithm
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
    }

    /// The digest of the parts one after the other.
    public func digest(of parts: UnsafeRawBufferPointer...) throws(CryptoError) -> Digest256 {
        guard EVP_DigestInit_ex2(context, algorithm, nil) == 1 else { throw CryptoError(operation: "EVP_DigestInit") }
        for part in parts where EVP_DigestUpdate(context, part.baseAddress, part.count) != 1 {
            throw CryptoError(operation: "EVP_DigestUpdate")
        }
        var digest = Digest256()
        let result = digest.withUnsafeMutableBytes { buffer in
            EVP_DigestFinal_ex(context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
        }
        guard result == 1 else { throw CryptoError(operation: "EVP_DigestFinal") }
        return digest
    }

    /// The digest of the octets.
    public func digest(of bytes: [UInt8]) throws(CryptoError) -> Digest256 {
        try bytes.span.withUnsafeBytes { bytes throws(CryptoError) in try digest(of: bytes) }
    }

    /// The digest of the text's UTF-8.
    public func digest(of text: String) throws(CryptoError) -> Digest256 {
        try text.utf8Span.span.withUnsafeBytes { utf8 throws(CryptoError) in try digest(of: utf8) }
    }
}

extension Digest256 {
    /// The SHA-256 digest of some octets, for where it is not needed often.
    public static func sha256(_ bytes: [UInt8]) throws(CryptoError) -> Digest256 { try SHA256Hasher().digest(of: bytes) }

    /// The SHA-256 digest of a text's UTF-8, for where it is not needed often.
    public static func sha256(_ text: String) throws(CryptoError) -> Digest256 { try SHA256Hasher().digest(of: text) }
}
