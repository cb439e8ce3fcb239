public import HTTP
public import HostedConnection
import Messaging
public import Schema

/// Why a request was not carried out, as the API says it. Every error, of a rule, of this API or of the server itself,
/// becomes one of these and is rendered in one place.
public struct APIError: Error, Sendable, Equatable {
    /// The status of HTTP's.
    public let status: Int
    public let detail: ErrorDetail
    /// Headers that belong to the answer, such as `WWW-Authenticate`.
    public let headers: HTTPHeaders

    init(status: Int, _ detail: ErrorDetail, headers: HTTPHeaders = []) {
        self.status = status
        self.detail = detail
        self.headers = headers
    }

    /// A refusal by a rule.
    public init(_ refusal: Refusal) { self.init(status: Int(refusal.status), refusal.detail) }

    /// An error of the server's own: a path that is not there, a body too large.
    public init(_ problem: HTTPProblem) {
        self.init(status: problem.status, ErrorDetail(code: problem.code.apiCode, text: problem.detail))
    }

    /// No token, or one that nobody has.
    static let unauthenticated = APIError(
        status: 401,
        ErrorDetail(
            code: RefusalCode.unauthenticated.rawValue, text: "The request needs a valid bearer token", field: "Authorization",
            next: "Send Authorization: Bearer with the operator's token or an account's"),
        headers: [HTTPHeader("WWW-Authenticate", "Bearer realm=\"admin\"")])

    /// What a caller gets who must not know that there is something.
    static let notThere = APIError(HTTPProblem(status: 404, code: .notFound, detail: "There is nothing at this path."))

    static let unsupportedMediaType = APIError(
        status: 415,
        ErrorDetail(
            code: "unsupported_media_type", text: "The body has to be JSON", field: "Content-Type",
            next: "Send Content-Type: application/json"))

    /// Too much waits already, or the service is stopping.
    static func overloaded(_ text: String) -> APIError {
        APIError(Refusal(.overloaded, text, next: "Try again in a moment"))
    }

    /// Something failed inside. What it was is in the log alone, under the request's id.
    static func internalFault(_ id: RequestID) -> APIError {
        APIError(
            status: 500,
            ErrorDetail(
                code: RefusalCode.internalError.rawValue, text: "The service failed to answer", object: id.text,
                next: "Look for request \(id.text) in the service's log"))
    }
}

extension HTTPProblem.Code {
    /// The code in this API's spelling.
    var apiCode: String {
        switch self {
        case .malformedRequest: "malformed_request"
        case .notFound: RefusalCode.notFound.rawValue
        case .methodNotAllowed: "method_not_allowed"
        case .bodyTooLarge: "body_too_large"
        case .targetTooLong: "target_too_long"
        case .headersTooLarge: "headers_too_large"
        case .expectationFailed: "expectation_failed"
        case .internalError: RefusalCode.internalError.rawValue
        case .notImplemented: "not_implemented"
        case .versionNotSupported: "version_not_supported"
        case .overloaded: RefusalCode.overloaded.rawValue
        case .shuttingDown: "shutting_down"
        }
    }
}
