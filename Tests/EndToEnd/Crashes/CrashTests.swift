import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

extension EndToEnd {
    /// Nothing is lost, doubled or stuck, whatever dies while ports are on their way.
    @Suite struct CrashTests {
        private static let factor = Environment.isLong ? 10 : 1

        // MARK: Services

        @Test func servicesKilledOnTheEmbeddedBroker() throws { try Self.servicesKilled(.embedded) }
        @Test(.needsKafka) func servicesKilledOnKafka() throws { try Self.servicesKilled(.kafka) }

        /// `kill -9` of either service at random moments, 20 times while 500 ports go through the whole flow. A service is killed
        /// again only when it has read the topics again since, so that each kill meets one at work.
        private static func servicesKilled(_ level: Stage.Level) throws {
            let plan = LifecycleLoad.Plan(ports: 500 * factor, disruptions: 20 * factor, interval: 0.2...1.5, offersPerSecond: 8)
            try survive(plan, on: level, "kill") { number, between, stage, random in
                let working = [stage.cluster.partner, stage.cluster.tenant].filter { $0.isReady }
                guard let victim = working.randomElement(using: &random) else { return .notNow }
                print("kill \(number) of \(plan.disruptions): \(victim.name), \(between) ports between offer and VBR")
                #expect(between >= 20)
                victim.kill()
                try victim.start()
                return .done
            }
        }

        @Test func billingKilled() throws {
            let plan = LifecycleLoad.Plan(ports: 120 * Self.factor, disruptions: 3 * Self.factor)
            try Self.survive(plan, on: .embedded, "billing") { number, between, stage, _ in
                let simulator = try #require(stage.cluster.simulator)
                guard simulator.isReady else { return .notNow }
                print("kill \(number) of \(plan.disruptions): \(simulator.name), \(between) ports between offer and VBR")
                #expect(between >= 20)
                simulator.kill()
                try simulator.start()
                return .done
            }
        }

        // MARK: Brokers

        @Test func embeddedBrokerDisrupted() throws { try Self.brokerDisrupted(.embedded) }
        @Test(.needsKafka) func kafkaDisrupted() throws { try Self.brokerDisrupted(.kafka) }

        private enum BrokerTrouble: String, CaseIterable {
            case killed
            case killedAgain = "killed again"
            /// Connections stay open, nothing answers.
            case frozen
            case stopped

            var length: Duration { self == .killed || self == .killedAgain ? .milliseconds(500) : .seconds(10) }
        }

        /// The broker killed, and killed again, frozen for 10 s, stopped for 10 s.
        private static func brokerDisrupted(_ level: Stage.Level) throws {
            let troubles = BrokerTrouble.allCases
            let plan = LifecycleLoad.Plan(
                ports: 220 * factor, disruptions: troubles.count * factor, interval: 1.5...2.5, offersPerSecond: 8)
            try survive(plan, on: level, "broker") { number, between, stage, _ in
                let trouble = troubles[(number - 1) % troubles.count]
                print("the broker is \(trouble.rawValue), \(between) ports between offer and VBR")
                #expect(between >= 20)
                switch (trouble, level) {
                case (.killed, .embedded), (.killedAgain, .embedded): stage.cluster.broker?.kill()
                case (.killed, .kafka), (.killedAgain, .kafka): try RealKafka.shared.kill()
                case (.frozen, .embedded): stage.cluster.broker?.pause()
                case (.frozen, .kafka): try RealKafka.shared.pause()
                case (.stopped, .embedded): stage.cluster.broker?.stop()
                case (.stopped, .kafka): try RealKafka.shared.stop()
                }
                return .until(trouble.length) {
                    switch (trouble, level) {
                    case (.frozen, .embedded): stage.cluster.broker?.resume()
                    case (.frozen, .kafka): try RealKafka.shared.resume()
                    default: try startBroker(stage)
                    }
                }
            }
        }

