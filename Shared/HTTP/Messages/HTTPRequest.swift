/// One request as it was received. `body` is complete when a handler sees it.
public struct HTTPRequest: Sendable {
    /// Unique among the requests of one server, in the order their heads arrived.
    public let id: UInt64
    public let method: HTTPMethod
    /// The request target byte for byte, with the query, for signatures.
    public let rawTarget: [UInt8]
    /// The undecoded path.
    public let path: String
    /// The path's segments, each percent-decoded; `/` has none.
    public let pathSegments: [String]
    /// The undecoded query without the `?`; nil when there was none.
    public let rawQuery: ArraySlice<UInt8>?
    public let query: HTTPQuery
    public let headers: HTTPHeaders
    /// Who is at the other end of the connection.
    public let peer: HTTPPeer
    /// The bytes of the body, whatever its transfer coding was.
    public internal(set) var body: [UInt8]
    /// The route that took the request, as it was declared; empty when there is none. Fit to label a metric.
    public internal(set) var route: String
    /// What the route's `{name}` segments stood for.
    public internal(set) var parameters: HTTPPathParameters

    init(id: UInt64, method: HTTPMethod, rawTarget: [UInt8], target: HTTPTarget, headers: HTTPHeaders, peer: HTTPPeer) {
        self.id = id
        self.method = method
        self.rawTarget = rawTarget
        path = target.path
        pathSegments = target.segments
        rawQuery = target.rawQuery
        query = target.query
        self.headers = headers
        self.peer = peer
        body = []
        route = ""
        parameters = HTTPPathParameters()
    }
}

extension HTTPRequest {
    /// The token of `Authorization: Bearer …`; nil when there is none or the header comes twice.
    public var bearerToken: String? {
        let values = headers.values(of: "Authorization")
        guard values.count == 1 else { return nil }
        let words = values[0].split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2, equalIgnoringASCIICase(String(words[0]), "Bearer") else { return nil }
        return String(words[1])
    }

    /// The media type of the body without parameters, in lower case; nil when none was sent.
    public var mediaType: String? {
        headers["Content-Type"].map { value in
            let type = value.prefix { $0 != ";" }.filter { $0 != " " }
            return type.lowercased()
        }
    }
}

/// The address at the other end of a connection.
public struct HTTPPeer: Sendable, Hashable {
    /// The numeric address; empty on a connection without one (a Unix socket).
    public let address: String
    public let port: UInt16
}

/// The values of a route's `{name}` segments.
public struct HTTPPathParameters: Sendable, Hashable {
    private var values: [(name: String, value: String)] = []

    init() {}

    mutating func add(_ name: String, _ value: String) { values.append((name, value)) }

    /// The decoded text of a segment.
    public subscript(name: String) -> String? {
        for entry in values where entry.name == name { return entry.value }
        return nil
    }

    /// A segment read as a number, an identifier or any other type with a lossless text form; nil when it is not one.
    public func value<Value: LosslessStringConvertible>(_ name: String, as type: Value.Type) -> Value? {
        self[name].flatMap { Value($0) }
    }

    public static func == (a: Self, b: Self) -> Bool {
        a.values.elementsEqual(b.values) { $0.name == $1.name && $0.value == $1.value }
    }

    public func hash(into hasher: inout Hasher) {
        for entry in values {
            hasher.combine(entry.name)
            hasher.combine(entry.value)
        }
    }
}
