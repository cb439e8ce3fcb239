/// Why a request has no answer.
public enum HTTPClientError: Error, Sendable, Hashable {
    /// The base URL, path, method or a header cannot be sent; nothing was.
    case invalidRequest(detail: String)
    case hostNotFound(detail: String)
    /// Nobody listens there, or the network does not lead there.
    case cannotConnect(detail: String)
    case timedOut(detail: String)
    /// The handshake failed, or the certificate is not trusted.
    case tls(detail: String)
    /// The connection ended, or what came is not HTTP.
    case connectionLost(detail: String)
    case responseTooLarge(limit: Int)
    /// Anything else libcurl reports, by its number.
    case transport(number: Int, detail: String)

    /// Stable, for programs.
    public var code: String {
        switch self {
        case .invalidRequest: "HTTPClient.InvalidRequest"
        case .hostNotFound: "HTTPClient.HostNotFound"
        case .cannotConnect: "HTTPClient.CannotConnect"
        case .timedOut: "HTTPClient.TimedOut"
        case .tls: "HTTPClient.TLS"
        case .connectionLost: "HTTPClient.ConnectionLost"
        case .responseTooLarge: "HTTPClient.ResponseTooLarge"
        case .transport: "HTTPClient.Transport"
        }
    }

    /// Whether the server cannot have seen the request, so that sending it again is safe whatever it does.
    public var wasNotSent: Bool {
        switch self {
        case .invalidRequest, .hostNotFound, .cannotConnect: true
        case .timedOut, .tls, .connectionLost, .responseTooLarge, .transport: false
        }
    }
}

extension HTTPClientError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidRequest(let detail): "the request cannot be sent: \(detail)"
        case .hostNotFound(let detail): "the host was not found: \(detail)"
        case .cannotConnect(let detail): "cannot connect: \(detail)"
        case .timedOut(let detail): "no answer in time: \(detail)"
        case .tls(let detail): "no trusted TLS connection: \(detail)"
        case .connectionLost(let detail): "the connection was lost: \(detail)"
        case .responseTooLarge(let limit): "the answer is larger than \(limit) bytes"
        case .transport(let number, let detail): "libcurl error \(number): \(detail)"
        }
    }
}
