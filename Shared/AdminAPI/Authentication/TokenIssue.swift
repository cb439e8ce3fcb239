public import HTTP
public import HostedConnection
import Messaging
public import ServiceKit

/// A token to be stored for an account.
public struct TokenIssue: Sendable {
    public let account: AccountID
    /// SHA-256 of the token: all that is stored.
    public let digest: Digest256
    /// The token itself, for the one answer that shows it; empty in a dry run, which issues none.
    public let text: String
}

extension AdminRoutes {
    /// Adds the route that issues a token to an account: staff, or the account itself. The answer shows the token once, so it is
    /// not kept with an idempotency key.
    /// - Parameters:
    ///   - pattern: with `{id}` for the account.
    ///   - make: makes the command that stores the token's hash and answers with a `TokenView`.
    public mutating func issueToken(
        _ pattern: String, _ make: @escaping @Sendable (TokenIssue, Caller) -> Command
    ) throws(HTTPRouteError) {
        let context = context
        try add(AdminRoute(.post, pattern, query: QueryParameters.issue), bodyLimit: 1024) { request, responder in
            context.handle(request, responder) { caller, id throws(APIError) in
                let isDryRun = try QueryParameters.isDryRun(request)
                try IdempotencyHeader.refuse(in: request)
                try RequestBody.expectEmpty(request)
                guard let account = request.parameters["id"].flatMap({ AccountID($0) }), caller.mayActFor(account) else {
                    throw APIError(.noSuch("account", request.parameters["id"] ?? ""))
                }
                let issue = try TokenIssue.mint(for: account, isDryRun: isDryRun, id)
                try context.submit(
                    CommandRequest(make(issue, caller), actor: caller.actor, isDryRun: isDryRun) { answer in
                        if (200..<300).contains(answer.status), !isDryRun {
                            context.tokens.add(issue.digest, actingAs: account)
                        }
                        responder.respond(Rendering.response(answer, id))
                    })
            }
        }
    }
}

extension TokenIssue {
    /// What a token begins with, so that people and secret scanners know one when they see it.
    private static let prefix = "hca_"

    fileprivate static func mint(for account: AccountID, isDryRun: Bool, _ id: RequestID) throws(APIError) -> TokenIssue {
        let token = AccessToken.mint(prefix: prefix)
        do throws(CryptoError) {
            return TokenIssue(account: account, digest: try token.digest(), text: isDryRun ? "" : token.secret.reveal())
        } catch {
            throw .internalFault(id)
        }
    }
}
