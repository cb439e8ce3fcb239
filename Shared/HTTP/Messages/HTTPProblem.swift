/// An answer the server itself gives because a request cannot be passed to a handler.
public struct HTTPProblem: Error, Sendable, Hashable {
    public let status: Int
    /// Stable, for programs.
    public let code: Code
    /// One sentence for people; holds nothing the client sent.
    public let detail: String

    public init(status: Int, code: Code, detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case malformedRequest = "MalformedRequest"
        case notFound = "NotFound"
        case methodNotAllowed = "MethodNotAllowed"
        case bodyTooLarge = "BodyTooLarge"
        case targetTooLong = "TargetTooLong"
        case headersTooLarge = "HeadersTooLarge"
        case expectationFailed = "ExpectationFailed"
        case internalError = "InternalError"
        case notImplemented = "NotImplemented"
        case versionNotSupported = "VersionNotSupported"
        case overloaded = "Overloaded"
        case shuttingDown = "ShuttingDown"
    }

    static func malformed(_ detail: String) -> HTTPProblem { HTTPProblem(status: 400, code: .malformedRequest, detail: detail) }

    static let unanswered = HTTPProblem(status: 500, code: .internalError, detail: "The request was not answered.")
    static let shuttingDown = HTTPProblem(status: 503, code: .shuttingDown, detail: "The server is shutting down.")
    static let overloaded = HTTPProblem(
        status: 503, code: .overloaded, detail: "Too many bytes of request bodies are being received. Try again later.")

    static func bodyTooLarge(limit: Int) -> HTTPProblem {
        HTTPProblem(status: 413, code: .bodyTooLarge, detail: "The body is larger than \(limit) bytes.")
    }
}

/// Gives the server's own answers the shape of the API they appear in.
public typealias HTTPProblemRenderer = @Sendable (HTTPProblem) -> HTTPResponse

extension HTTPProblem {
    /// `{"code": …, "message": …}`, the rendering unless another is given.
    public static let renderedAsJSON: HTTPProblemRenderer = { problem in
        // Codes and details are texts of ours without characters that JSON escapes.
        .json(
            Array("{\"code\":\"\(problem.code.rawValue)\",\"message\":\"\(problem.detail)\"}\n".utf8), status: problem.status)
    }
}
