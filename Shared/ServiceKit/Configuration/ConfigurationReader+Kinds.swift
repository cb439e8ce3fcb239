/// The kinds of value by name. Each comes in three forms: needed, with a default, and optional (`ifSet:`).
extension ConfigurationReader {
    public func string(_ key: String) throws(ConfigurationError) -> String { try value(key, .text) }
    public func string(_ key: String, default: String) throws(ConfigurationError) -> String {
        try value(key, .text, default: `default`)
    }
    public func string(ifSet key: String) throws(ConfigurationError) -> String? { try optional(key, .text) }

    public func int(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        try value(key, .integer(in: range))
    }
    public func int(_ key: String, in range: ClosedRange<Int>, default: Int) throws(ConfigurationError) -> Int {
        try value(key, .integer(in: range), default: `default`)
    }
    public func int(ifSet key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        try optional(key, .integer(in: range))
    }

    public func bool(_ key: String) throws(ConfigurationError) -> Bool { try value(key, .boolean) }
    public func bool(_ key: String, default: Bool) throws(ConfigurationError) -> Bool {
        try value(key, .boolean, default: `default`)
    }
    public func bool(ifSet key: String) throws(ConfigurationError) -> Bool? { try optional(key, .boolean) }

    /// A time such as `250ms`, `30s` or `5m`.
    public func duration(_ key: String, in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration {
        try value(key, .duration(in: range))
    }
    public func duration(
        _ key: String, in range: ClosedRange<Duration>, default: Duration
    ) throws(ConfigurationError) -> Duration {
        try value(key, .duration(in: range), default: `default`)
    }
    public func duration(ifSet key: String, in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration? {
        try optional(key, .duration(in: range))
    }

    /// A size such as `64KiB`, in bytes.
    public func bytes(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        try value(key, .byteCount(in: range))
    }
    public func bytes(_ key: String, in range: ClosedRange<Int>, default: Int) throws(ConfigurationError) -> Int {
        try value(key, .byteCount(in: range), default: `default`)
    }
    public func bytes(ifSet key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        try optional(key, .byteCount(in: range))
    }

    public func choice<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
        _ key: String, _ type: Choice.Type = Choice.self
    ) throws(ConfigurationError) -> Choice { try value(key, .choice) }
    public func choice<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
        _ key: String, default: Choice
    ) throws(ConfigurationError) -> Choice { try value(key, .choice, default: `default`) }
    public func choice<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
        ifSet key: String, _ type: Choice.Type = Choice.self
    ) throws(ConfigurationError) -> Choice? { try optional(key, .choice) }

    /// A path. In the file it is relative to the file's folder, in the environment to the working folder.
    public func path(_ key: String) throws(ConfigurationError) -> String {
        guard let path = try path(ifSet: key) else { throw missing(key) }
        return path
    }
    public func path(_ key: String, default: String) throws(ConfigurationError) -> String {
        try path(ifSet: key) ?? `default`
    }
    public func path(ifSet key: String) throws(ConfigurationError) -> String? {
        let isFromFile = if case .file = try find(key) { true } else { false }
        guard let path = try optional(key, .text) else { return nil }
        guard isFromFile, !path.hasPrefix("/"), let slash = fileName?.lastIndex(of: "/"), let fileName else { return path }
        return fileName[...slash] + path
    }
}
