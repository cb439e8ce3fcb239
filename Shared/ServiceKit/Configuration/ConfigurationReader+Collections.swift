extension ConfigurationReader {
    /// A list of texts: a list in the file, separated by commas in the environment. Nil when it is set nowhere.
    public func list(ifSet key: String) throws(ConfigurationError) -> [String]? {
        switch try find(key) {
        case nil: return nil
        case .environment(_, let text):
            return text.split(separator: ",").map { trimmed($0) }
        case .file(let value):
            do throws(YAMLError) {
                var items: [String] = []
                for item in try value.list() { items.append(try item.read(.text)) }
                return items
            } catch {
                throw invalid(key, error)
            }
        }
    }

    /// A list of texts that must be set.
    public func list(_ key: String) throws(ConfigurationError) -> [String] {
        guard let list = try list(ifSet: key) else { throw missing(key) }
        return list
    }

    /// A list of texts, or the default when it is not set.
    public func list(_ key: String, default: [String]) throws(ConfigurationError) -> [String] {
        try list(ifSet: key) ?? `default`
    }

    /// A list of values of one form, nil when it is not set.
    public func list<Value>(ifSet key: String, of form: ScalarForm<Value>) throws(ConfigurationError) -> [Value]? {
        guard let texts = try list(ifSet: key) else { return nil }
        var values: [Value] = []
        for text in texts {
            guard let value = form.read(text) else {
                throw ConfigurationError(.invalid, key: key, "\(key): expected \(form.expectation), got \(quotedForMessage(text))")
            }
            values.append(value)
        }
        return values
    }

    /// A map of free keys to texts, empty when it is set nowhere. In the environment: `key=value` pairs, one a line, or
    /// separated by commas when it is a single line.
    public func map(_ key: String) throws(ConfigurationError) -> [String: String] {
        switch try find(key) {
        case nil: return [:]
        case .environment(let name, let text): return try pairs(text, key: key, variable: name)
        case .file(let value):
            do throws(YAMLError) {
                var result: [String: String] = [:]
                for (name, value) in try value.fields().all { result[name] = try value.read(.text) }
                return result
            } catch {
                throw invalid(key, error)
            }
        }
    }

    private func pairs(_ text: String, key: String, variable: String) throws(ConfigurationError) -> [String: String] {
        var result: [String: String] = [:]
        let separator: Character = text.contains("\n") ? "\n" : ","
        for item in text.split(separator: separator) {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, result.updateValue(trimmed(pair[1]), forKey: trimmed(pair[0])) == nil else {
                // The text may hold a password, so it is not shown.
                throw ConfigurationError(
                    .invalid, key: key, "\(variable): \(key): expected key=value pairs, each key once, one a line or separated by commas")
            }
        }
        return result
    }

    private func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
