import CCrypto

/// A key for HMAC-SHA256, made ready once: a code then costs a third of what it costs from the bare key. Belongs to one thread; another
/// thread takes a ``copy()``.
public final class HMACKey {
    private let context: OpaquePointer

    /// - Parameter key: the key's octets, of any length.
    public init(_ key: [UInt8]) throws(CryptoError) {
        guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil) else { throw CryptoError(operation: "EVP_MAC_fetch") }
        defer { EVP_MAC_free(algorithm) }  // the context keeps a reference of its own
        guard let context = EVP_MAC_CTX_new(algorithm) else { throw CryptoError(operation: "EVP_MAC_CTX_new") }
        guard Self.set(key, in: context) else {
            EVP_MAC_CTX_free(context)
            throw CryptoError(operation: "EVP_MAC_init")
        }
        self.context = context
    }

    /// The key of a secret's UTF-8.
    public convenience init(_ secret: Secret) throws(CryptoError) { try self.init(Array(secret.reveal().utf8)) }

    private init(context: OpaquePointer) { self.context = context }

    deinit { EVP_MAC_CTX_free(context) }

    /// The same key for another thread.
    public func copy() throws(CryptoError) -> HMACKey {
        guard let copy = EVP_MAC_CTX_dup(context) else { throw CryptoError(operation: "EVP_MAC_CTX_dup") }
        return HMACKey(context: copy)
    }

    /// The code of the octets.
    public func code(for bytes: UnsafeRawBufferPointer) throws(CryptoError) -> Digest256 {
        let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        guard EVP_MAC_init(context, nil, 0, nil) == 1, EVP_MAC_update(context, start, bytes.count) == 1 else {
            throw CryptoError(operation: "EVP_MAC_update")
        }
        var code = Digest256()
        var count = 0
        let result = code.withUnsafeMutableBytes { buffer in
            EVP_MAC_final(context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), &count, buffer.count)
        }
        guard result == 1, count == Digest256.byteCount else { throw CryptoError(operation: "EVP_MAC_final") }
        return code
    }

    /// The code of the text's UTF-8.
    public func code(for text: String) throws(CryptoError) -> Digest256 {
        try text.utf8Span.span.withUnsafeBytes { utf8 throws(CryptoError) in try code(for: utf8) }
    }

    private static func set(_ key: [UInt8], in context: OpaquePointer) -> Bool {
        // An empty key given as NULL would mean "the key as before"; HMAC fills keys up with zeros, so one zero is the same key.
        let key = key.isEmpty ? [0] : key
        // A parameter keeps pointers to both texts, so both must live until the call has returned.
        var digestName = Array("SHA256".utf8CString)
        return digestName.withUnsafeMutableBufferPointer { digestName in
            "digest".withCString { name in
                var parameters = [OSSL_PARAM_construct_utf8_string(name, digestName.baseAddress, 0), OSSL_PARAM_construct_end()]
                return EVP_MAC_init(context, key, key.count, &parameters) == 1
            }
        }
    }
}
