import CRdkafka
import Schema
import Synchronization

// What happens inside polls besides records.
extension ConsumerLoop {
    /// The longest the group is made to wait for the last commit of an assignment.
    private static let finalCommitLimit = Duration.seconds(2)

    func rebalance(_ kind: rd_kafka_resp_err_t, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) {
        switch kind {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS: assign(list)
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS: revoke()
        default:
            delegate.event(.clientError(KafkaError(kind)))
            revoke()
        }
    }

    private func assign(_ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) {
        reader.forgetTopics()
        epoch += 1
        let entries = PartitionList.entries(list)
        let partitions = entries.compactMap { partition(of: $0) }.sorted()
        let assignment = Assignment(epoch: epoch, partitions: partitions)
        self.assignment = assignment
        control.commits.withLock { $0.begin(epoch: epoch) }
        control.health.withLock { $0.assignment = assignment }
        let starts = delegate.assigned(assignment)
        expected = ExpectedOffsets(starts)
        for index in entries.indices {
            let start = partition(of: entries[index]).flatMap { starts[$0] }
            entries[index].offset = start ?? Int64(RD_KAFKA_OFFSET_BEGINNING)
        }
        let error = rd_kafka_assign(client.pointer, list)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { delegate.event(.clientError(KafkaError(error))) }
    }

    /// Drain, commit, fence, let go: in this order, and before librdkafka tells the group.
    private func revoke() {
        // Copied but not handed over: the next owner reads them.
        reader.discard()
        reader.forgetTopics()
        if let assignment {
            let lost = rd_kafka_assignment_lost(client.pointer) != 0
            let offsets = delegate.revoked(assignment, lost: lost)
            // A commit nobody answers would hold the client back for a whole session.
            if !lost, !isCutOff { commitFinally(offsets.filter { assignment.partitions.contains($0.key) }) }
            control.commits.withLock { $0.fence() }
            // A pause would outlive the assignment inside librdkafka.
            resume()
        }
        assignment = nil
        expected = ExpectedOffsets()
        control.health.withLock { $0.assignment = Assignment(epoch: 0, partitions: []) }
        let error = rd_kafka_assign(client.pointer, nil)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { delegate.event(.clientError(KafkaError(error))) }
    }

    /// Commits and waits for the answer, with a limit of its own, which rd_kafka_commit has not.
    private func commitFinally(_ offsets: [TopicPartition: Int64]) {
        guard !offsets.isEmpty, let queue = rd_kafka_queue_new(client.pointer) else { return }
        defer { rd_kafka_queue_destroy(queue) }
        let list = PartitionList.make(offsets, prefix: prefix)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        var error = rd_kafka_commit_queue(client.pointer, list, queue, nil, nil)
        if error == RD_KAFKA_RESP_ERR_NO_ERROR {
            let left = control.deadline.map { max(.zero, $0 - .now) } ?? Self.finalCommitLimit
            let answer = rd_kafka_queue_poll(queue, milliseconds(min(left, Self.finalCommitLimit)))
            error = answer.map { rd_kafka_event_error($0) } ?? RD_KAFKA_RESP_ERR__TIMED_OUT
            rd_kafka_event_destroy(answer)
        }
        let outcome = Self.outcome(error)
        control.commits.withLock { $0.countFinal(offsets.count, outcome: outcome) }
        if outcome != .done { delegate.event(.commitFailed(KafkaError(error))) }
    }

    func committed(_ error: rd_kafka_resp_err_t, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) {
        var failures: [TopicPartition: CommitLedger.Outcome] = [:]
        var firstError = error
        for entry in PartitionList.entries(list) where entry.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            if let partition = partition(of: entry) { failures[partition] = Self.outcome(entry.err) }
            if firstError == RD_KAFKA_RESP_ERR_NO_ERROR { firstError = entry.err }
        }
        if error == RD_KAFKA_RESP_ERR_NO_ERROR { isCutOff = false }
        control.commits.withLock { $0.settle(Self.outcome(error), failures: failures) }
        if Self.outcome(firstError) != .done { delegate.event(.commitFailed(KafkaError(firstError))) }
    }

    func failed(_ error: rd_kafka_resp_err_t, _ text: String) {
        let event = client.event(for: error, text: text)
        if case .allBrokersDown = event { isCutOff = true }
        if case .fatal(let error) = event { control.health.withLock { $0.fatalError = error } }
        delegate.event(event)
    }

    func logged(_ level: Int32, _ facility: String, _ text: String) {
        if ClientHandle.isIdle(logFacility: facility, text: text) { return }
        delegate.event(.log(level: level, facility: facility, text: text))
    }

    /// Revokes through the callback and leaves the group; gives up at the deadline.
    func close() {
        guard let queue = rd_kafka_queue_new(client.pointer) else { return }
        defer { rd_kafka_queue_destroy(queue) }
        if let error = KafkaError.consuming(rd_kafka_consumer_close_queue(client.pointer, queue)) {
            delegate.event(.clientError(error))
            return
        }
        while rd_kafka_consumer_closed(client.pointer) == 0 {
            guard let deadline = control.deadline, deadline > .now else { break }
            // Not rd_kafka_queue_poll_callback: it ends the process when it meets a record that was fetched before.
            let late = rd_kafka_consumer_poll(client.pointer, milliseconds(min(.milliseconds(100), deadline - .now)))
            if let late { rd_kafka_message_destroy(late) }
        }
    }

    private func partition(of entry: rd_kafka_topic_partition_t) -> TopicPartition? {
        guard let name = entry.topic, let topic = reader.topic(named: String(cString: name)) else { return nil }
        return TopicPartition(topic, entry.partition)
    }

    private static func outcome(_ error: rd_kafka_resp_err_t) -> CommitLedger.Outcome {
        if error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR__NO_OFFSET { return .done }
        let meaning = KafkaError(error)
        if meaning.code == .fenced { return .fenced }
        return meaning.isRetriable ? .retriable : .failed
    }
}
