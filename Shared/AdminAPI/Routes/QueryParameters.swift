import HTTP
public import HostedConnection
public import Store

/// The parameters of a query: only those the route knows, each at most once.
public struct QueryParameters: Sendable {
    private let query: HTTPQuery

    init(_ request: HTTPRequest, allowing names: Set<String>) throws(APIError) {
        query = request.query
        var seen: Set<String> = []
        for item in query {
            guard names.contains(item.name) else {
                throw Self.invalid(
                    item.name, "There is no query parameter \"\(item.name)\" here",
                    next: names.isEmpty ? "Leave it out" : "Use only \(names.sorted().joined(separator: ", "))")
            }
            guard seen.insert(item.name).inserted else {
                throw Self.invalid(item.name, "The query parameter \"\(item.name)\" stands twice", next: "Give it once")
            }
        }
    }

    /// `dryRun`, for the routes that change something.
    static func isDryRun(_ request: HTTPRequest) throws(APIError) -> Bool {
        let parameters = try QueryParameters(request, allowing: issue)
        do throws(Refusal) { return try parameters.flag("dryRun") } catch { throw APIError(error) }
    }

    /// `dryRun` and `region`, for the commands.
    static func writing(_ request: HTTPRequest) throws(APIError) -> (isDryRun: Bool, region: String) {
        let parameters = try QueryParameters(request, allowing: command)
        do throws(Refusal) {
            return (try parameters.flag("dryRun"), parameters["region"] ?? "")
        } catch {
            throw APIError(error)
        }
    }

    /// The text of a parameter; nil if it is not there.
    public subscript(name: String) -> String? { query[name] }

    /// `true` or `false`; false if it is not there.
    public func flag(_ name: String) throws(Refusal) -> Bool {
        switch query[name] {
        case nil, "false": return false
        case "true": return true
        case let other?:
            throw Refusal(.invalidValue, "\"\(other)\" is neither true nor false", field: name, next: "Give true or false")
        }
    }

    /// `pageSize` and `pageToken`.
    public func page() throws(Refusal) -> PageRequest {
        var size: Int?
        if let text = query["pageSize"] {
            guard let number = Int(text) else {
                throw Refusal(.invalidValue, "\"\(text)\" is not a number", field: "pageSize", next: "Ask for 1 to 1000 items")
            }
            size = number
        }
        return try PageRequest(size: size, token: query["pageToken"] ?? "")
    }

    /// An id; nil if it is not there.
    public func id<ID: TextIdentifier>(_ name: String, as type: ID.Type = ID.self) throws(Refusal) -> ID? {
        guard let text = query[name] else { return nil }
        guard let id = ID(text) else {
            throw Refusal(
                .invalidValue, "\"\(text)\" is not an id as it is needed here", field: name, next: "Give \(ID.expectation)")
        }
        return id
    }

    private static func invalid(_ field: String, _ text: String, next: String) -> APIError {
        APIError(Refusal(.invalidValue, text, field: field, next: next))
    }
}

extension QueryParameters {
    /// The names of the paging parameters.
    public static let paging: Set<String> = ["pageSize", "pageToken"]
    /// The names of the parameters that every command has.
    static let command: Set<String> = ["dryRun", "region"]
    /// The name of the parameter that the issue of a token has.
    static let issue: Set<String> = ["dryRun"]
}
