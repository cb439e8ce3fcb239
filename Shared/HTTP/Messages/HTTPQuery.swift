/// One `name=value` of a query string.
public struct HTTPQueryItem: Sendable, Hashable {
    /// As sent, for signatures.
    public let rawName: String
    /// As sent; nil when there was no `=`.
    public let rawValue: String?
    /// Decoded (`%XX`, and `+` as a space).
    public let name: String
    /// Decoded; empty when there was no `=` or nothing after it.
    public let value: String
}

/// The items of a query string in the order they were sent; empty and repeated ones are kept, an empty item between two
/// `&` is not an item.
public struct HTTPQuery: Sendable, Hashable, RandomAccessCollection {
    private let items: [HTTPQueryItem]

    init(items: [HTTPQueryItem]) { self.items = items }

    /// Parses what stands after the `?`, or the body of an `application/x-www-form-urlencoded` request; nil when an
    /// escape is malformed or a decoded text is not UTF-8.
    public init?(parsing bytes: ArraySlice<UInt8>) {
        var items: [HTTPQueryItem] = []
        for piece in bytes.split(separator: UInt8(ascii: "&")) {
            let equals = piece.firstIndex(of: UInt8(ascii: "="))
            let rawName = piece[..<(equals ?? piece.endIndex)]
            let rawValue = equals.map { piece[($0 + 1)...] }
            guard let name = percentDecoded(rawName, plusIsSpace: true),
                let value = percentDecoded(rawValue ?? [], plusIsSpace: true),
                let rawNameText = String(validating: rawName, as: UTF8.self),
                let rawValueText = String(validating: rawValue ?? [], as: UTF8.self)
            else { return nil }
            items.append(
                HTTPQueryItem(rawName: rawNameText, rawValue: rawValue == nil ? nil : rawValueText, name: name, value: value))
        }
        self.items = items
    }

    public var startIndex: Int { items.startIndex }
    public var endIndex: Int { items.endIndex }
    public subscript(position: Int) -> HTTPQueryItem { items[position] }

    /// The decoded value of the first item with this decoded name.
    public subscript(name: String) -> String? {
        for item in items where item.name == name { return item.value }
        return nil
    }

    /// The decoded values of all items with this decoded name, in order.
    public func values(of name: String) -> [String] {
        items.compactMap { $0.name == name ? $0.value : nil }
    }
}
