import HTTP

/// The API as HTTP sees it. Whoever has no token learns so before the body is read, and learns nothing else: not even which
/// paths there are.
struct AdminService<Command: Sendable>: HTTPService {
    let routes: HTTPRouter
    /// Routes that need no token.
    let open: HTTPRouter
    let context: AdminContext<Command>

    func admit(_ request: inout HTTPRequest) -> HTTPAdmission {
        if case .accept(let limit, let handler) = open.admit(&request) { return .accept(bodyLimit: limit, handler: handler) }
        let id = RequestID(request, run: context.run)
        do throws(APIError) {
            _ = try context.tokens.caller(of: request, id, context.logger)
        } catch {
            return .refuse(Rendering.response(error, id))
        }
        return routes.admit(&request)
    }
}
