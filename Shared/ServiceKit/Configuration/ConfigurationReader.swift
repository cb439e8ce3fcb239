import Glibc

/// Reads a service's configuration from a YAML file and the environment, key by key, and then refuses what nobody read.
///
/// Keys are paths into the file, `http.port`; the environment variable `HC_HTTP_PORT` wins over the file. A variable that is set
/// to nothing counts as not set. One reader belongs to one thread, the main one at start.
public final class ConfigurationReader {
    /// The configuration file's greatest length: 1 MiB.
    public static let maximumFileBytes = 1 << 20

    private let file: String?
    private let root: YAMLValue?
    private let environment: [String: String]
    private let naming: EnvironmentNaming
    private let reservedVariables: Set<String>
    private var knownKeys: Set<String> = []

    /// - Parameters:
    ///   - file: path of the YAML file; nil when there is only the environment.
    ///   - environment: the process's environment, see ``processEnvironment``.
    ///   - prefix: what the names of the variables concerned begin with.
    ///   - reserved: variables with that prefix which are read elsewhere, such as the one that names the file.
    public init(
        file: String?, environment: [String: String], prefix: String = "HC_", reserved: Set<String> = []
    ) throws(ConfigurationError) {
        self.file = file
        self.environment = environment.filter { $0.key.hasPrefix(prefix) && !$0.value.isEmpty }
        naming = EnvironmentNaming(prefix: prefix)
        reservedVariables = reserved
        guard let file else {
            root = nil
            return
        }
        do {
            let value = try YAMLDocument(path: file, maximumBytes: Self.maximumFileBytes).value
            _ = try value.fields()
            root = value
        } catch {
            throw ConfigurationError(error)
        }
    }

    /// The environment of this process.
    public static var processEnvironment: [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return result
    }

    /// A value that must be set.
    public func value<Value>(_ key: String, _ form: ScalarForm<Value>) throws(ConfigurationError) -> Value {
        guard let value = try optional(key, form) else { throw missing(key) }
        return value
    }

    /// A value that may be left out.
    public func value<Value>(
        _ key: String, _ form: ScalarForm<Value>, default: Value
    ) throws(ConfigurationError) -> Value {
        try optional(key, form) ?? `default`
    }

    /// A value that may be left out, nil then.
    public func optional<Value>(_ key: String, _ form: ScalarForm<Value>) throws(ConfigurationError) -> Value? {
        switch try find(key) {
        case nil: return nil
        case .file(let found):
            do { return try found.read(form) } catch { throw invalid(key, error) }
        case .environment(let name, let text):
            guard let value = form.read(text) else {
                throw ConfigurationError(
                    .invalid, key: key, "\(name): \(key): expected \(form.expectation), got \(quotedForMessage(text))")
            }
            return value
        }
    }

    /// Refuses the first key of the file or variable of the environment that nobody has read.
    public func finish() throws(ConfigurationError) {
        if let first = unknownKeys.first { throw first }
    }

    /// An error for each key of the file and variable of the environment that nobody has read.
    public var unknownKeys: [ConfigurationError] {
        var errors: [ConfigurationError] = []
        if let root { collectUnknown(in: root, &errors) }
        let variables = Set(knownKeys.map(naming.variable))
        for name in environment.keys.sorted() where !variables.contains(name) && !reservedVariables.contains(name) {
            errors.append(ConfigurationError(.unknownKey, key: name, "\(name): unknown environment variable\(hint(name, variables))"))
        }
        return errors
    }

    private func collectUnknown(in map: YAMLValue, _ errors: inout [ConfigurationError]) {
        guard let fields = try? map.fields() else { return }
        for (key, value) in fields.all {
            let isSection = knownKeys.contains { $0.hasPrefix(value.path + ".") }
            if key.contains(".") {
                errors.append(unknown(value, "; write it nested, one level for each dot"))
            } else if isSection {
                collectUnknown(in: value, &errors)
            } else if !knownKeys.contains(value.path) {
                errors.append(unknown(value, hint(value.path, knownKeys.union(sections))))
            }
        }
    }

    private func unknown(_ value: YAMLValue, _ advice: String) -> ConfigurationError {
        let line = "\(value.file):\(value.position): \(value.path): unknown key\(advice)"
        return ConfigurationError(.unknownKey, key: value.path, line)
    }

    private var sections: Set<String> {
        var result: Set<String> = []
        for key in knownKeys {
            var path = key[...]
            while let dot = path.lastIndex(of: ".") {
                path = path[..<dot]
                result.insert(String(path))
            }
        }
        return result
    }

    private func hint(_ name: String, _ candidates: Set<String>) -> String {
        nearest(to: name, among: candidates).map { "; did you mean \($0)?" } ?? ""
    }
}

extension ConfigurationReader {
    enum Found {
        case file(YAMLValue)
        case environment(name: String, text: String)
    }

    /// Where the key is set, the environment first; the key is known from then on.
    func find(_ key: String) throws(ConfigurationError) -> Found? {
        knownKeys.insert(key)
        let name = naming.variable(for: key)
        if let text = environment[name] { return .environment(name: name, text: text) }
        return try findInFile(key).map { .file($0) }
    }

    func findInFile(_ key: String) throws(ConfigurationError) -> YAMLValue? {
        guard var value = root else { return nil }
        for name in key.split(separator: ".") {
            do {
                var fields = try value.fields()
                guard let next = fields.takeIfPresent(String(name)) else { return nil }
                value = next
            } catch {
                throw invalid(value.path, error)
            }
        }
        return value
    }

    /// Makes a key known without reading it.
    func markKnown(_ key: String) { knownKeys.insert(key) }

    func missing(_ key: String) -> ConfigurationError {
        let variable = naming.variable(for: key)
        let place = file.map { "in \($0) or \(variable)" } ?? variable
        return ConfigurationError(.missing, key: key, "\(key): missing (set it \(file == nil ? "as " : "")\(place))")
    }

    func invalid(_ key: String, _ error: YAMLError) -> ConfigurationError {
        ConfigurationError(.invalid, key: key, error.description)
    }

    func variable(for key: String) -> String { naming.variable(for: key) }
    var fileName: String? { file }
}