        private static func startBroker(_ stage: Stage) throws {
            switch stage.level {
            case .embedded: try stage.cluster.startBroker()
            case .kafka: _ = try RealKafka.shared.start()
            }
        }

        // MARK: Everything

        @Test func allStoppedAndStartedOnTheEmbeddedBroker() throws { try Self.allStopped(.embedded) }
        @Test(.needsKafka) func allStoppedAndStartedOnKafka() throws { try Self.allStopped(.kafka) }

        private static func allStopped(_ level: Stage.Level) throws {
            let plan = LifecycleLoad.Plan(ports: 150, disruptions: 2, interval: 2...3)
            try survive(plan, on: level, "all") { number, between, stage, _ in
                print("stop \(number) of \(plan.disruptions): everything, \(between) ports between offer and VBR")
                #expect(stage.cluster.stop(), "a process did not end in order")
                if level == .kafka { try RealKafka.shared.stop() }
                return .until(.milliseconds(500)) {
                    if level == .kafka { _ = try RealKafka.shared.start() }
                    try stage.cluster.start()
                }
            }
        }

        // MARK: The run and its verdict

        private static func survive(
            _ plan: LifecycleLoad.Plan, on level: Stage.Level, _ purpose: String,
            _ disrupt: (Int, Int, Stage, inout SeededRandom) throws -> LifecycleLoad.Disruption
        ) throws {
            print("seed \(Environment.seed); HC_SEED repeats the choices of this run")
            try Stage.run(on: level, purpose) { stage in
                let witness = try ChargeWitness(stage)
                defer { witness.close() }
                let load = LifecycleLoad(stage, plan, seed: Environment.seed)
                var random = SeededRandom(seed: Environment.seed ^ 1)
                try load.run(within: .seconds(120 * factor)) { number, between in
                    let disruption = try disrupt(number, between, stage, &random)
                    guard case .until(let after, let recover) = disruption else { return disruption }
                    return .until(after) {
                        try recover()
                        try witness.follow()
                    }
                }
                try judge(stage, ports: plan.ports, witness)
                print(
                    "\(plan.ports) ports came through; \(load.repeats) writes were repeated, "
                        + "\(witness.requestCount) requests to charge were read")
            }
        }

        private static func judge(_ stage: Stage, ports: Int, _ witness: ChargeWitness) throws {
            _ = eventually(within: .seconds(60)) {
                guard let seen = try? stage.cluster.agreement() else { return false }
                return seen.agreement.differences.isEmpty && seen.partner.count { $0.vbrID.isSet } == ports
            }
            let seen = try stage.cluster.agreement()
            try #require(seen.agreement.differences == [])
            #expect(seen.partner.count == ports)
            #expect(seen.tenant.count == ports)
            #expect(seen.partner.filter { $0.status != "Active" || !$0.vbrID.isSet }.map(\.portID) == [])
            #expect(seen.tenant.filter { $0.status != "Active" || !$0.vbrID.isSet }.map(\.portID) == [])
            #expect(Set(seen.partner.map { "\($0.circuitID) \($0.vlanID ?? 0)" }).count == ports, "an offer was carried out twice")
            #expect(seen.vbrs.count == ports)
            #expect(Set(seen.vbrs.map(\.portID)).count == ports)

            let ledger = try LocalCluster.ledger(stage.client(try #require(stage.cluster.simulator)))
            #expect(ledger.count == ports)
            #expect(ledger.allSatisfy { $0.outcome == "settled" })
            #expect(Set(ledger.map(\.subscriptionID)).count == ports)

            #expect(eventually { witness.charges.count == ports }, "charges of \(witness.charges.count) subscriptions were asked for")
            #expect(witness.charges.filter { $0.value.count != 1 }.map(\.key) == [], "charged twice")
            for node in [stage.cluster.partner, stage.cluster.tenant] {
                #expect(try stage.deadLetters(node).map(\.cause) == [])
                #expect(try stage.heldChannels(node).map(\.reason) == [])
            }
        }
    }
}
