/// A metric that can't be registered: a fault of the program, found at start.
public enum MetricError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name is not `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    case invalidName(String)
    /// A label's name is not `[a-zA-Z_][a-zA-Z0-9_]*`, begins with `__`, is `le`, or stands twice.
    case invalidLabel(metric: String, label: String)
    /// The name is registered with another type, help, label names or buckets.
    case conflict(String)
    /// The series, name with labels, is registered already and can't be shared because a function gives its value.
    case duplicate(String)
    /// The bounds are not finite and rising, or there are none.
    case invalidBuckets(String)

    /// One line for whoever starts the program.
    public var description: String {
        switch self {
        case .invalidName(let name): "\(quotedForMessage(name)) is not a metric's name"
        case .invalidLabel(let metric, let label): "metric \(metric): \(quotedForMessage(label)) is not a label's name, or stands twice"
        case .conflict(let name): "metric \(name) is registered already with another type, help, labels or buckets"
        case .duplicate(let name): "metric \(name) is registered already with these labels"
        case .invalidBuckets(let name): "metric \(name): bucket bounds must be finite and rising"
        }
    }
}
