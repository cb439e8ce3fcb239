import Synchronization

/// The metrics of a process, rendered in the Prometheus text format 0.0.4. Asking again for the same name and labels gives the same
/// instrument; keep it, asking is not for the hot path.
public final class MetricsRegistry: Sendable {
    /// What `/metrics` says of its body.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let families = Mutex<[MetricFamily]>([])

    /// A registry without metrics.
    public init() {}

    /// A counter; its name should end in `_total`.
    public func counter(_ name: String, help: String, labels: MetricLabels = [:]) throws(MetricError) -> Counter {
        let source = try register(name, help, .counter, labels) { .counter(Counter()) }
        guard case .counter(let counter) = source else { throw .duplicate(name) }
        return counter
    }

    /// A gauge that is set by the program.
    public func gauge(_ name: String, help: String, labels: MetricLabels = [:]) throws(MetricError) -> Gauge {
        let source = try register(name, help, .gauge, labels) { .gauge(Gauge()) }
        guard case .gauge(let gauge) = source else { throw .duplicate(name) }
        return gauge
    }

    /// - Parameter bounds: upper bounds of the buckets, finite and rising; ``Histogram/secondsBounds`` for times.
    public func histogram(
        _ name: String, help: String, labels: MetricLabels = [:], bounds: [Double] = Histogram.secondsBounds
    ) throws(MetricError) -> Histogram {
        guard !bounds.isEmpty, bounds.allSatisfy(\.isFinite), zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw .invalidBuckets(name)
        }
        let source = try register(name, help, .histogram, labels) { .histogram(Histogram(bounds: bounds)) }
        guard case .histogram(let histogram) = source, histogram.bounds == bounds else { throw .conflict(name) }
        return histogram
    }

    /// A gauge whose value is asked for at each scrape, on the thread that renders; nil leaves it out. Must not register metrics.
    public func gauge(
        _ name: String, help: String, labels: MetricLabels = [:], _ value: @escaping @Sendable () -> Double?
    ) throws(MetricError) {
        try registerFunction(name, help, .gauge, labels, value)
    }

    /// A counter whose value is kept elsewhere and asked for at each scrape.
    public func counter(
        _ name: String, help: String, labels: MetricLabels = [:], _ value: @escaping @Sendable () -> Double?
    ) throws(MetricError) {
        try registerFunction(name, help, .counter, labels, value)
    }

    /// All metrics as text.
    public func render() -> [UInt8] {
        // Rendered outside the lock, so that a function that takes its time holds nobody up.
        let families = families.withLock { $0 }
        var text: [UInt8] = []
        text.reserveCapacity(16 << 10)
        for family in families { family.render(into: &text) }
        return text
    }

    private func registerFunction(
        _ name: String, _ help: String, _ kind: MetricFamily.Kind, _ labels: MetricLabels,
        _ value: @escaping @Sendable () -> Double?
    ) throws(MetricError) {
        var isNew = false
        _ = try register(name, help, kind, labels) {
            isNew = true
            return .function(value)
        }
        guard isNew else { throw .duplicate(name) }
    }

    private func register(
        _ name: String, _ help: String, _ kind: MetricFamily.Kind, _ labels: MetricLabels, _ make: () -> MetricFamily.Source
    ) throws(MetricError) -> MetricFamily.Source {
        guard isMetricWord(name, colonAllowed: true) else { throw .invalidName(name) }
        if let label = labels.firstInvalidName { throw .invalidLabel(metric: name, label: label) }
        let rendered = labels.rendered
        return try families.withLock { families throws(MetricError) in
            let index: Int
            if let known = families.firstIndex(where: { $0.name == name }) {
                let family = families[known]
                guard family.kind == kind, family.help == help, family.labelNames == labels.names else { throw .conflict(name) }
                if let source = family.source(labels: rendered) { return source }
                index = known
            } else {
                families.append(MetricFamily(name: name, help: help, kind: kind, labelNames: labels.names))
                index = families.count - 1
            }
            let source = make()
            families[index].add(labels: rendered, source)
            return source
        }
    }
}
