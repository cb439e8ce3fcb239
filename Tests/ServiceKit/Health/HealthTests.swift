import HostedConnection
import Testing

@testable import ServiceKit

@Suite struct HealthTests {
    private let clock = ManualClock(startingAt: Instant(seconds: 1_795_692_562))
    private func text(_ report: HealthRegistry.Report) -> String { String(decoding: report.body, as: UTF8.self) }

    @Test func aLoopThatDoesNotTickIsNamed() {
        let health = HealthRegistry(clock: clock)
        let engine = health.heartbeat("engine", limit: .seconds(5))
        let relay = health.heartbeat("relay", limit: .seconds(60))
        #expect(health.live().isGood)
        clock.advance(by: .seconds(5))
        #expect(text(health.live()) == #"{"status":"alive"}"#)
        clock.advance(by: .milliseconds(1500))
        let report = health.live()
        #expect(!report.isGood)
        #expect(
            text(report)
                == #"{"status":"stuck","loops":[{"name":"engine","lastTick":"2026-11-26T11:29:22.000Z","secondsAgo":6.5,"limitSeconds":5.0}]}"#
        )
        engine.tick()
        #expect(health.live().isGood)
        clock.advance(by: .seconds(61))
        engine.tick()
        #expect(!health.live().isGood)
        relay.retire()
        #expect(health.live().isGood)
    }

    @Test func steppingTheTimeOfDayKillsNobody() {
        let health = HealthRegistry(clock: clock)
        _ = health.heartbeat("engine", limit: .seconds(5))
        clock.stepWallClock(to: Instant(seconds: 1_895_692_562))
        #expect(health.live().isGood)
    }

    @Test func allConditionsMustBeMet() {
        let health = HealthRegistry(clock: clock)
        let database = health.condition("database", unmetBecause: "not opened")
        let group = health.condition("group")
        clock.advance(by: .seconds(1))
        database.met()
        #expect(
            text(health.ready())
                == #"{"status":"not ready","conditions":[{"name":"database","met":true,"since":"2026-11-26T11:29:23.000Z"},"#
                + #"{"name":"group","met":false,"reason":"starting","since":"2026-11-26T11:29:22.000Z"}]}"#)
        #expect(!health.ready().isGood)
        group.met()
        #expect(health.ready().isGood)
        database.unmet("disk \"full\"")
        clock.advance(by: .seconds(1))
        database.unmet("disk still full")
        #expect(!health.ready().isGood)
        #expect(text(health.ready()).contains(#""reason":"disk still full","since":"2026-11-26T11:29:23.000Z""#))
    }
}
