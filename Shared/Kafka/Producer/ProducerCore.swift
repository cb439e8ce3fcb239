import CRdkafka
import Schema
import Synchronization

/// What the producer's thread and its callers share.
final class ProducerCore: Sendable {
    /// `@unchecked Sendable`: librdkafka's objects may be used from any thread; they are destroyed only after the handle
    /// was taken out of ``handle``.
    struct Handle: @unchecked Sendable {
        let client: ClientHandle
        /// The client's main queue: delivery reports, errors, log lines.
        let queue: OpaquePointer
        /// One handle per topic, by ``Topic``'s raw value.
        let topics: [OpaquePointer]
    }

    /// Nil once the client is being ended. Publishing holds the lock, so nobody is inside the client then.
    private let handle: Mutex<Handle?>
    /// Taken but impossible records, for the producer's thread to report.
    private let impossible = Mutex<[DeliveryBatch.Failure]>([])
    private let brokenBy = Mutex<KafkaError?>(nil)
    private let inFlight = Atomic<Int>(0)
    private let stopAt = Mutex<ContinuousClock.Instant?>(nil)
    private let deliveries: @Sendable (DeliveryBatch) -> Void
    private let events: @Sendable (KafkaEvent) -> Void
    /// Opens when the client is gone.
    let finished = Gate()

    init(
        _ configuration: KafkaConfiguration, deliveries: @escaping @Sendable (DeliveryBatch) -> Void,
        events: @escaping @Sendable (KafkaEvent) -> Void
    ) throws(KafkaError) {
        self.deliveries = deliveries
        self.events = events
        let properties = try ClientProperties.make(configuration, role: .producer)
        rd_kafka_conf_set_events(properties, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG)
        let client = try ClientHandle(properties, type: RD_KAFKA_PRODUCER)
        rd_kafka_set_log_queue(client.pointer, nil)
        guard let queue = rd_kafka_queue_get_main(client.pointer) else {
            client.destroy()
            throw KafkaError(.other, "the client has no queue")
        }
        var topics: [OpaquePointer] = []
        for topic in Topic.allCases {
            guard let created = rd_kafka_topic_new(client.pointer, topic.name(prefix: configuration.topicPrefix), nil) else {
                let error = KafkaError(rd_kafka_last_error(), text: "topic \(topic.baseName)", code: .configurationInvalid)
                Self.release(Handle(client: client, queue: queue, topics: topics))
                throw error
            }
            topics.append(created)
        }
        handle = Mutex(Handle(client: client, queue: queue, topics: topics))
    }

    func start() throws(KafkaError) {
        do throws(KafkaError) {
            try NativeThread.start("kafka-producer") { self.run() }
        } catch {
            if let handle = takeHandle() { Self.release(handle) }
            throw error
        }
    }

    var unreported: Int { inFlight.load(ordering: .acquiring) }
    var fatalError: KafkaError? { brokenBy.withLock { $0 } }

    private var isStopping: Bool { stopAt.withLock { $0 != nil } }

    func publish(_ batch: borrowing RecordBatch, from start: Int) -> Int {
        let records = batch.records
        guard start >= 0, start < records.count else { return 0 }
        let byteCount = batch.bytes.count
        let bytes = byteCount == 0 ? [0] : batch.bytes
        let headers = batch.headers
        let offered = records.count - start
        // Counted before they are offered, since a report may come at any moment after.
        inFlight.add(offered, ordering: .acquiringAndReleasing)
        var refused: [DeliveryBatch.Failure] = []
        let taken = handle.withLock { handle in
            guard let handle, fatalError == nil, !isStopping else { return 0 }
            return bytes.withUnsafeBytes { bytes in
                headers.withUnsafeBufferPointer { headers in
                    guard let base = bytes.baseAddress else { return 0 }
                    let writer = RecordWriter(handle: handle, base: base, byteCount: byteCount, headers: headers)
                    for index in start..<records.count {
                        let error = writer.produce(records[index])
                        if error == RD_KAFKA_RESP_ERR_NO_ERROR { continue }
                        if error == RD_KAFKA_RESP_ERR__QUEUE_FULL || error == RD_KAFKA_RESP_ERR__FATAL {
                            return index - start
                        }
                        refused.append(.init(tag: records[index].tag, error: KafkaError(error)))
                    }
                    return offered
                }
            }
        }
        inFlight.subtract(offered - taken, ordering: .acquiringAndReleasing)
        if !refused.isEmpty {
            impossible.withLock { $0 += refused }
            wake()
        }
        return taken
    }

