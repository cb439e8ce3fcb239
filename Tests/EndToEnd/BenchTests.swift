import FoundationEssentials
import LocalCluster
import Testing

extension EndToEnd {
    /// The benchmark runs and tells what it has to; how fast is for a quiet machine to say.
    @Suite struct BenchTests {
        private struct Result: Decodable {
            var lifecycles: Int
            var seconds: Double
            var lifecyclesPerSecond: Double
            var p50Milliseconds: Double
            var p99Milliseconds: Double
            var cpuSecondsPer1000: Double
            var brokerCpuSecondsPer1000: Double
            var peakResidentBytes: Int
            var efficiency: Double
        }

        @Test func onTheEmbeddedBroker() throws {
            let result = try Self.bench(["--lifecycles", "2000", "--warmup", "200"])
            #expect(result.lifecycles == 2000)
            #expect(result.lifecyclesPerSecond > 50)
        }

        @Test(.enabled(if: Environment.isLong, "HC_LONG is not set")) func atASteadyRate() throws {
            let result = try Self.bench(["--rate", "50", "--seconds", "4", "--warmup", "50"])
            #expect(result.lifecyclesPerSecond < 100)
            #expect(result.lifecycles <= 200)
        }

        @Test(.needsKafka) func onKafka() throws {
            let result = try Self.bench(["--lifecycles", "2000", "--warmup", "200", "--broker", try RealKafka.shared.start()])
            #expect(result.lifecycles == 2000)
        }

        private static func bench(_ arguments: [String]) throws -> Result {
            let hcctl = "\(try #require(Environment.programs))/hcctl"
            let output = String(
                decoding: try Program.run(hcctl, ["bench"] + arguments + ["--json"], within: .seconds(180)), as: UTF8.self)
            let lines = output.split(whereSeparator: \.isNewline)
            try #require(lines.count == 1, "\(output)")
            let result = try JSONDecoder().decode(Result.self, from: Data(lines[0].utf8))
            #expect(result.seconds > 0)
            #expect(abs(result.lifecyclesPerSecond - Double(result.lifecycles) / result.seconds) < 1 + result.lifecyclesPerSecond / 100)
            #expect(result.p50Milliseconds > 0 && result.p50Milliseconds <= result.p99Milliseconds)
            #expect(result.p99Milliseconds < 60_000)
            #expect(result.cpuSecondsPer1000 > 0 && result.brokerCpuSecondsPer1000 > 0)
            #expect(result.peakResidentBytes > 1 << 20)
            #expect(result.efficiency > 0 && result.efficiency < 1)
            return result
        }
    }
}
