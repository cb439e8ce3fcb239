public import Schema

/// An idempotent producer: acks from all in-sync replicas, order kept per key, records never expire inside it.
///
/// After a `.fatal` event it is of no more use: close it, build another and publish again what was not acknowledged.
public final class KafkaProducer: Sendable {
    private let core: ProducerCore

    /// Starts the client; the broker need not be reachable.
    /// - Parameters:
    ///   - deliveries: gets what became of the records, on the producer's own thread, in batches. It must not block for long.
    ///   - events: gets everything else, on the same thread.
    /// - Throws: ``KafkaError`` for a configuration that can't be.
    public init(
        _ configuration: KafkaConfiguration,
        deliveries: @escaping @Sendable (DeliveryBatch) -> Void,
        events: @escaping @Sendable (KafkaEvent) -> Void
    ) throws(KafkaError) {
        core = try ProducerCore(configuration, deliveries: deliveries, events: events)
        try core.start()
    }

    deinit { core.stop(within: .zero) }

    /// Copies records into the client's queue, from index `start` on, and says how many it took. Fewer than there are
    /// means that the queue is full (go on after the next deliveries), or that the producer is closed or broken
    /// (``fatalError``). A taken record that turns out to be impossible, such as a too large one, fails by its delivery.
    ///
    /// An empty key counts as none. Thread-safe; calls from several threads follow one another.
    public func publish(_ batch: borrowing RecordBatch, from start: Int = 0) -> Int {
        core.publish(batch, from: start)
    }

    /// Records taken whose fate has not been reported yet.
    public var inFlight: Int { core.unreported }

    /// Why the producer can't go on, if it can't.
    public var fatalError: KafkaError? { core.fatalError }

    /// Waits for the outstanding deliveries, gives up on the rest (code `abandoned`) and ends the client. Blocks, at most
    /// for `deadline`; false if the client could not be ended in that time, which then happens in the background.
    @discardableResult
    public func close(deadline: Duration) -> Bool {
        core.stop(within: deadline)
        return core.finished.wait(atMost: deadline)
    }
}
