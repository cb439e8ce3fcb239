public import HTTP
public import HostedConnection
import Messaging

extension AdminRoutes {
    /// Adds a route that does something to the one thing that `{id}` in its path names, without a body.
    /// - Parameters:
    ///   - what: the thing's kind in the words of a refusal.
    ///   - make: makes the command of it.
    public mutating func act<ID: TextIdentifier>(
        _ pattern: String, _ what: String, _ id: ID.Type, _ make: @escaping @Sendable (ID, Caller) -> Command
    ) throws(HTTPRouteError) {
        let context = context
        try router.on(.post, pattern, bodyLimit: 1024) { request, responder in
            context.handle(request, responder) { caller, requestID throws(APIError) in
                let isDryRun = try QueryParameters.isDryRun(request)
                let claim = try IdempotencyHeader.claim(of: request, caller: caller)
                try RequestBody.expectEmpty(request)
                let text = request.parameters["id"] ?? ""
                guard let id = ID(text) else { throw APIError(.noSuch(what, text)) }
                try context.submit(
                    CommandRequest(make(id, caller), actor: caller.actor, idempotency: claim, isDryRun: isDryRun) { answer in
                        responder.respond(Rendering.response(answer, requestID))
                    })
            }
        }
    }
}
