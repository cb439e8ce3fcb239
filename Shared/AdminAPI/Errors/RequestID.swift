import HTTP
import ServiceKit

/// Names one request in its answer and in the log: which run of the service, and which request of that run.
struct RequestID: Sendable, Hashable {
    /// The header that carries it in every answer.
    static let header = "X-Request-Id"

    let text: String

    init(_ request: HTTPRequest, run: String) { text = "\(run)-\(request.id)" }

    /// A new name for a run of the service.
    static func newRun() -> String { randomBytes(4).withUnsafeBytes { BinaryText.hexadecimal($0) } }
}
