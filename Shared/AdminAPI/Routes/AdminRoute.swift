public import HTTP

/// What a route of the API is to its callers: what the description of the API and clients of it are compared with.
public struct AdminRoute: Sendable, Hashable {
    public let method: HTTPMethod
    /// Such as `/admin/v1/ports/{id}`.
    public let pattern: String
    /// The query parameters it knows.
    public let query: Set<String>
    /// The message of its body, by its full name; nil if it takes none.
    public let input: String?
    /// The message of its answer, by its full name; nil where the command that is carried out decides it.
    public let output: String?
    /// Whether it takes many items at once, and answers each by itself.
    public let isBulk: Bool
    /// Whether there is nothing at this path for anybody but staff.
    public let isForStaff: Bool

    init(
        _ method: HTTPMethod, _ pattern: String, query: Set<String> = [], input: String? = nil, output: String? = nil,
        isBulk: Bool = false, isForStaff: Bool = false
    ) {
        self.method = method
        self.pattern = pattern
        self.query = query
        self.input = input
        self.output = output
        self.isBulk = isBulk
        self.isForStaff = isForStaff
    }
}
