import Synchronization

/// The pulse of one loop. The loop ticks each time round; when it has not ticked for longer than its limit, the process counts as
/// not alive.
public final class Heartbeat: Sendable {
    /// The loop's name.
    public let name: String
    /// How long the loop may take for one round.
    public let limit: Duration
    private let clock: any MonotonicClock
    private let lastTick: Atomic<UInt64>
    private let isRetired = Atomic<Bool>(false)

    init(name: String, limit: Duration, clock: any MonotonicClock) {
        self.name = name
        self.limit = limit
        self.clock = clock
        lastTick = Atomic(clock.uptime().nanoseconds)
    }

    /// The loop is alive; some tens of nanoseconds.
    public func tick() { lastTick.store(clock.uptime().nanoseconds, ordering: .relaxed) }

    /// The loop has ended in good order and needs not tick any more.
    public func retire() { isRetired.store(true, ordering: .relaxed) }

    /// How long ago the loop ticked, when that is longer than its limit.
    func overdue(at now: MonotonicInstant) -> Duration? {
        guard !isRetired.load(ordering: .relaxed) else { return nil }
        let age = now - MonotonicInstant(nanoseconds: lastTick.load(ordering: .relaxed))
        return age > limit ? age : nil
    }
}
