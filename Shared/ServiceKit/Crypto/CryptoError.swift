/// libcrypto refused: out of memory, or an OpenSSL built or configured without the algorithm. Never says anything of the data.
public struct CryptoError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call that failed.
    public let operation: String

    /// One line for the log.
    public var description: String { "libcrypto: \(operation) failed" }
}
