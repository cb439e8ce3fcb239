import CRdkafka
public import Schema

/// Questions and orders to a cluster: short-lived, for start-up checks, `hcctl` and lag. Every call blocks, at most for its
/// time-out: never call it on the cooperative pool.
///
/// Errors: `unreachable` if no broker answers at the bootstrap address, `authentication` as soon as credentials are
/// refused, `timedOut`, and what the broker says.
public final class KafkaAdmin: Sendable {
    let connection: AdminConnection
    let prefix: String
    let isEmbedded: Bool

    /// - Throws: ``KafkaError`` for a configuration that can't be. Nothing is connected yet.
    public init(_ configuration: KafkaConfiguration) throws(KafkaError) {
        connection = try AdminConnection(configuration)
        prefix = configuration.topicPrefix
        isEmbedded = configuration.brokerKind == .embedded
    }

    /// The cluster's id: another one means another log.
    public func clusterID(timeout: Duration) throws(KafkaError) -> String {
        try connection.perform(within: timeout) { client, end throws(KafkaError) in
            guard let text = rd_kafka_clusterid(client, milliseconds(end - .now)) else {
                throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
            }
            defer { rd_kafka_mem_free(client, text) }
            return String(cString: text)
        }
    }

    /// Those of our topics that exist.
    public func topics(timeout: Duration) throws(KafkaError) -> [Topic: TopicDescription] {
        let names = topicsByName
        return try connection.perform(within: timeout) { client, end throws(KafkaError) in
            var metadata: UnsafePointer<rd_kafka_metadata>?
            // All topics, since asking for one by name may create it.
            let error = rd_kafka_metadata(client, 1, nil, &metadata, milliseconds(end - .now))
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else { throw KafkaError(error) }
            defer { rd_kafka_metadata_destroy(metadata) }
            var found: [Topic: TopicDescription] = [:]
            let list = UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt))
            for entry in list where entry.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                guard let name = entry.topic, let topic = names[String(cString: name)] else { continue }
                let partitions = UnsafeBufferPointer(start: entry.partitions, count: Int(entry.partition_cnt))
                found[topic] = TopicDescription(
                    partitions: entry.partition_cnt, replicationFactor: partitions.map(\.replica_cnt).min() ?? 0)
            }
            return found
        }
    }

    /// First and next offset of partitions.
    public func watermarks(of partitions: [TopicPartition], timeout: Duration) throws(KafkaError) -> [TopicPartition: Watermarks] {
        let prefix = prefix
        return try connection.perform(within: timeout) { client, end throws(KafkaError) in
            var found: [TopicPartition: Watermarks] = [:]
            for partition in partitions {
                var low: Int64 = 0
                var high: Int64 = 0
                let error = rd_kafka_query_watermark_offsets(
                    client, partition.topic.name(prefix: prefix), partition.partition, &low, &high,
                    max(1, milliseconds(end - .now)))
                guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, text: "watermarks of \(partition)") }
                found[partition] = Watermarks(low: low, high: high)
            }
            return found
        }
    }

    /// A group's committed offsets; partitions without one are left out.
    public func committedOffsets(
        group: String, of partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let (prefix, names) = (prefix, topicsByName)
        return try connection.perform(within: timeout) { client, end throws(KafkaError) in
            let list = PartitionList.make(
                Dictionary(partitions.map { ($0, -1) }, uniquingKeysWith: { first, _ in first }), prefix: prefix)
            defer { rd_kafka_topic_partition_list_destroy(list) }
            var request = rd_kafka_ListConsumerGroupOffsets_new(group, list)
            defer { rd_kafka_ListConsumerGroupOffsets_destroy(request) }
            return try AdminConnection.answer(client, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, until: end) { options, queue in
                rd_kafka_ListConsumerGroupOffsets(client, &request, 1, options, queue)
            } read: { event throws(KafkaError) in
                var count = 0
                let result = rd_kafka_event_ListConsumerGroupOffsets_result(event)
                guard let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count), count == 1 else { return [:] }
                if let error = rd_kafka_group_result_error(groups[0]), rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR {
                    throw KafkaError(rd_kafka_error_code(error), text: "offsets of group \(group)")
                }
                var found: [TopicPartition: Int64] = [:]
                for entry in PartitionList.entries(rd_kafka_group_result_partitions(groups[0])) where entry.offset >= 0 {
                    guard let name = entry.topic, let topic = names[String(cString: name)] else { continue }
                    found[TopicPartition(topic, entry.partition)] = entry.offset
                }
                return found
            }
        }
    }

    var topicsByName: [String: Topic] {
        Dictionary(uniqueKeysWithValues: Topic.allCases.map { ($0.name(prefix: prefix), $0) })
    }
}
