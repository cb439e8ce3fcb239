import Glibc
import HostedConnection
import Testing

@testable import ServiceKit

@Suite struct MetricsTests {
    private let registry = MetricsRegistry()
    private var text: String { String(decoding: registry.render(), as: UTF8.self) }

    @Test func theTextFormat() throws {
        let handled = try registry.counter("hc_handled_total", help: "Messages handled.", labels: ["topic": "a", "result": "ok"])
        try registry.counter("hc_handled_total", help: "Messages handled.", labels: ["topic": "b\"\\\n", "result": "ok"]).increment()
        handled.increment(by: 3)
        try registry.gauge("hc_waiting", help: "Waiting \\ now\nand here.").set(2.5)
        try registry.gauge("hc_asked", help: "Asked.") { 7 }
        try registry.gauge("hc_silent", help: "Silent.") { nil }
        let batch = try registry.histogram("hc_batch", help: "Batch.", labels: ["kind": "x"], bounds: [1, 2.5])
        for value in [0.5, 1, 2, 3, 100] { batch.observe(value) }
        let plain = try registry.histogram("hc_plain", help: "Plain.", bounds: [0.001])
        plain.observe(Duration.milliseconds(1))
        #expect(
            text == """
                # HELP hc_handled_total Messages handled.
                # TYPE hc_handled_total counter
                hc_handled_total{topic="a",result="ok"} 3
                hc_handled_total{topic="b\\"\\\\\\n",result="ok"} 1
                # HELP hc_waiting Waiting \\\\ now\\nand here.
                # TYPE hc_waiting gauge
                hc_waiting 2.5
                # HELP hc_asked Asked.
                # TYPE hc_asked gauge
                hc_asked 7
                # HELP hc_silent Silent.
                # TYPE hc_silent gauge
                # HELP hc_batch Batch.
                # TYPE hc_batch histogram
                hc_batch_bucket{kind="x",le="1"} 2
                hc_batch_bucket{kind="x",le="2.5"} 3
                hc_batch_bucket{kind="x",le="+Inf"} 5
                hc_batch_sum{kind="x"} 106.5
                hc_batch_count{kind="x"} 5
                # HELP hc_plain Plain.
                # TYPE hc_plain histogram
                hc_plain_bucket{le="0.001"} 1
                hc_plain_bucket{le="+Inf"} 1
                hc_plain_sum 0.001
                hc_plain_count 1

                """)
    }

    @Test(arguments: [(Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (0, "0"), (1e20, "1e+20"), (0.1, "0.1"), (-3, "-3")])
    func numbers(value: Double, text: String) { #expect(MetricFamily.number(value) == text) }

    @Test func theSameSeriesIsTheSameInstrument() throws {
        let first = try registry.counter("a_total", help: "A.", labels: ["x": "1"])
        let second = try registry.counter("a_total", help: "A.", labels: ["x": "1"])
        first.increment()
        second.increment()
        #expect(first === second)
        #expect(first.value == 2)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        _ = try registry.counter("a_total", help: "A.", labels: ["x": "1"])
        try registry.gauge("b", help: "B.") { 1 }
        _ = try registry.histogram("c", help: "C.", bounds: [1, 2])
        #expect(throws: MetricError.conflict("a_total")) { try registry.gauge("a_total", help: "A.", labels: ["x": "1"]) }
        #expect(throws: MetricError.conflict("a_total")) { try registry.counter("a_total", help: "Other.", labels: ["x": "1"]) }
        #expect(throws: MetricError.conflict("a_total")) { try registry.counter("a_total", help: "A.", labels: ["y": "1"]) }
        #expect(throws: MetricError.duplicate("b")) { try registry.gauge("b", help: "B.") }
        #expect(throws: MetricError.duplicate("b")) { try registry.gauge("b", help: "B.") { 2 } }
        #expect(throws: MetricError.conflict("c")) { try registry.histogram("c", help: "C.", bounds: [1, 3]) }
        for name in ["", "1a", "a-b", "a b", "ä"] {
            #expect(throws: MetricError.invalidName(name)) { try registry.counter(name, help: "") }
        }
        for label in ["", "1", "a:b", "__a", "le", "é"] {
            #expect(throws: MetricError.invalidLabel(metric: "m", label: label)) { try registry.gauge("m", help: "", labels: [label: ""]) }
        }
        #expect(throws: MetricError.invalidLabel(metric: "m", label: "a")) {
            try registry.gauge("m", help: "", labels: ["a": "1", "a": "2"])
        }
        for bounds in [[], [1, 1], [2, 1], [1, .infinity], [.nan]] as [[Double]] {
            #expect(throws: MetricError.invalidBuckets("h")) { try registry.histogram("h", help: "", bounds: bounds) }
        }
    }

    @Test func updatesOfManyThreadsAreAllCounted() throws {
        let counter = try registry.counter("n_total", help: "N.")
        let gauge = try registry.gauge("g", help: "G.")
        let histogram = try registry.histogram("h", help: "H.", bounds: [1, 2, 3])
        let threads = try (0..<4).map { index in
            try NativeThread.start(named: "metrics-\(index)") {
                for number in 0..<50_000 {
                    counter.increment()
                    gauge.add(1)
                    histogram.observe(Double(number % 4))
                }
            }
        }
        for thread in threads { #expect(thread.join(until: .patience)) }
        #expect(counter.value == 200_000)
        #expect(gauge.value == 200_000)
        #expect(histogram.snapshot.counts == [100_000, 50_000, 50_000, 0])
        #expect(histogram.snapshot.sum == 300_000)
    }

    @Test func whatIsNotANumberIsNotObserved() throws {
        let histogram = try registry.histogram("h", help: "H.", bounds: [1])
        histogram.observe(.nan)
        histogram.observe(since: .distantFuture)
        #expect(histogram.snapshot.counts == [1, 0])
        #expect(histogram.snapshot.sum == 0)
    }

    @Test func theProcessMeasuresItself() throws {
        try registry.registerProcessMetrics()
        let before = try values()
        var extra: [Int32] = []
        for _ in 0..<50 { extra.append(open("/dev/null", O_RDONLY)) }
        defer { for descriptor in extra { close(descriptor) } }
        let after = try values()
        #expect(after["process_open_fds", default: 0] >= before["process_open_fds", default: 0] + 20)
        #expect((1_000_000...10_000_000_000).contains(after["process_resident_memory_bytes", default: 0]))
        #expect(after["process_cpu_seconds_total", default: 0] > 0)
        let now = Double(SystemClock().now().microseconds) / 1e6
        #expect((now - 7200...now + 2).contains(after["process_start_time_seconds", default: 0]))
    }

    private func values() throws -> [String: Double] {
        var result: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            result[String(words[0])] = Double(words[1])
        }
        try #require(result.count == 4)
        return result
    }
}
