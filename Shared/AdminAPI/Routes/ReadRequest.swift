public import HTTP
public import HostedConnection

/// A request to read something.
public struct ReadRequest: Sendable {
    public let caller: Caller
    /// What the `{name}` segments of the path stand for.
    public let path: HTTPPathParameters
    public let query: QueryParameters

    /// An id in the path.
    /// - Parameter what: what it names, such as `port`, for the refusal: what is no id names nothing.
    public func id<ID: TextIdentifier>(
        _ name: String = "id", as type: ID.Type = ID.self, of what: String
    ) throws(Refusal) -> ID {
        let text = path[name] ?? ""
        guard let id = ID(text) else { throw Refusal.noSuch(what, text) }
        return id
    }
}

extension Refusal {
    /// There is none, or none for this caller: the answer is the same.
    public static func noSuch(_ what: String, _ id: String) -> Refusal {
        Refusal(.notFound, "There is no \(what) \(id)", object: id, next: "Look it up in the list")
    }
}
