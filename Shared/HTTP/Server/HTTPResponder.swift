/// Gives one request its answer: once, from any thread, at once or much later. Meanwhile no thread is held.
///
/// When the last reference goes away without an answer, the client gets 500.
public final class HTTPResponder: Sendable {
    private let pending: PendingAnswer
    private let streamSettings: HTTPEventStream.Settings

    init(_ pending: PendingAnswer, streamSettings: HTTPEventStream.Settings) {
        self.pending = pending
        self.streamSettings = streamSettings
    }

    deinit { _ = pending.answer(.problem(.unanswered)) }

    /// Answers. False when the request has been answered already, or its connection or the server has ended.
    @discardableResult
    public func respond(_ response: HTTPResponse) -> Bool { pending.answer(.response(response)) }

    /// Answers with a problem, in the shape the server's own errors have.
    @discardableResult
    public func respond(_ problem: HTTPProblem) -> Bool { pending.answer(.problem(problem)) }

    /// Answers with `text/event-stream` and leaves the answer open; nil in the cases in which `respond` is false.
    public func respondWithEventStream(headers: HTTPHeaders = []) -> HTTPEventStream? {
        let stream = HTTPEventStream(streamSettings)
        return pending.answer(.stream(stream, headers: headers)) ? stream : nil
    }
}
