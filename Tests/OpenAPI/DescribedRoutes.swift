import ServiceKit

/// A route as `Services/openapi` describes it or a service serves it, with messages by their short names.
struct RouteFacts: Hashable, CustomStringConvertible {
    var method: String
    var pattern: String
    var query: [String]
    var input: String
    var output: String
    var isForStaff: Bool
    /// The headers that it knows beside Authorization.
    var headers: [String]

    var description: String {
        let parts = [method, pattern, query.joined(separator: "&"), "\(input) -> \(output)", headers.joined(separator: ", ")]
        return parts.joined(separator: " | ") + (isForStaff ? " | staff" : "")
    }
}

/// The operations of one description.
struct DescribedRoutes {
    private let document: YAMLNode
    private(set) var routes: [RouteFacts] = []

    init(service: String) throws {
        let repository = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        document = try YAMLDocument(path: "\(repository)/Services/openapi/\(service).yaml").root
        for (pattern, item) in (document["paths"]?.entries ?? []) {
            for (method, operation) in item.entries { routes.append(facts(method.uppercased(), pattern, operation)) }
        }
    }

    private func facts(_ method: String, _ pattern: String, _ operation: YAMLNode) -> RouteFacts {
        let parameters = (operation["parameters"]?.items ?? []).map { resolved($0) }
        func names(in place: String) -> [String] {
            parameters.filter { $0["in"]?.text == place }.compactMap { $0["name"]?.text }.sorted()
        }
        let answer = operation["responses"].flatMap { $0["200"] ?? $0["201"] }
        return RouteFacts(
            method: method, pattern: pattern, query: names(in: "query"), input: message(operation["requestBody"]),
            output: message(answer), isForStaff: operation["x-staff-only"]?.text == "true", headers: names(in: "header"))
    }

    /// The message in a request's or an answer's body; empty for none.
    private func message(_ body: YAMLNode?) -> String {
        body?["content"]?["application/json"]?["schema"]?["$ref"]?.text.map { String($0.split(separator: "/").last ?? "") } ?? ""
    }

    private func resolved(_ node: YAMLNode) -> YAMLNode {
        guard let reference = node["$ref"]?.text else { return node }
        return reference.split(separator: "/").dropFirst().reduce(document) { node, name in node[String(name)] ?? node }
    }
}

extension YAMLNode {
    subscript(name: String) -> YAMLNode? { entries.first { $0.0 == name }?.1 }

    var entries: [(String, YAMLNode)] { if case .map(let entries) = content { entries.map { ($0.key, $0.value) } } else { [] } }

    var items: [YAMLNode] { if case .list(let items) = content { items } else { [] } }

    var text: String? { if case .scalar(let text, _) = content { text } else { nil } }
}
