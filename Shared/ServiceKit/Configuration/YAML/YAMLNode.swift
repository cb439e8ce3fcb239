/// A place in a text: line and column, both counted from 1.
public struct YAMLPosition: Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// The column in characters, from 1.
    public let column: Int

    /// A place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// `line:column`.
    public var description: String { "\(line):\(column)" }
}

/// A value in a YAML text, with its place. Scalars stay text: what `yes` or `0100` means is for the reader of the key to say.
public struct YAMLNode: Hashable, Sendable {
    /// What a value consists of.
    public enum Content: Hashable, Sendable {
        /// - quoted: written in quotes or as a block, so that it is text even when it looks like a number or like nothing.
        case scalar(String, quoted: Bool)
        case list([YAMLNode])
        case map([YAMLEntry])
    }

    /// What is written.
    public let content: Content
    /// Where the value begins.
    public let position: YAMLPosition

    /// A value at its place.
    public init(content: Content, position: YAMLPosition) {
        self.content = content
        self.position = position
    }

    /// Whether nothing is written here: an empty value, `~` or `null`.
    public var isNull: Bool {
        guard case .scalar(let text, quoted: false) = content else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }

    /// What is written here, in the words of an error message.
    var summary: String {
        switch content {
        case .scalar where isNull: "nothing"
        case .scalar(let text, _): quotedForMessage(text)
        case .list: "a list"
        case .map: "a map"
        }
    }
}

/// A key of a map with its value.
public struct YAMLEntry: Hashable, Sendable {
    /// The key's text.
    public let key: String
    /// Where the key begins.
    public let keyPosition: YAMLPosition
    /// What stands behind the key.
    public let value: YAMLNode

    /// A key with its value.
    public init(key: String, keyPosition: YAMLPosition, value: YAMLNode) {
        self.key = key
        self.keyPosition = keyPosition
        self.value = value
    }
}
