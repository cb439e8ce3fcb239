import CRdkafka
import Schema

/// Conversions between our partitions and librdkafka's lists.
enum PartitionList {
    /// A list the caller has to destroy.
    static func make(_ offsets: [TopicPartition: Int64], prefix: String) -> UnsafeMutablePointer<rd_kafka_topic_partition_list_t>? {
        guard let list = rd_kafka_topic_partition_list_new(Int32(offsets.count)) else { return nil }
        for (partition, offset) in offsets {
            let entry = rd_kafka_topic_partition_list_add(list, partition.topic.name(prefix: prefix), partition.partition)
            entry?.pointee.offset = offset
        }
        return list
    }

    /// The entries of a list; it must outlive them.
    static func entries(
        _ list: UnsafePointer<rd_kafka_topic_partition_list_t>?
    ) -> UnsafeMutableBufferPointer<rd_kafka_topic_partition_t> {
        guard let list, let elements = list.pointee.elems else { return .init(start: nil, count: 0) }
        return .init(start: elements, count: Int(list.pointee.cnt))
    }
}
