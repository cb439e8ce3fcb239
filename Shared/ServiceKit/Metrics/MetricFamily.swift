/// All series of one metric name.
struct MetricFamily: Sendable {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    enum Source: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
        /// Asked at each scrape; nil leaves the series out.
        case function(@Sendable () -> Double?)
    }

    let name: String
    let help: String
    let kind: Kind
    let labelNames: [String]
    private(set) var series: [(labels: String, source: Source)] = []

    init(name: String, help: String, kind: Kind, labelNames: [String]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labelNames = labelNames
    }

    func source(labels: String) -> Source? { series.first { $0.labels == labels }?.source }

    mutating func add(labels: String, _ source: Source) { series.append((labels, source)) }

    func render(into text: inout [UInt8]) {
        text += "# HELP \(name) \(Self.escapedHelp(help))\n# TYPE \(name) \(kind.rawValue)\n".utf8
        for (labels, source) in series {
            switch source {
            case .counter(let counter): Self.append(name, labels, String(counter.value), to: &text)
            case .gauge(let gauge): Self.append(name, labels, Self.number(gauge.value), to: &text)
            case .function(let value): if let value = value() { Self.append(name, labels, Self.number(value), to: &text) }
            case .histogram(let histogram): render(histogram, labels, into: &text)
            }
        }
    }

    private func render(_ histogram: Histogram, _ labels: String, into text: inout [UInt8]) {
        let (counts, sum) = histogram.snapshot
        let prefix = labels.isEmpty ? "" : labels + ","
        var total: UInt64 = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < histogram.bounds.count ? Self.number(histogram.bounds[index]) : "+Inf"
            Self.append("\(name)_bucket", "\(prefix)le=\"\(bound)\"", String(total), to: &text)
        }
        Self.append("\(name)_sum", labels, Self.number(sum), to: &text)
        Self.append("\(name)_count", labels, String(total), to: &text)
    }

    private static func append(_ name: String, _ labels: String, _ value: String, to text: inout [UInt8]) {
        text += name.utf8
        if !labels.isEmpty {
            text.append(UInt8(ascii: "{"))
            text += labels.utf8
            text.append(UInt8(ascii: "}"))
        }
        text.append(UInt8(ascii: " "))
        text += value.utf8
        text.append(UInt8(ascii: "\n"))
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return "\(value)"
    }

    private static func escapedHelp(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
