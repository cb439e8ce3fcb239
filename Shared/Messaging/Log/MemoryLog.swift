import HostedConnection
public import Kafka
public import Schema
public import ServiceKit
public import Store

/// One service's access to a ``MemoryBroker``: what it publishes stands in the log at once and is acknowledged when the
/// caller fetches the delivery.
public final class MemoryLog: EventLog {
    private let broker: MemoryBroker
    private let clock: any WallClock
    private var taken: [UInt64] = []
    /// Most records taken until the delivery is fetched; the rest waits in the outbox.
    public var capacity = Int.max
    /// The producer of now; raised with ``LogSignal/producerLost(generation:)``. What an earlier one took is not acknowledged.
    public var generation: UInt64 = 0 {
        didSet { if generation != oldValue { taken.removeAll() } }
    }
    public private(set) var committed: [TopicPartition: Int64] = [:]

    public init(_ broker: MemoryBroker, clock: any WallClock) {
        self.broker = broker
        self.clock = clock
    }

    public func publish(_ batch: borrowing RecordBatch, from start: Int) -> Int {
        var count = 0
        for index in start..<batch.records.count where taken.count < capacity {
            broker.append(batch.records[index], of: batch, timestamp: clock.now().microseconds)
            taken.append(batch.records[index].tag)
            count += 1
        }
        return count
    }

    public func commit(_ offsets: [TopicPartition: Int64]) { committed.merge(offsets) { $1 } }

    /// What the log has taken since the last call.
    public func fetchDelivery() -> Delivery {
        defer { taken.removeAll(keepingCapacity: true) }
        return Delivery(generation: generation, tags: taken)
    }

    /// The records that come next for a reader with these offsets, a few from each partition.
    public func poll(
        _ topics: some Sequence<Topic>, from offsets: [TopicPartition: Int64], perPartition limit: Int = 500
    ) -> RecordBatch {
        var batch = RecordBatch()
        for topic in topics.sorted(by: { $0.rawValue < $1.rawValue }) {
            for number in 0..<Topic.partitionCount {
                let partition = TopicPartition(topic, number)
                broker.read(partition, from: offsets[partition] ?? 0, limit: limit, into: &batch)
            }
        }
        return batch
    }
}

extension Engine {
    /// Drives an engine on a ``MemoryLog`` by one batch: delivery reports, what the log has next, and commands.
    /// - Returns: whether there was anything to do.
    @discardableResult
    public func turn(
        _ log: MemoryLog, commands: [CommandRequest<Application.Command>] = [], perPartition limit: Int = 500
    ) throws(StoreError) -> Bool {
        var intake = Intake<Application.Command>()
        let delivery = log.fetchDelivery()
        if !delivery.tags.isEmpty { intake.deliveries = [delivery] }
        let batch = isFull ? RecordBatch() : log.poll(application.topics.keys, from: nextOffsets, perPartition: limit)
        if !batch.isEmpty { intake.batches = [batch] }
        intake.commands = commands
        let timersDue = nextDue.map { $0 <= now } ?? false
        try run(intake)
        return !batch.isEmpty || !commands.isEmpty || timersDue || !delivery.tags.isEmpty
    }
}