    /// Asks the producer's thread to end the client, at the latest after `limit`.
    func stop(within limit: Duration) {
        // Part of the time is kept for giving up and for ending the client.
        let reserve = min(limit / 4, .milliseconds(500))
        let end = ContinuousClock.now + (limit - reserve)
        stopAt.withLock { $0 = $0.map { min($0, end) } ?? end }
        wake()
    }

    private func wake() {
        handle.withLock { handle in
            if let handle { rd_kafka_queue_yield(handle.queue) }
        }
    }

    private func takeHandle() -> Handle? {
        handle.withLock { handle in
            let taken = handle
            handle = nil
            return taken
        }
    }

    private static func release(_ handle: Handle) {
        for topic in handle.topics { rd_kafka_topic_destroy(topic) }
        rd_kafka_queue_destroy(handle.queue)
        handle.client.destroy()
    }
}

// MARK: - The producer's thread

extension ProducerCore {
    private static let largestHandOver = 8192
    private static let idleWait: Int32 = 10_000
    private static let closingWait: Int32 = 20
    /// How long abandoned records may take to be reported.
    private static let graceAfterPurge = Duration.milliseconds(250)

    private func run() {
        defer { finished.open() }
        guard let handle = handle.withLock({ $0 }) else { return }
        var batch = DeliveryBatch()
        var purgedAt: ContinuousClock.Instant?
        while true {
            let end = stopAt.withLock { $0 }
            let wait = batch.isEmpty ? (end == nil ? Self.idleWait : Self.closingWait) : 0
            let event = rd_kafka_queue_poll(handle.queue, wait)
            if let event {
                receive(event, from: handle.client, into: &batch)
                rd_kafka_event_destroy(event)
                if batch.count < Self.largestHandOver { continue }
            }
            handOver(&batch)
            guard let end else { continue }
            if unreported == 0 { break }
            let now = ContinuousClock.now
            if let purgedAt {
                if now - purgedAt > Self.graceAfterPurge { break }
            } else if now >= end || fatalError != nil {
                let everything = RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING
                rd_kafka_purge(handle.client.pointer, everything)
                purgedAt = now
            }
        }
        if let handle = takeHandle() { Self.release(handle) }
    }

    /// Hands over what was collected and what publishing refused.
    private func handOver(_ batch: inout DeliveryBatch) {
        let refused = impossible.withLock { refused in
            let taken = refused
            refused = []
            return taken
        }
        batch.failed += refused
        guard !batch.isEmpty else { return }
        let count = batch.count
        deliveries(batch)
        inFlight.subtract(count, ordering: .acquiringAndReleasing)
        batch = DeliveryBatch()
    }

    private func receive(_ event: OpaquePointer, from client: ClientHandle, into batch: inout DeliveryBatch) {
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_DR:
            while let message = rd_kafka_event_message_next(event) {
                let tag = UInt64(UInt(bitPattern: message.pointee._private))
                if message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR {
                    batch.failed.append(.init(tag: tag, error: KafkaError(message.pointee.err)))
                } else if message.pointee.offset < 0 {
                    // Taken for delivered because a later batch was. But a broker that knows nothing of this producer yet,
                    // as on a new topic, takes a later batch though it has refused the one before.
                    batch.failed.append(.init(tag: tag, error: .unconfirmed))
                } else {
                    batch.acknowledged.append(tag)
                }
            }
        case RD_KAFKA_EVENT_ERROR:
            let text = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
            let meaning = client.event(
                for: rd_kafka_event_error(event), text: text, isFatal: rd_kafka_event_error_is_fatal(event) != 0)
            if case .fatal(let error) = meaning { brokenBy.withLock { $0 = $0 ?? error } }
            events(meaning)
        case RD_KAFKA_EVENT_LOG:
            var facility: UnsafePointer<CChar>?
            var text: UnsafePointer<CChar>?
            var level: Int32 = 0
            guard rd_kafka_event_log(event, &facility, &text, &level) == 0, let facility, let text else { return }
            let line = (facility: String(cString: facility), text: String(cString: text))
            if ClientHandle.isIdle(logFacility: line.facility, text: line.text) { return }
            events(.log(level: level, facility: line.facility, text: line.text))
        default: break
        }
    }
}
