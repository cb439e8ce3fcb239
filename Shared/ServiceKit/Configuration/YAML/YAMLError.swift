/// What is wrong with a YAML file, in one line that names file, line and column.
public struct YAMLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault, stable for programs.
    public enum Code: String, Sendable, CaseIterable {
        /// The file can't be opened or read.
        case unreadable
        /// The text is longer than allowed.
        case oversized
        /// There is no value in the text.
        case empty
        /// The text is not YAML, or not UTF-8.
        case syntax
        /// A key stands twice in one map.
        case duplicateKey
        /// An anchor (`&name`), not allowed here.
        case anchor
        /// An alias (`*name`), not allowed here.
        case alias
        /// A tag (`!name`), not allowed here.
        case tag
        /// More than one document in the text.
        case secondDocument
        /// Lists and maps are nested too deeply.
        case tooDeep
        /// A key that is a list or a map.
        case keyNotText
        /// A key that is needed is not there.
        case missing
        /// A key that nobody reads.
        case unknownKey
        /// A value that is not what the key needs.
        case unexpectedValue
    }

    /// The kind of fault.
    public let code: Code
    /// The file as it was named by whoever read it.
    public let file: String
    /// The place of the fault; nil when it concerns the file as a whole.
    public let position: YAMLPosition?
    /// The fault without its place.
    public let detail: String

    /// An error at a place of a file.
    public init(_ code: Code, file: String, position: YAMLPosition?, detail: String) {
        self.code = code
        self.file = file
        self.position = position
        self.detail = detail
    }

    /// The whole line: `file:line:column: detail`.
    public var description: String {
        position.map { "\(file):\($0): \(detail)" } ?? "\(file): \(detail)"
    }
}
