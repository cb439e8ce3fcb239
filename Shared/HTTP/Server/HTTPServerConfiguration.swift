/// How a server listens and what it bears.
public struct HTTPServerConfiguration: Sendable {
    /// A numeric IPv4 or IPv6 address.
    public var address = "127.0.0.1"
    /// 0: the kernel chooses; see ``HTTPServer/port``.
    public var port: UInt16 = 0
    /// nil: plain HTTP.
    public var tls: HTTPServerTLS?

    /// Connections served at once; more wait in the listen queue.
    public var connectionLimit = 4096
    /// Connections from one address; more are reset. nil: no limit of its own.
    public var perAddressLimit: Int?
    /// Bytes of request line and headers.
    public var headerLimit = 64 * 1024
    /// Bytes of a request body, unless the route says otherwise.
    public var bodyLimit = 8 * 1024 * 1024
    /// Bytes of all bodies held at once, received or being received; beyond it requests with a body are answered 503.
    public var totalBodyLimit = 256 * 1024 * 1024

    /// From the opening of a connection, or the first line of a later request, to the end of the headers.
    public var headerDeadline: Duration = .seconds(15)
    /// From the end of the headers to the end of the body.
    public var bodyDeadline: Duration = .seconds(60)
    /// Between two requests of a connection, and between two bytes in any state but waiting for a handler.
    public var idleDeadline: Duration = .seconds(30)
    /// From the answer to its last byte being sent; event streams have none.
    public var sendDeadline: Duration = .seconds(120)

    /// How long the socket of a connection stays open whose answer was given before its request had been read, so that a
    /// client which is still sending gets the answer instead of a reset; what it sends is thrown away.
    public var lingeringDeadline: Duration = .seconds(15)
    /// Bytes such a client may go on sending.
    public var lingeringByteLimit = 16 * 1024 * 1024
    /// Such sockets at once; beyond it they are closed at once.
    public var lingeringLimit = 256

    /// Silence after which an event stream sends a comment, which also finds clients that are gone.
    public var streamHeartbeat: Duration = .seconds(15)
    /// Unsent bytes after which an event stream is ended; the client comes again with `Last-Event-ID`.
    public var streamBufferLimit = 1024 * 1024

    /// Added to every answer that does not set them itself.
    public var standingHeaders: HTTPHeaders = [HTTPHeader("X-Content-Type-Options", "nosniff")]
    /// The shape of the server's own answers.
    public var problemRenderer: HTTPProblemRenderer = HTTPProblem.renderedAsJSON
    /// Takes lines of the library's log; called on any thread, must not block. Its owner limits the rate.
    public var log: @Sendable (String) -> Void = { _ in }
    /// Told about each finished request, on the event thread; must not block. For access logs and metrics.
    public var observer: (@Sendable (HTTPExchangeSummary) -> Void)?

    public init() {}
}

/// Certificate and key of an HTTPS server; TLS 1.2 and 1.3 are spoken.
public struct HTTPServerTLS: Sendable, Hashable {
    /// PEM file with the certificate, followed by those between it and the root.
    public var certificatePath: String
    /// PEM file with the unencrypted private key.
    public var keyPath: String

    public init(certificatePath: String, keyPath: String) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
    }
}

/// One finished request.
public struct HTTPExchangeSummary: Sendable {
    /// Without its body; nil when the request was refused before it could be understood.
    public let request: HTTPRequest?
    public let status: Int
    /// Bytes of the answer's body; 0 for an event stream.
    public let responseBodyCount: Int
    /// From the end of the request's headers to the last byte of the answer, or to the loss of the connection.
    public let duration: Duration
    /// False when the connection was lost before the answer was sent.
    public let completed: Bool
}

extension HTTPServerConfiguration {
    /// Room in a connection's memory for the head of the answer, beside the request's head. Small, because the library
    /// clears the whole memory after every request.
    static let responseHeadRoom = 4 * 1024

    func validate() throws(HTTPServerError) {
        func check(_ valid: Bool, _ setting: String, _ requirement: String) throws(HTTPServerError) {
            guard valid else { throw .invalidConfiguration(setting: setting, requirement: requirement) }
        }
        try check((1...1_000_000).contains(connectionLimit), "connectionLimit", "1 to 1,000,000")
        try check((1...1_000_000).contains(perAddressLimit ?? 1), "perAddressLimit", "1 to 1,000,000")
        try check((1024...16 << 20).contains(headerLimit), "headerLimit", "1 KiB to 16 MiB")
        try check((0...1 << 40).contains(bodyLimit), "bodyLimit", "0 to 1 TiB")
        try check((0...1 << 40).contains(totalBodyLimit), "totalBodyLimit", "0 to 1 TiB")
        try check((0...1 << 40).contains(lingeringByteLimit), "lingeringByteLimit", "0 to 1 TiB")
        try check((0...1_000_000).contains(lingeringLimit), "lingeringLimit", "0 to 1,000,000")
        try check((1024...1 << 30).contains(streamBufferLimit), "streamBufferLimit", "1 KiB to 1 GiB")
        let durations = [
            ("headerDeadline", headerDeadline), ("bodyDeadline", bodyDeadline), ("idleDeadline", idleDeadline),
            ("sendDeadline", sendDeadline), ("lingeringDeadline", lingeringDeadline), ("streamHeartbeat", streamHeartbeat),
        ]
        for (setting, value) in durations {
            try check(value >= .milliseconds(100) && value <= .seconds(86_400), setting, "100 ms to one day")
        }
    }
}
