/// What a server answered; any status is an answer, not an error.
public struct HTTPClientResponse: Sendable, Hashable {
    public let status: Int
    /// In the order received, duplicates kept.
    public let headers: [Header]
    public let body: [UInt8]

    public struct Header: Sendable, Hashable {
        public let name: String
        public let value: String
    }

    /// The value of the first header with this name, whose case does not matter.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
