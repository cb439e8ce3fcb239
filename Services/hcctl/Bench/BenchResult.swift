/// What a run came to.
struct BenchResult {
    var lifecycles: Int
    var seconds: Double
    /// Offer → active: from when the offer was due until tenant-service was seen to have committed the active port.
    var p50Milliseconds: Double
    var p99Milliseconds: Double
    /// CPU of both services, the billing simulator and the driver.
    var cpuSecondsPer1000: Double
    /// CPU of the broker; nil if it is not on this machine.
    var brokerCPUSecondsPer1000: Double?
    /// Sum of the peaks of both services and the billing simulator.
    var peakResidentBytes: Int
    /// What librdkafka and SQLite alone need for the same, as a share of the time taken.
    var efficiency: Double
    var kafkaFloorSeconds: Double
    var sqliteFloorSeconds: Double

    var lifecyclesPerSecond: Double { Double(lifecycles) / seconds }

    var json: String {
        let broker = brokerCPUSecondsPer1000.map { Self.number($0, 4) } ?? "null"
        return "{\"lifecycles\": \(lifecycles), \"seconds\": \(Self.number(seconds, 3)), "
            + "\"lifecyclesPerSecond\": \(Self.number(lifecyclesPerSecond, 1)), "
            + "\"p50Milliseconds\": \(Self.number(p50Milliseconds, 2)), \"p99Milliseconds\": \(Self.number(p99Milliseconds, 2)), "
            + "\"cpuSecondsPer1000\": \(Self.number(cpuSecondsPer1000, 4)), \"brokerCpuSecondsPer1000\": \(broker), "
            + "\"peakResidentBytes\": \(peakResidentBytes), \"efficiency\": \(Self.number(efficiency, 3)), "
            + "\"kafkaFloorSeconds\": \(Self.number(kafkaFloorSeconds, 3)), \"sqliteFloorSeconds\": \(Self.number(sqliteFloorSeconds, 3))}"
    }

    var lines: [String] {
        [
            "\(lifecycles) lifecycles in \(Self.number(seconds, 2)) s: \(Self.number(lifecyclesPerSecond, 0))/s",
            "offer → active: p50 \(Self.number(p50Milliseconds, 1)) ms, p99 \(Self.number(p99Milliseconds, 1)) ms",
            "CPU seconds per 1,000: \(Self.number(cpuSecondsPer1000, 3)), broker "
                + (brokerCPUSecondsPer1000.map { Self.number($0, 3) } ?? "not on this machine"),
            "peak memory \(peakResidentBytes >> 20) MiB; efficiency \(Self.number(efficiency, 2))",
        ]
    }

    /// A number with a fixed count of decimals.
    static func number(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return "0" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        let whole = UInt64(scaled / scale)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(whole)" }
        let fraction = String(UInt64(scaled - Double(whole) * scale))
        return "\(sign)\(whole)." + String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
    }
}
