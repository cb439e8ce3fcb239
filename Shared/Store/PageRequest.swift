public import HostedConnection

/// Which page of a list is asked for. Lists run in the order of their ids, which grow with time.
public struct PageRequest: Sendable, Hashable {
    /// Most rows of a page.
    public static let sizes = 1...1_000
    public static let defaultSize = 100

    public let size: Int
    /// The page begins after this id; ``ID128/none`` at the beginning.
    public let after: ID128

    public init(size: Int = defaultSize, after: ID128 = .none) {
        self.size = min(max(size, Self.sizes.lowerBound), Self.sizes.upperBound)
        self.after = after
    }

    /// - Parameter token: what the page before said; empty for the first page.
    /// - Throws: ``RefusalCode/invalidValue`` for a size outside 1 – 1,000 or a token that no page has said.
    public init(size: Int?, token: String) throws(Refusal) {
        let size = size ?? Self.defaultSize
        guard Self.sizes.contains(size) else {
            throw Refusal(.invalidValue, "A page of \(size) is not possible", field: "pageSize", next: "Ask for 1 to 1000 items")
        }
        var after = ID128.none
        if !token.isEmpty {
            guard let id = ID128(token) else {
                throw Refusal(
                    .invalidValue, "The page token is not one of ours", field: "pageToken",
                    next: "Give the nextPageToken of the page before, or none for the first page")
            }
            after = id
        }
        self.init(size: size, after: after)
    }

    /// Takes one row more than the page holds, so that it shows whether there is another page.
    public var limit: Int64 { Int64(size) + 1 }

    /// Cuts what was read to the page, and says the token of the next page; empty when this is the last one.
    public func close<Row>(_ rows: inout [Row], id: (Row) -> ID128) -> String {
        guard rows.count > size else { return "" }
        rows.removeLast(rows.count - size)
        return rows.last.map { id($0).text } ?? ""
    }
}
