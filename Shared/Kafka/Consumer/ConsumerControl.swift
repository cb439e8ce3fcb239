import CRdkafka
import Synchronization

/// What the consumer's thread and its callers share.
final class ConsumerControl: Sendable {
    /// `@unchecked Sendable`: librdkafka's queues may be used from any thread; it is destroyed only after it was taken
    /// out of ``queue``.
    private struct Queue: @unchecked Sendable { let pointer: OpaquePointer }

    private let queue: Mutex<Queue?>
    private let stopAt = Mutex<ContinuousClock.Instant?>(nil)
    let commits = Mutex(CommitLedger())
    let health = Mutex(ConsumerHealth())
    /// Open when the delegate said that it has room.
    let room = Gate()
    /// Opens when the client is gone.
    let finished = Gate()

    init(queue: OpaquePointer) { self.queue = Mutex(Queue(pointer: queue)) }

    var deadline: ContinuousClock.Instant? { stopAt.withLock { $0 } }

    func stop(within limit: Duration) {
        // Part of the time is kept for ending the client.
        let end = ContinuousClock.now + (limit - min(limit / 4, .milliseconds(500)))
        stopAt.withLock { $0 = $0.map { min($0, end) } ?? end }
        room.open()
        wake()
    }

    func resume() {
        room.open()
        if health.withLock({ $0.isPaused }) { wake() }
    }

    /// Ends a poll that waits.
    private func wake() {
        queue.withLock { queue in
            if let queue { rd_kafka_queue_yield(queue.pointer) }
        }
    }

    func releaseQueue() {
        queue.withLock { queue in
            if let queue { rd_kafka_queue_destroy(queue.pointer) }
            queue = nil
        }
    }
}
