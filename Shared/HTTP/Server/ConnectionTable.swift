import Glibc
import Synchronization

/// What other threads may know of a connection: its socket, when to cut it, and the request that waits for an answer.
final class ConnectionSlot: Sendable {
    let descriptor: Int32
    /// On the monotonic clock, in milliseconds; 0: none.
    let deadline = Atomic<Int64>(0)
    let pending = Mutex<PendingAnswer?>(nil)

    init(descriptor: Int32) { self.descriptor = descriptor }
}

/// The open connections and event streams, and the thread that keeps their deadlines.
///
/// The library only has a time-out for inactivity; a client that sends a byte a second would hold a connection for ever.
/// The thread sleeps without a timer while nothing is open.
final class ConnectionTable: Sendable {
    private struct State {
        var slots: [Int32: ConnectionSlot] = [:]
        var streams: [ObjectIdentifier: HTTPEventStream] = [:]
        var nextHeartbeat: Int64 = 0
        var sleepsUntilSignalled = false
        var endsStreams = false
        var stops = false

        mutating func wakesKeeper() -> Bool {
            defer { sleepsUntilSignalled = false }
            return sleepsUntilSignalled
        }
    }

    private let state = Mutex(State())
    private let wakeUp: WakeUp
    /// The shortest time after which a deadline that is set from now on can be due.
    private let shortestDeadline: Int64
    private let heartbeat: Int64

    init?(_ configuration: HTTPServerConfiguration) {
        guard let wakeUp = WakeUp() else { return nil }
        self.wakeUp = wakeUp
        shortestDeadline =
            min(
                configuration.headerDeadline, configuration.bodyDeadline, configuration.idleDeadline, configuration.sendDeadline
            ).milliseconds
        heartbeat = configuration.streamHeartbeat.milliseconds
    }

    func add(_ slot: ConnectionSlot) {
        let wakes = state.withLock { state in
            state.slots[slot.descriptor] = slot
            return state.wakesKeeper()
        }
        if wakes { wakeUp.signal() }
    }

    /// Called before the library closes the socket, so that no other connection can have got its number.
    func remove(_ slot: ConnectionSlot) {
        state.withLock { state in
            if state.slots[slot.descriptor] === slot { state.slots[slot.descriptor] = nil }
        }
    }

    /// Ends the stream at once when the server is draining.
    func add(_ stream: HTTPEventStream) {
        let (ends, wakes) = state.withLock { state in
            if state.endsStreams { return (true, false) }
            if state.streams.isEmpty { state.nextHeartbeat = monotonicMilliseconds() + heartbeat }
            state.streams[ObjectIdentifier(stream)] = stream
            return (false, state.wakesKeeper())
        }
        if ends { stream.end() }
        if wakes { wakeUp.signal() }
    }

    func remove(_ stream: HTTPEventStream) {
        state.withLock { state in state.streams[ObjectIdentifier(stream)] = nil }
    }

    var streamCount: Int { state.withLock { $0.streams.count } }

    /// Ends the open streams and every later one.
    func endStreams() {
        let streams = state.withLock { state in
            state.endsStreams = true
            return Array(state.streams.values)
        }
        for stream in streams { stream.end() }
    }

    /// The requests that have been admitted and not yet answered.
    func pendingAnswers() -> [PendingAnswer] {
        state.withLock { $0.slots.values.compactMap { slot in slot.pending.withLock { $0 } } }
    }

    func stop() {
        state.withLock { $0.stops = true }
        wakeUp.signal()
    }

    /// The thread's work, until ``stop()``.
    func keepDeadlines() {
        while let sleep = sweep() { wakeUp.wait(milliseconds: sleep) }
    }

    /// Cuts what is due; returns how long to sleep, nil to stop.
    private func sweep() -> Int64? {
        let now = monotonicMilliseconds()
        let (sleep, beating) = state.withLock { state -> (Int64?, [HTTPEventStream]) in
            if state.stops { return (nil, []) }
            guard !(state.slots.isEmpty && state.streams.isEmpty) else {
                state.sleepsUntilSignalled = true
                return (-1, [])
            }
            var next = now + shortestDeadline
            for slot in state.slots.values {
                let deadline = slot.deadline.load(ordering: .relaxed)
                if deadline == 0 { continue }
                if deadline <= now {
                    // The event thread sees the end of the connection and cleans up.
                    shutdown(slot.descriptor, Int32(SHUT_RDWR))
                    _ = slot.deadline.compareExchange(expected: deadline, desired: 0, ordering: .relaxed)
                } else {
                    next = min(next, deadline)
                }
            }
            var beating: [HTTPEventStream] = []
            if !state.streams.isEmpty {
                if state.nextHeartbeat <= now {
                    beating = Array(state.streams.values)
                    state.nextHeartbeat = now + heartbeat
                }
                next = min(next, state.nextHeartbeat)
            }
            // Not more often than ten times a second, however many deadlines there are.
            return (max(next - now, 100), beating)
        }
        for stream in beating { stream.beat() }
        return sleep
    }
}
