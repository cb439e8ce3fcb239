/// Where a client sends its requests and how long it waits.
public struct HTTPClientConfiguration: Sendable {
    /// `http://` or `https://` with host and port, without a path: `http://127.0.0.1:8080`.
    public var baseURL: String
    /// Connects to this socket instead of the host of `baseURL`.
    public var unixSocketPath: String?
    /// Sent as `Authorization: Bearer …`.
    public var token: HTTPBearerToken?
    /// PEM file of the authorities to trust instead of the system's.
    public var certificateAuthorityPath: String?
    /// Whether `http_proxy` and its relatives in the environment count.
    public var usesProxyFromEnvironment = false
    public var connectTimeout: Duration = .seconds(5)
    /// From the start of a request to the last byte of its answer, unless the request says otherwise.
    public var timeout: Duration = .seconds(60)
    /// Bytes of an answer's body.
    public var responseLimit = 64 * 1024 * 1024

    public init(baseURL: String) { self.baseURL = baseURL }
}

/// A secret that does not show itself in logs, dumps or interpolated strings.
public struct HTTPBearerToken: Sendable, Hashable {
    let value: String

    public init(_ value: String) { self.value = value }
}

extension HTTPBearerToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<token>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
