/// A value of a YAML document together with what its errors must say: file, place, and the path of keys that leads to it
/// (`circuits[2].vlan`). The way to decode inventory files.
public struct YAMLValue: Sendable {
    /// The file as errors name it.
    public let file: String
    /// The keys and indexes from the root, empty for the root.
    public let path: String
    /// What is written here.
    public let node: YAMLNode
    /// The place errors name: that of the key where there is one, else that of the value.
    public let position: YAMLPosition

    /// Reads a scalar: `try value.read(.integer(in: 1...10))`.
    public func read<Value>(_ form: ScalarForm<Value>) throws(YAMLError) -> Value {
        guard case .scalar(let text, _) = node.content, !node.isNull, let value = form.read(text) else {
            throw unexpected(form.expectation)
        }
        return value
    }

    /// The items of a list.
    public func list() throws(YAMLError) -> [YAMLValue] {
        guard case .list(let items) = node.content else { throw unexpected("a list") }
        return items.enumerated().map { index, item in
            YAMLValue(file: file, path: "\(path)[\(index)]", node: item, position: item.position)
        }
    }

    /// The fields of a map.
    public func fields() throws(YAMLError) -> YAMLFields {
        guard case .map(let entries) = node.content else { throw unexpected("a map of keys") }
        return YAMLFields(of: self, entries: entries)
    }

    /// The error for a value that is not what it must be: `inventory.yaml:4:3: circuits[2].vlan: expected …, got "x"`.
    public func unexpected(_ expectation: String) -> YAMLError {
        error(.unexpectedValue, "expected \(expectation), got \(node.summary)")
    }

    /// An error at this place.
    public func error(_ code: YAMLError.Code, _ detail: String) -> YAMLError {
        YAMLError(code, file: file, position: position, detail: path.isEmpty ? detail : "\(path): \(detail)")
    }
}

/// The fields of a map, taken one by one; ``finish()`` then refuses what nobody took.
///
///     var fields = try value.fields()
///     let name = try fields.take("name", .text)
///     let vlan = try fields.takeIfPresent("vlan", .integer(in: 0...2999))
///     try fields.finish()
public struct YAMLFields: Sendable {
    private let owner: YAMLValue
    private let values: [String: YAMLValue]
    private var taken: Set<String> = []
    /// All fields in the order of the file.
    public let all: [(key: String, value: YAMLValue)]

    init(of owner: YAMLValue, entries: [YAMLEntry]) {
        self.owner = owner
        all = entries.map { entry in
            let path = owner.path.isEmpty ? entry.key : "\(owner.path).\(entry.key)"
            return (entry.key, YAMLValue(file: owner.file, path: path, node: entry.value, position: entry.keyPosition))
        }
        values = Dictionary(all.map { ($0.key, $0.value) }) { first, _ in first }
    }

    /// The field's value; throws `missing` where there is none.
    public mutating func take(_ key: String) throws(YAMLError) -> YAMLValue {
        guard let value = takeIfPresent(key) else { throw owner.error(.missing, "\(key) is missing") }
        return value
    }

    /// The field's value, nil where there is none.
    public mutating func takeIfPresent(_ key: String) -> YAMLValue? {
        taken.insert(key)
        return values[key]
    }

    /// A scalar field; throws `missing` where there is none.
    public mutating func take<Value>(_ key: String, _ form: ScalarForm<Value>) throws(YAMLError) -> Value {
        try take(key).read(form)
    }

    /// A scalar field, nil where there is none.
    public mutating func takeIfPresent<Value>(_ key: String, _ form: ScalarForm<Value>) throws(YAMLError) -> Value? {
        try takeIfPresent(key)?.read(form)
    }

    /// Throws `unknownKey` for the first field that nobody took.
    public func finish() throws(YAMLError) {
        for (key, value) in all where !taken.contains(key) {
            let hint = nearest(to: key, among: taken).map { "; did you mean \($0)?" } ?? ""
            throw value.error(.unknownKey, "unknown key\(hint)")
        }
    }
}
