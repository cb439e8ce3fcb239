/// What the payer has tagged a port with.
public struct PortTags: Equatable, Sendable {
    public private(set) var values: [String: String]

    /// Most tags of one port.
    public static let limit = 20
    /// The longest key and the longest value in characters.
    public static let keyLimit = 128
    public static let valueLimit = 256

    public static let none = PortTags(values: [:])

    private init(values: [String: String]) { self.values = values }

    /// - Parameter field: the input that the tags stand in, for the refusal.
    /// - Throws: ``RefusalCode/invalidValue`` for too many tags, or for a key or value that is too long, empty (a key) or
    ///   holds control characters.
    public init(_ values: [String: String], field: String) throws(Refusal) {
        for (key, value) in values {
            guard !key.isEmpty else {
                throw Refusal(.invalidValue, "A tag's key is empty", field: field, next: "Give each tag a key")
            }
            try Self.check(key, field: field, limit: Self.keyLimit)
            try Self.check(value, field: field, limit: Self.valueLimit)
        }
        guard values.count <= Self.limit else {
            throw Refusal(
                .invalidValue, "The port would have \(values.count) tags", field: field, next: "Give a port at most \(Self.limit) tags")
        }
        self.values = values
    }

    private static func check(_ text: String, field: String, limit: Int) throws(Refusal) {
        try Refusal.check(text, field: field, limit: limit)
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
            throw Refusal(.invalidValue, "A tag holds a control character", field: field, next: "Leave control characters out")
        }
    }

    /// The tags with some set and some taken away; a key that is not there is taken away already.
    public func changed(setting new: [String: String], removing keys: [String]) throws(Refusal) -> PortTags {
        var values = values
        for key in keys { values[key] = nil }
        values.merge(new) { _, new in new }
        return try PortTags(values, field: "set")
    }
}

// In the database the tags are one text, in the order of their keys; the separators are control characters, which no tag holds.
extension PortTags {
    private static let betweenKeyAndValue: Character = "\u{1f}"
    private static let afterTag: Character = "\u{1e}"

    public var stored: String {
        guard !values.isEmpty else { return "" }
        return values.sorted { $0.key < $1.key }.map { "\($0.key)\(Self.betweenKeyAndValue)\($0.value)" }
            .joined(separator: String(Self.afterTag))
    }

    /// Takes tags as read back from the database.
    public init(stored text: String) {
        values = [:]
        guard !text.isEmpty else { return }
        for tag in text.split(separator: Self.afterTag) {
            let parts = tag.split(separator: Self.betweenKeyAndValue, maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
    }
}

extension PortTags {
    /// The tags for people, as histories have them.
    public var summary: String {
        values.isEmpty ? "none" : values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    }
}
