/// A YAML text as a tree. Only the plain part of YAML is allowed: one document of scalars, lists and maps with text keys; no
/// anchors, aliases or tags, no key twice, nothing nested deeper than ``maximumDepth``.
public struct YAMLDocument: Hashable, Sendable {
    /// How deep lists and maps may be nested.
    public static let maximumDepth = 64
    /// How long a text may be when the caller does not say: 16 MiB.
    public static let defaultMaximumBytes = 16 << 20

    /// The file as errors name it.
    public let file: String
    /// The document's value.
    public let root: YAMLNode

    /// Reads a file.
    /// - Parameter path: where it is; errors name the file as written here.
    public init(path: String, maximumBytes: Int = defaultMaximumBytes) throws(YAMLError) {
        let bytes: [UInt8]
        do {
            bytes = try readFile(path, maximumBytes: maximumBytes)
        } catch {
            throw YAMLError(error.isOversized ? .oversized : .unreadable, file: path, position: nil, detail: error.detail)
        }
        try self.init(bytes: bytes, file: path, maximumBytes: maximumBytes)
    }

    /// Reads a text that is already in memory.
    /// - Parameter file: what errors call it.
    public init(text: String, file: String, maximumBytes: Int = defaultMaximumBytes) throws(YAMLError) {
        try self.init(bytes: Array(text.utf8), file: file, maximumBytes: maximumBytes)
    }

    private init(bytes: [UInt8], file: String, maximumBytes: Int) throws(YAMLError) {
        guard bytes.count <= maximumBytes else {
            throw YAMLError(.oversized, file: file, position: nil, detail: "longer than \(maximumBytes) bytes")
        }
        self.file = file
        root = try YAMLParser.parse(bytes, file: file)
    }

    /// The root, to decode from.
    public var value: YAMLValue { YAMLValue(file: file, path: "", node: root, position: root.position) }
}
