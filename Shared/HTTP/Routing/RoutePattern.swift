/// One segment of a declared path.
enum RouteSegment: Hashable {
    /// `ports` or `ports:bulk`
    case literal(String)
    /// `{id}`, or `{id}:accept` with the verb "accept"
    case parameter(name: String, verb: String?)
}

/// Why a route cannot be added: the declaration is wrong.
public enum HTTPRouteError: Error, Sendable, Hashable {
    /// The pattern is not `/` or `/segment/…` of literals, `{name}` and `{name}:verb`.
    case malformedPattern(String)
    /// The method already has a handler on a pattern that matches the same paths.
    case duplicate(HTTPMethod, String)

    /// Stable, for programs.
    public var code: String {
        switch self {
        case .malformedPattern: "HTTP.Route.Malformed"
        case .duplicate: "HTTP.Route.Duplicate"
        }
    }
}

extension RouteSegment {
    static func parse(_ pattern: String) throws(HTTPRouteError) -> [RouteSegment] {
        guard pattern.first == "/" else { throw .malformedPattern(pattern) }
        if pattern == "/" { return [] }
        var segments: [RouteSegment] = []
        for piece in pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = RouteSegment(piece) else { throw .malformedPattern(pattern) }
            segments.append(segment)
        }
        return segments
    }

    private init?(_ text: Substring) {
        guard text.first == "{" else {
            guard !text.isEmpty, !text.contains(where: { $0 == "{" || $0 == "}" }) else { return nil }
            self = .literal(String(text))
            return
        }
        guard let close = text.firstIndex(of: "}") else { return nil }
        let name = text[text.index(after: text.startIndex)..<close]
        let rest = text[text.index(after: close)...]
        guard !name.isEmpty, !name.contains("{") else { return nil }
        if rest.isEmpty {
            self = .parameter(name: String(name), verb: nil)
        } else {
            guard rest.first == ":", rest.count > 1, !rest.contains(where: { $0 == "{" || $0 == "}" }) else { return nil }
            self = .parameter(name: String(name), verb: String(rest.dropFirst()))
        }
    }
}
