import CRdkafka
import Glibc
import Schema

/// Copies librdkafka's messages into one batch.
struct RecordReader {
    static let largestBatch = 8_000
    static let largestBatchBytes = 4 << 20

    private(set) var batch = RecordBatch()
    private let topicsByName: [String: Topic]
    /// Topics by the library's handle, which lives as long as the assignment.
    private var topics: [(handle: OpaquePointer, topic: Topic)] = []
    /// Where the names of the last message's headers lie: most messages have the same ones, which are then copied once.
    private var names: [RecordBatch.Slice] = []
    /// Sizes of the last batch, so that a busy stream does not grow its arrays anew each time.
    private var lastBytes = 0
    private var lastHeaders = 0
    private var lastRecords = 0

    init(topics: [Topic], prefix: String) {
        topicsByName = Dictionary(uniqueKeysWithValues: Set(topics).map { ($0.name(prefix: prefix), $0) })
    }

    var isFull: Bool { batch.records.count >= Self.largestBatch || batch.bytes.count >= Self.largestBatchBytes }

    func topic(named name: String) -> Topic? { topicsByName[name] }

    /// The handles of one assignment may be gone in the next.
    mutating func forgetTopics() { topics = [] }

    mutating func discard() {
        batch.removeAll()
        names.removeAll(keepingCapacity: true)
    }

    mutating func take() -> RecordBatch {
        lastBytes = batch.bytes.count
        lastHeaders = batch.headers.count
        lastRecords = batch.records.count
        let taken = batch
        batch = RecordBatch()
        names.removeAll(keepingCapacity: true)
        return taken
    }

    /// Copies a message; nil for one of a topic nobody asked for.
    mutating func append(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> TopicPartition? {
        guard let topic = topic(of: message.pointee.rkt) else { return nil }
        if batch.records.isEmpty {
            batch.bytes.reserveCapacity(lastBytes)
            batch.headers.reserveCapacity(lastHeaders)
            batch.records.reserveCapacity(lastRecords)
        }
        var record = RecordBatch.Record(topic: topic)
        record.partition = message.pointee.partition
        record.offset = message.pointee.offset
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let milliseconds = rd_kafka_message_timestamp(message, &kind)
        record.timestamp = milliseconds < 0 ? -1 : milliseconds * 1000
        record.key = append(message.pointee.key, message.pointee.key_len)
        record.hasValue = message.pointee.payload != nil
        record.value = append(message.pointee.payload, message.pointee.len)
        record.headers = appendHeaders(of: message)
        batch.records.append(record)
        return TopicPartition(topic, record.partition)
    }

    private mutating func appendHeaders(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> Range<Int32> {
        let start = Int32(batch.headers.count)
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return start..<start }
        var index = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            batch.headers.append(.init(name: appendName(name, ofHeader: index), value: append(value, size)))
            index += 1
        }
        return start..<Int32(batch.headers.count)
    }

    private mutating func appendName(_ name: UnsafePointer<CChar>?, ofHeader index: Int) -> RecordBatch.Slice {
        guard let name else { return .empty }
        let count = strlen(name)
        if index < names.count {
            let isKnown = batch.withBytes(names[index]) { known in
                known.count == count && known.baseAddress.map { memcmp($0, name, count) == 0 } ?? false
            }
            if isKnown { return names[index] }
        }
        let slice = append(name, count)
        if index < names.count { names[index] = slice } else { names.append(slice) }
        return slice
    }

    private mutating func append(_ pointer: UnsafeRawPointer?, _ count: Int) -> RecordBatch.Slice {
        guard let pointer, count > 0 else { return .empty }
        return batch.append(UnsafeRawBufferPointer(start: pointer, count: count))
    }

    private mutating func topic(of handle: OpaquePointer?) -> Topic? {
        guard let handle else { return nil }
        for known in topics where known.handle == handle { return known.topic }
        guard let name = rd_kafka_topic_name(handle), let topic = topicsByName[String(cString: name)] else { return nil }
        topics.append((handle, topic))
        return topic
    }
}
