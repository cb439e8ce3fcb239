/// What is done with a request once it is complete. Called on the server's event thread: it must not block, and answers
/// through the responder at once or, from any thread, later.
public typealias HTTPHandler = @Sendable (HTTPRequest, HTTPResponder) -> Void

/// Decides about requests. ``HTTPRouter`` is the usual one.
public protocol HTTPService: Sendable {
    /// Called on the event thread with the head of a request, before its body is read. May note route and parameters.
    func admit(_ request: inout HTTPRequest) -> HTTPAdmission
}

/// The decision about the head of a request.
public enum HTTPAdmission: Sendable {
    /// Read the body, up to `bodyLimit` bytes (nil: the server's limit), then call `handler`.
    case accept(bodyLimit: Int? = nil, handler: HTTPHandler)
    /// Answer now; the body is not read.
    case refuse(HTTPResponse)
    /// Answer now in the server's shape for its own errors.
    case problem(HTTPProblem, headers: HTTPHeaders = [])
}
