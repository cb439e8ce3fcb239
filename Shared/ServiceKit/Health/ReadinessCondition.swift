import HostedConnection
import Synchronization

/// One thing that must be so before the service can do its work: database answers, group joined. It begins unmet.
public final class ReadinessCondition: Sendable {
    struct State: Sendable {
        /// Why the condition is not met; nil when it is.
        var reason: String?
        var since: Instant
    }

    /// The condition's name in `/readyz`.
    public let name: String
    private let clock: any WallClock
    private let state: Mutex<State>

    init(name: String, reason: String, clock: any WallClock) {
        self.name = name
        self.clock = clock
        state = Mutex(State(reason: reason, since: clock.now()))
    }

    /// Whether it is so at present.
    public var isMet: Bool { current.reason == nil }

    /// It is so.
    public func met() { change(to: nil) }

    /// It is not so, because of `reason`.
    public func unmet(_ reason: String) { change(to: reason) }

    var current: State { state.withLock { $0 } }

    private func change(to reason: String?) {
        let now = clock.now()
        state.withLock { state in
            if (state.reason == nil) != (reason == nil) { state.since = now }
            state.reason = reason
        }
    }
}
