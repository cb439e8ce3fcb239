public import HTTP
import HostedConnection
import Messaging
import Schema

/// Makes answers of HTTP's. Everything the API says leaves through here.
enum Rendering {
    /// Names the command that was carried out or refused; messages that come of it carry the same id as their correlation.
    private static let commandHeader = "X-Command-Id"

    static func response(_ error: APIError, _ id: RequestID? = nil) -> HTTPResponse {
        var body = ErrorBody()
        body.error = error.detail
        var response = HTTPResponse.json(body.jsonBytes(emitsDefaults: true), status: error.status, headers: error.headers)
        finish(&response, id)
        return response
    }

    static func response(_ answer: CommandAnswer, _ id: RequestID) -> HTTPResponse {
        var response = HTTPResponse.json(answer.body, status: Int(answer.status))
        if answer.command.isSet { response.headers.set(commandHeader, answer.command.description) }
        finish(&response, id)
        return response
    }

    private static func finish(_ response: inout HTTPResponse, _ id: RequestID?) {
        response.headers.set("Cache-Control", "no-store")
        if let id { response.headers.set(RequestID.header, id.text) }
        if response.status == 503 { response.headers.set("Retry-After", "1") }
    }
}

extension APIError {
    /// The server's own errors in this API's shape, for ``HTTPServerConfiguration/problemRenderer``.
    public static let problemRenderer: HTTPProblemRenderer = { Rendering.response(APIError($0)) }
}
