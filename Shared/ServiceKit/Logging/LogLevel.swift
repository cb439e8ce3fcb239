/// How much a log line matters.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
    /// Every step; for the search of a fault.
    case trace
    /// What helps to understand a fault.
    case debug
    /// What an operator wants to know on a good day: start, stop, joined, rebuilt.
    case info
    /// Something is not as it should be, and is being dealt with.
    case warning
    /// Somebody must look at this.
    case error

    var rank: UInt8 {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .warning: 3
        case .error: 4
        }
    }

    public static func < (a: LogLevel, b: LogLevel) -> Bool { a.rank < b.rank }
}

/// How log lines look.
public enum LogFormat: String, Sendable, CaseIterable {
    /// One JSON object a line, for machines.
    case json
    /// Time, level, message and `key=value` pairs, for people.
    case text
}
