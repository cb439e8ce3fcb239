/// An answer. The server adds `Content-Length`, `Date`, its standing headers and, where it must, `Connection: close`.
public struct HTTPResponse: Sendable {
    /// 200 … 599; anything else is answered as 500.
    public var status: Int
    public var headers: HTTPHeaders
    public var body: [UInt8]
    /// Ends the connection after this answer.
    public var closesConnection: Bool

    public init(status: Int, headers: HTTPHeaders = [], body: [UInt8] = [], closesConnection: Bool = false) {
        self.status = status
        self.headers = headers
        self.body = body
        self.closesConnection = closesConnection
    }

    /// An answer without a body.
    public static func empty(status: Int = 204, headers: HTTPHeaders = []) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers)
    }

    /// Plain text in UTF-8.
    public static func text(_ text: String, status: Int = 200, headers: HTTPHeaders = []) -> HTTPResponse {
        .bytes(Array(text.utf8), mediaType: "text/plain; charset=utf-8", status: status, headers: headers)
    }

    /// JSON that is already encoded.
    public static func json(_ body: [UInt8], status: Int = 200, headers: HTTPHeaders = []) -> HTTPResponse {
        .bytes(body, mediaType: "application/json", status: status, headers: headers)
    }

    /// Bytes of the given media type.
    public static func bytes(
        _ body: [UInt8], mediaType: String, status: Int = 200, headers: HTTPHeaders = []
    ) -> HTTPResponse {
        var response = HTTPResponse(status: status, headers: headers, body: body)
        response.headers.set("Content-Type", mediaType)
        return response
    }
}
