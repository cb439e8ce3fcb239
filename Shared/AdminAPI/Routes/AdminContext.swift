import HTTP
import HostedConnection
public import Messaging
public import ServiceKit

/// What every route of one service's API has at hand.
public struct AdminContext<Command: Sendable>: Sendable {
    let mailbox: Mailbox<Command>
    let tokens: TokenTable
    let reads: ReadPool
    let logger: Logger
    let run: String

    /// - Parameters:
    ///   - mailbox: where commands go.
    ///   - tokens: whom bearer tokens act as.
    ///   - reads: where the database is read.
    public init(mailbox: Mailbox<Command>, tokens: TokenTable, reads: ReadPool, logger: Logger) {
        self.mailbox = mailbox
        self.tokens = tokens
        self.reads = reads
        self.logger = logger
        run = RequestID.newRun()
    }

    /// Runs a route's decision: whoever calls is known, and what the decision throws is the answer.
    func handle(
        _ request: HTTPRequest, _ responder: HTTPResponder,
        _ decide: (Caller, RequestID) throws(APIError) -> Void
    ) {
        let id = RequestID(request, run: run)
        do throws(APIError) {
            try decide(try tokens.caller(of: request, id, logger), id)
        } catch {
            responder.respond(Rendering.response(error, id))
        }
    }

    /// Hands a command to the engine; it is answered after the commit, and no thread waits meanwhile.
    func submit(_ request: CommandRequest<Command>) throws(APIError) {
        guard mailbox.submit(request) else { throw .overloaded("Too many commands are waiting") }
    }
}
