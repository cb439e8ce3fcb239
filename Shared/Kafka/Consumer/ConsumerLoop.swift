import CRdkafka
import Schema
import Synchronization

/// The consumer's thread: polls, copies, hands over, commits, and answers rebalances.
///
/// `@unchecked Sendable`: its variables are used on its own thread only (callbacks included, see the callbacks' file);
/// others reach ``ConsumerControl``, which is checked. `logged` uses only the delegate, which is Sendable.
final class ConsumerLoop: @unchecked Sendable {
    let control: ConsumerControl
    let client: ClientHandle
    let delegate: any ConsumerDelegate
    let prefix: String
    var reader: RecordReader
    var epoch: UInt64 = 0
    var assignment: Assignment?
    var expected = ExpectedOffsets()
    var isPaused = false
    /// No broker was connected when last heard of.
    var isCutOff = false
    /// What C callbacks get as their opaque.
    private let reference = ConsumerLoopReference()
    private var nextCommit = ContinuousClock.now

    private static let idleWait = Duration.milliseconds(500)
    private static let commitInterval = Duration.milliseconds(100)
    /// How long a full delegate may take before partitions are really paused, which throws fetched records away.
    private static let patience = Duration.milliseconds(100)

    /// Subscribes and starts the thread.
    static func start(
        _ configuration: KafkaConfiguration, group: String, topics: [Topic], delegate: any ConsumerDelegate
    ) throws(KafkaError) -> ConsumerControl {
        guard !group.isEmpty, !topics.isEmpty else {
            throw KafkaError(.configurationInvalid, "a consumer needs a group and at least one topic")
        }
        let properties = try ClientProperties.make(configuration, role: .consumer(group: group))
        let loop = try ConsumerLoop(properties, configuration, topics, delegate)
        do throws(KafkaError) {
            try loop.subscribe(topics)
            try NativeThread.start("kafka-consumer") { loop.run() }
        } catch {
            loop.destroyClient()
            throw error
        }
        return loop.control
    }

    private init(
        _ properties: OpaquePointer, _ configuration: KafkaConfiguration, _ topics: [Topic], _ delegate: any ConsumerDelegate
    ) throws(KafkaError) {
        self.delegate = delegate
        prefix = configuration.topicPrefix
        reader = RecordReader(topics: topics, prefix: prefix)
        rd_kafka_conf_set_opaque(properties, Unmanaged.passUnretained(reference).toOpaque())
        rd_kafka_conf_set_rebalance_cb(properties, consumerRebalanced)
        rd_kafka_conf_set_offset_commit_cb(properties, consumerCommitted)
        rd_kafka_conf_set_error_cb(properties, consumerFailed)
        rd_kafka_conf_set_log_cb(properties, consumerLogged)
        let client = try ClientHandle(properties, type: RD_KAFKA_CONSUMER)
        self.client = client
        rd_kafka_poll_set_consumer(client.pointer)
        guard let queue = rd_kafka_queue_get_consumer(client.pointer) else {
            client.destroy()
            throw KafkaError(.other, "the client has no queue")
        }
        control = ConsumerControl(queue: queue)
        reference.loop = self
    }

    private func subscribe(_ topics: [Topic]) throws(KafkaError) {
        let list = rd_kafka_topic_partition_list_new(Int32(topics.count))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for topic in topics { rd_kafka_topic_partition_list_add(list, topic.name(prefix: prefix), -1) }
        let error = rd_kafka_subscribe(client.pointer, list)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(error) }
    }

    private func run() {
        while control.deadline == nil {
            control.health.withLock { $0.lastPoll = .now }
            commitIfDue()
            if isPaused, control.room.wait(atMost: .zero) { resume() }
            guard let first = rd_kafka_consumer_poll(client.pointer, milliseconds(pollWait)) else { continue }
            take(first)
            while !reader.isFull, let next = rd_kafka_consumer_poll(client.pointer, 0) { take(next) }
            handOver()
        }
        close()
        destroyClient()
        control.finished.open()
    }

    private var pollWait: Duration {
        let hasPending = control.commits.withLock { $0.hasPending && !$0.isUnderWay }
        return hasPending ? max(.milliseconds(1), nextCommit - .now) : Self.idleWait
    }

    private func take(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        defer { rd_kafka_message_destroy(message) }
        let error = message.pointee.err
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            if error == RD_KAFKA_RESP_ERR__PARTITION_EOF { return }
            failed(error, rd_kafka_message_errstr(message).map { String(cString: $0) } ?? "")
            return
        }
        isCutOff = false
        let offset = message.pointee.offset
        guard let partition = reader.append(message) else { return }
        if let due = expected.note(offset, of: partition) {
            if offset < due { control.commits.withLock { $0.forget(partition) } }
            delegate.event(.offsetJump(partition, expected: due, actual: offset))
        }
    }

    private func handOver() {
        guard !reader.batch.isEmpty else { return }
        if isPaused, control.room.wait(atMost: .zero) { resume() }
        control.room.shut()
        if delegate.received(reader.take()) {
            resume()
            return
        }
        if isPaused || control.room.wait(atMost: Self.patience) { return }
        setPaused(true)
        isPaused = true
        control.health.withLock { $0.isPaused = true }
        // Said between the last look and now, it would wake nobody.
        if control.room.wait(atMost: .zero) { resume() }
    }

    func resume() {
        guard isPaused else { return }
        setPaused(false)
        isPaused = false
        control.health.withLock { $0.isPaused = false }
    }

    func setPaused(_ pause: Bool) {
        guard let assignment, !assignment.partitions.isEmpty else { return }
        let offsets = Dictionary(uniqueKeysWithValues: assignment.partitions.map { ($0, Int64(0)) })
        let list = PartitionList.make(offsets, prefix: prefix)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        let error = pause ? rd_kafka_pause_partitions(client.pointer, list) : rd_kafka_resume_partitions(client.pointer, list)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { delegate.event(.clientError(KafkaError(error))) }
    }

    private func commitIfDue() {
        let now = ContinuousClock.now
        guard now >= nextCommit else { return }
        let offsets = control.commits.withLock { $0.take() }
        guard !offsets.isEmpty else { return }
        nextCommit = now + Self.commitInterval
        let list = PartitionList.make(offsets, prefix: prefix)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        let error = rd_kafka_commit(client.pointer, list, 1)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { committed(error, nil) }
    }

    private func destroyClient() {
        control.releaseQueue()
        client.destroy()
    }
}
