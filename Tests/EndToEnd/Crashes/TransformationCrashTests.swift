import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

extension EndToEnd {
    /// Many VBRs are transformed at once, whatever dies meanwhile: each is on its port in the end, or as it was.
    @Suite struct TransformationCrashTests {
        @Test("200 at once on the embedded broker: R-119, R-122, R-123, R-124, R-125, R-176") func embedded() throws {
            try Self.transformAll(.embedded)
        }

        @Test("200 at once on Kafka: R-119, R-122, R-123, R-124, R-125, R-176", .needsKafka) func kafka() throws {
            try Self.transformAll(.kafka)
        }

        private static let count = 200

        private static func transformAll(_ level: Stage.Level) throws {
            print("seed \(Environment.seed); HC_SEED repeats the choices of this run")
            try Stage.run(
                on: level, "transform", simulatorSettings: "simulator:\n  declineOneIn: 8\n  declineAttempts: 254",
                partnerSettings: "offers:\n  lifetime: 60s\ntransformation:\n  paymentTime: 20s",
                tenantSettings: "offers:\n  reject: true"
            ) { stage in
                let load = try TransformationLoad(stage, count: count, seed: Environment.seed)
                var random = SeededRandom(seed: Environment.seed ^ 1)
                try load.run(within: .seconds(240), kills: 12) { number, running in
                    let nodes = [stage.cluster.partner, stage.cluster.tenant] + [stage.cluster.simulator].compactMap { $0 }
                    guard let victim = nodes.filter({ $0.isReady }).randomElement(using: &random) else { return false }
                    print("kill \(number): \(victim.name), \(running) transformations under way")
                    victim.kill()
                    try victim.start()
                    return true
                }
                try load.judge()
            }
        }
    }
}
