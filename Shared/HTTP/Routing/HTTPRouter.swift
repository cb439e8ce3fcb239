/// Finds the handler of a request by method and path.
///
/// Literal segments win over `{name}:verb`, which wins over `{name}`. `HEAD` is answered by the `GET` route, `OPTIONS` by
/// the router (204 with `Allow`), a path without the method by 405 with the exact `Allow`.
public struct HTTPRouter: HTTPService {
    private struct Route: Sendable {
        let pattern: String
        /// Names of the parameters, in the order of the path.
        let names: [String]
        let bodyLimit: Int?
        let handler: HTTPHandler
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var verbs: [String: Int] = [:]
        var parameter: Int?
        var routes: [HTTPMethod: Route] = [:]
    }

    /// A tree in one array; 0 is the root.
    private var nodes: [Node] = [Node()]

    public init() {}

    /// Adds a route.
    /// - Parameters:
    ///   - pattern: `/admin/v1/ports`, `/admin/v1/ports/{id}`, `/admin/v1/ports/{id}:accept`, `/admin/v1/ports:bulk`.
    ///   - bodyLimit: bytes; nil means the server's limit.
    public mutating func on(
        _ method: HTTPMethod, _ pattern: String, bodyLimit: Int? = nil, _ handler: @escaping HTTPHandler
    ) throws(HTTPRouteError) {
        var names: [String] = []
        var node = 0
        for segment in try RouteSegment.parse(pattern) {
            if case .parameter(let name, _) = segment { names.append(name) }
            node = child(of: node, for: segment)
        }
        guard Set(names).count == names.count else { throw .malformedPattern(pattern) }
        guard nodes[node].routes[method] == nil else { throw .duplicate(method, pattern) }
        nodes[node].routes[method] = Route(pattern: pattern, names: names, bodyLimit: bodyLimit, handler: handler)
    }

    private mutating func child(of node: Int, for segment: RouteSegment) -> Int {
        let next = nodes.count
        switch segment {
        case .literal(let text):
            if let known = nodes[node].literals[text] { return known }
            nodes[node].literals[text] = next
        case .parameter(_, let verb?):
            if let known = nodes[node].verbs[verb] { return known }
            nodes[node].verbs[verb] = next
        case .parameter(_, nil):
            if let known = nodes[node].parameter { return known }
            nodes[node].parameter = next
        }
        nodes.append(Node())
        return next
    }

    public func admit(_ request: inout HTTPRequest) -> HTTPAdmission {
        if request.method == .options, request.pathSegments == ["*"] {
            return .refuse(.empty(headers: [HTTPHeader("Allow", Self.list(Set(HTTPMethod.allCases)))]))
        }
        var search = Search(method: request.method == .head ? .get : request.method, explicit: request.method)
        visit(0, request.pathSegments[...], &search)
        if let route = search.found {
            request.route = route.pattern
            for (name, value) in zip(route.names, search.values) { request.parameters.add(name, value) }
            return .accept(bodyLimit: route.bodyLimit, handler: route.handler)
        }
        guard !search.allowed.isEmpty else {
            return .problem(HTTPProblem(status: 404, code: .notFound, detail: "There is nothing at this path."))
        }
        var allowed = search.allowed
        allowed.insert(.options)
        if allowed.contains(.get) { allowed.insert(.head) }
        let allow: HTTPHeaders = [HTTPHeader("Allow", Self.list(allowed))]
        if request.method == .options { return .refuse(.empty(headers: allow)) }
        let problem = HTTPProblem(status: 405, code: .methodNotAllowed, detail: "The method is not allowed on this path.")
        return .problem(problem, headers: allow)
    }

    private struct Search {
        /// The method looked for; GET when HEAD was asked and has no route of its own.
        let method: HTTPMethod
        let explicit: HTTPMethod
        var values: [String] = []
        var found: Route?
        var allowed: Set<HTTPMethod> = []
    }

    /// Walks the tree; depth and width are those of the declared routes, not of the request.
    private func visit(_ index: Int, _ rest: ArraySlice<String>, _ search: inout Search) {
        let node = nodes[index]
        guard let segment = rest.first else {
            if let route = node.routes[search.explicit] ?? node.routes[search.method] {
                search.found = route
            } else {
                search.allowed.formUnion(node.routes.keys)
            }
            return
        }
        if let next = node.literals[segment] {
            visit(next, rest.dropFirst(), &search)
            if search.found != nil { return }
        }
        if !node.verbs.isEmpty, let colon = segment.lastIndex(of: ":"), colon != segment.startIndex,
            let next = node.verbs[String(segment[segment.index(after: colon)...])]
        {
            if visit(next, binding: String(segment[..<colon]), rest, &search) { return }
        }
        if let next = node.parameter, !segment.isEmpty {
            _ = visit(next, binding: segment, rest, &search)
        }
    }

    private func visit(_ index: Int, binding value: String, _ rest: ArraySlice<String>, _ search: inout Search) -> Bool {
        search.values.append(value)
        visit(index, rest.dropFirst(), &search)
        if search.found != nil { return true }
        search.values.removeLast()
        return false
    }

    private static func list(_ methods: Set<HTTPMethod>) -> String {
        HTTPMethod.allCases.filter(methods.contains).map(\.rawValue).joined(separator: ", ")
    }
}
