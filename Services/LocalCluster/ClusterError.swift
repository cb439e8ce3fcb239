public import Schema

/// Why a local cluster, or a request to it, failed: one line for people.
public struct ClusterError: Error, CustomStringConvertible, Equatable {
    public let description: String
    /// The stable code of an API's refusal; empty for other failures.
    public let code: String
    /// The HTTP status of an API's refusal; 0 for other failures.
    public let status: Int
    /// An API's refusal as it was answered; nil for other failures.
    public let refusal: ErrorDetail?

    public init(_ description: String, code: String = "", status: Int = 0, refusal: ErrorDetail? = nil) {
        self.description = description
        self.code = code
        self.status = status
        self.refusal = refusal
    }
}
