/// A typed value in a log line. There is no way to make one from a ``Secret``.
public enum LogValue: Sendable, Hashable {
    case text(String)
    case integer(Int64)
    case unsigned(UInt64)
    case number(Double)
    case bool(Bool)

    /// A text.
    public static func string(_ text: String) -> LogValue { .text(text) }
    /// A whole number of any width.
    public static func int(_ number: some BinaryInteger) -> LogValue {
        Int64(exactly: number).map { .integer($0) } ?? .unsigned(UInt64(clamping: number))
    }
    /// The text form of an identifier, a topic, a state.
    public static func id(_ value: some CustomStringConvertible) -> LogValue { .text(value.description) }
    /// What an error says of itself.
    public static func error(_ error: any Error) -> LogValue { .text(String(describing: error)) }
    /// A duration in milliseconds; the field's name should end in `Milliseconds`.
    public static func milliseconds(_ duration: Duration) -> LogValue { .number(duration.inSeconds * 1000) }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

/// Named values of a log line, in the order they were written: `["topic": .id(topic), "partition": .int(partition)]`.
public struct LogFields: Sendable, ExpressibleByDictionaryLiteral {
    var pairs: [(name: String, value: LogValue)]

    /// Fields in the order of the literal.
    public init(dictionaryLiteral elements: (String, LogValue)...) { pairs = elements.map { ($0, $1) } }

    /// Adds a field.
    public mutating func append(_ name: String, _ value: LogValue) { pairs.append((name, value)) }

    static func + (a: LogFields, b: LogFields) -> LogFields {
        var sum = a
        sum.pairs += b.pairs
        return sum
    }
}
