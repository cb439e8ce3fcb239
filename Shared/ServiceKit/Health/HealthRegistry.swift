import HostedConnection
import Synchronization

/// What the service knows about its own health: is every loop alive, is every condition for work met.
public final class HealthRegistry: Sendable {
    /// An answer for `/healthz` or `/readyz`.
    public struct Report: Sendable, Hashable {
        /// Whether all is well: status 200, else 503.
        public let isGood: Bool
        /// A small JSON object.
        public let body: [UInt8]
    }

    private struct Members {
        var heartbeats: [Heartbeat] = []
        var conditions: [ReadinessCondition] = []
    }

    private let wallClock: any WallClock
    private let monotonicClock: any MonotonicClock
    private let members = Mutex(Members())

    /// The clock counts limits and dates what is reported.
    public init(clock: some WallClock & MonotonicClock = SystemClock()) {
        wallClock = clock
        monotonicClock = clock
    }

    /// Adds a loop, which has ticked just now.
    public func heartbeat(_ name: String, limit: Duration) -> Heartbeat {
        let heartbeat = Heartbeat(name: name, limit: limit, clock: monotonicClock)
        members.withLock { $0.heartbeats.append(heartbeat) }
        return heartbeat
    }

    /// Adds a condition, unmet because of `reason`.
    public func condition(_ name: String, unmetBecause reason: String = "starting") -> ReadinessCondition {
        let condition = ReadinessCondition(name: name, reason: reason, clock: wallClock)
        members.withLock { $0.conditions.append(condition) }
        return condition
    }

    /// Whether every loop has ticked in time; names those that have not, and since when.
    public func live() -> Report {
        let now = monotonicClock.uptime()
        let late = members.withLock { $0.heartbeats }.compactMap { beat in beat.overdue(at: now).map { (beat, $0) } }
        var text = JSONText()
        text.beginObject()
        text.key("status")
        text.string(late.isEmpty ? "alive" : "stuck")
        if !late.isEmpty {
            text.key("loops")
            text.beginArray()
            for (beat, age) in late {
                text.beginObject()
                text.key("name")
                text.string(beat.name)
                text.key("lastTick")
                text.string((wallClock.now() - age).rfc3339)
                text.key("secondsAgo")
                text.number(age.inSeconds)
                text.key("limitSeconds")
                text.number(beat.limit.inSeconds)
                text.endObject()
            }
            text.endArray()
        }
        text.endObject()
        return Report(isGood: late.isEmpty, body: text.bytes)
    }

    /// Whether every condition is met; names those that are not, why and since when.
    public func ready() -> Report {
        let conditions = members.withLock { $0.conditions }.map { ($0.name, $0.current) }
        let isReady = conditions.allSatisfy { $0.1.reason == nil }
        var text = JSONText()
        text.beginObject()
        text.key("status")
        text.string(isReady ? "ready" : "not ready")
        text.key("conditions")
        text.beginArray()
        for (name, state) in conditions {
            text.beginObject()
            text.key("name")
            text.string(name)
            text.key("met")
            text.verbatim(state.reason == nil ? "true" : "false")
            if let reason = state.reason {
                text.key("reason")
                text.string(reason, limit: 512)
            }
            text.key("since")
            text.string(state.since.rfc3339)
            text.endObject()
        }
        text.endArray()
        text.endObject()
        return Report(isGood: isReady, body: text.bytes)
    }
}
