import HostedConnection
import Kafka
import Schema
import ServiceKit

/// Where every lifecycle of a run stands, shared by the driver's threads. A message counts as handled by tenant-service once
/// the service says that its committed offset is beyond it; only then does the driver act on it, as an integrator that
/// follows the topics would.
final class LifecycleBoard: Sendable {
    /// A message seen on the log that tenant-service may not have committed yet.
    struct Sighting: Sendable {
        var offset: Int64
        var port: PortID
        var isActivation: Bool
    }

    private struct State {
        var due: [PortID: MonotonicInstant] = [:]
        /// Activations seen before the offer's answer told the driver which lifecycle it is.
        var sightings: [Int32: [Sighting]] = [:]
        var acceptable: [PortID] = []
        var usable: [PortID] = []
        var latencies: [Double] = []
        var completed = 0
        var admitted = 0
        var failure: String?
        var startedAt: MonotonicInstant?
        var endedAt: MonotonicInstant?
    }

    private let state: ConditionLock<State>
    private let warmup: Int
    private let total: Int
    private let onWarm: @Sendable () -> Void

    /// - Parameter onWarm: called once, when the warm-up is over.
    init(warmup: Int, total: Int, onWarm: @escaping @Sendable () -> Void) {
        self.warmup = warmup
        self.total = total
        self.onWarm = onWarm
        var state = State()
        state.latencies.reserveCapacity(total)
        state.due.reserveCapacity(min(total, 100_000))
        self.state = ConditionLock(state)
    }

    // MARK: The offering thread

    /// Waits until fewer than `limit` lifecycles are under way; the numbers of those that may be offered now, at most `most`;
    /// nil at the end.
    func admit(limit: Int, most: Int) -> Range<Int>? {
        let numbers = state.wait { state -> Range<Int>? in
            if state.failure != nil || state.admitted >= self.total { return 0..<0 }
            let room = limit - (state.admitted - state.completed)
            guard room >= min(most, limit / 4) else { return nil }
            let first = state.admitted
            state.admitted += min(room, most, self.total - first)
            return first..<state.admitted
        }
        return numbers.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The offers' answers: which ports there are, and since when each was due.
    func offered(_ ports: [(port: PortID, due: MonotonicInstant)]) {
        state.withLock { state in
            for (port, due) in ports { state.due[port] = due }
        }
        state.broadcast()
    }

    // MARK: The reading threads

    func saw(_ sightings: [(partition: Int32, sighting: Sighting)]) {
        state.withLock { state in
            for (partition, sighting) in sightings { state.sightings[partition, default: []].append(sighting) }
        }
    }

    /// Whether anything waits to be committed by tenant-service.
    var hasSightings: Bool { state.withLock { state in state.sightings.values.contains { !$0.isEmpty } } }

    /// tenant-service has committed these partitions up to these offsets.
    func committed(_ offsets: [Int32: Int64], at now: MonotonicInstant) {
        state.withLock { state in
            for (partition, next) in offsets {
                guard let waiting = state.sightings[partition], let first = waiting.first, first.offset < next else { continue }
                var count = 0
                for sighting in waiting {
                    guard sighting.offset < next, self.settle(sighting, at: now, &state) else { break }
                    count += 1
                }
                state.sightings[partition] = Array(waiting.dropFirst(count))
            }
        }
        state.broadcast()
    }

    private func settle(_ sighting: Sighting, at now: MonotonicInstant, _ state: inout State) -> Bool {
        guard sighting.isActivation else {
            state.acceptable.append(sighting.port)
            return true
        }
        // The offer's answer may still be on its way to the driver.
        guard let due = state.due[sighting.port] else { return false }
        state.latencies.append((now - due).inSeconds * 1000)
        state.usable.append(sighting.port)
        return true
    }

    // MARK: The accepting and the creating thread

    /// Ports that tenant-service has; nil at the end.
    func takeAcceptable(most: Int) -> [PortID]? {
        state.wait { state in self.isOver(state) ? [] : Self.take(most, from: &state.acceptable) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Ports that are active at tenant-service; nil at the end.
    func takeUsable(most: Int) -> [PortID]? {
        state.wait { state in self.isOver(state) ? [] : Self.take(most, from: &state.usable) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func isOver(_ state: State) -> Bool { state.failure != nil || state.completed >= total }

    private static func take(_ most: Int, from ports: inout [PortID]) -> [PortID]? {
        guard !ports.isEmpty else { return nil }
        let taken = Array(ports.prefix(most))
        ports.removeFirst(taken.count)
        return taken
    }

    /// VBRs were created: these lifecycles are over.
    func completed(_ ports: [PortID], at now: MonotonicInstant) {
        let isWarm = state.withLock { state in
            let before = state.completed
            state.completed += ports.count
            for port in ports { state.due[port] = nil }
            if state.completed >= self.total { state.endedAt = now }
            guard before < self.warmup || self.warmup == 0 && before == 0, state.completed >= self.warmup, state.startedAt == nil else {
                return false
            }
            if self.warmup > 0 { state.startedAt = now }
            return self.warmup > 0
        }
        if isWarm { onWarm() }
        state.broadcast()
    }

    // MARK: The whole

    func begin(at now: MonotonicInstant) {
        guard warmup == 0 else { return }
        state.withLock { $0.startedAt = now }
        onWarm()
    }

    func fail(_ failure: String) {
        state.withLock { $0.failure = $0.failure ?? failure }
        state.broadcast()
    }

    /// Waits for the end; the progress so far when the deadline comes first.
    func wait(until deadline: MonotonicInstant) -> (completed: Int, isOver: Bool, failure: String?) {
        let end = state.wait(until: deadline) { state in
            state.completed >= self.total || state.failure != nil ? (state.completed, state.failure) : nil
        }
        if let end { return (end.0, true, end.1) }
        return (state.withLock { $0.completed }, false, nil)
    }

    /// The measured lifecycles: seconds taken, and offer → active in milliseconds, in the order of their activation.
    var measured: (seconds: Double, latencies: [Double]) {
        state.withLock { state in
            guard let start = state.startedAt, let end = state.endedAt else { return (0, []) }
            return ((end - start).inSeconds, Array(state.latencies.dropFirst(self.warmup)))
        }
    }
}
