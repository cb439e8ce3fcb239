/// The kinds of value by name. Each comes in three forms: needed, with a default, and optional (`ifSet:`).
extension ConfigurationReader {
    /// A text, which must be set.
    public func string(_ key: String) throws(ConfigurationError) -> String { try value(key, .text) }
    /// A text, or the default when it is not set.
    public func string(_ key: String, default: String) throws(ConfigurationError) -> String {
        try value(key, .text, default: `default`)
    }
    /// A text, nil when it is not set.
    public func string(ifSet key: String) throws(ConfigurationError) -> String? { try optional(key, .text) }

    /// A whole number, which must be set.
    public func int(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        try value(key, .integer(in: range))
    }
    /// A whole number, or the default when it is not set.
    public func int(_ key: String, in range: ClosedRange<Int>, default: Int) throws(ConfigurationError) -> Int {
        try value(key, .integer(in: range), default: `default`)
    }
    /// A whole number, nil when it is not set.
    public func int(ifSet key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        try optional(key, .integer(in: range))
    }

    /// `true` or `false`, which must be set.
    public func bool(_ key: String) throws(ConfigurationError) -> Bool { try value(key, .boolean) }
    /// `true` or `false`, or the default when it is not set.
    public func bool(_ key: String, default: Bool) throws(ConfigurationError) -> Bool {
        try value(key, .boolean, default: `default`)
    }
    /// `true` or `false`, nil when it is not set.
    public func bool(ifSet key: String) throws(ConfigurationError) -> Bool? { try optional(key, .boolean) }

    /// A time such as `250ms`, `30s` or `5m`.
    public func duration(_ key: String, in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration {
        try value(key, .duration(in: range))
    }
    /// A time such as `250ms`, `30s` or `5m`, or the default when it is not set.
    public func duration(
        _ key: String, in range: ClosedRange<Duration>, default: Duration
    ) throws(ConfigurationError) -> Duration {
        try value(key, .duration(in: range), default: `default`)
    }
    /// A time such as `250ms`, `30s` or `5m`, nil when it is not set.
    public func duration(ifSet key: String, in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration? {
        try optional(key, .duration(in: range))
    }

    /// A size such as `64KiB`, in bytes.
    public func bytes(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        try value(key, .byteCount(in: range))
    }
    /// A size such as `64KiB`, in bytes, or the default when it is not set.
    public func bytes(_ key: String, in range: ClosedRange<Int>, default: Int) throws(ConfigurationError) -> Int {
        try value(key, .byteCount(in: range), default: `default`)
    }
    /// A size such as `64KiB`, in bytes, nil when it is not set.
    public func bytes(ifSet key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        try optional(key, .byteCount(in: range))
    }

    /// One of the enumeration's raw values, which must be set.
    public func choice<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
        _ key: String, _ type: Choice.Type = Choice.self
    ) throws(ConfigurationError) -> Choice { try value(key, .choice) }
    /// One of the enumeration's raw values, or the default when it is not set.
    public func choice<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
        _ key: String, default: Choice
    ) throws(ConfigurationError) -> Choice { try value(key, .choice, default: `default`) }
    /// One of the enumeration's raw values, nil when it is not set.
    public func choice<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
        ifSet key: String, _ type: Choice.Type = Choice.self
    ) throws(ConfigurationError) -> Choice? { try optional(key, .choice) }

    /// A path. In the file it is relative to the file's folder, in the environment to the working folder.
    public func path(_ key: String) throws(ConfigurationError) -> String {
        guard let path = try path(ifSet: key) else { throw missing(key) }
        return path
    }
    /// A path, or the default when it is not set.
    public func path(_ key: String, default: String) throws(ConfigurationError) -> String {
        try path(ifSet: key) ?? `default`
    }
    /// A path, nil when it is not set.
    public func path(ifSet key: String) throws(ConfigurationError) -> String? {
        let isFromFile = if case .file = try find(key) { true } else { false }
        guard let path = try optional(key, .text) else { return nil }
        guard isFromFile, !path.hasPrefix("/"), let slash = fileName?.lastIndex(of: "/"), let fileName else { return path }
        return fileName[...slash] + path
    }
}
