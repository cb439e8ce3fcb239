public import Kafka
public import Schema

/// A log in memory: topics with partitions, records in order. For one thread; simulation and tests put faults around it.
public final class MemoryBroker {
    struct StoredRecord {
        var key: [UInt8]
        var value: [UInt8]?
        var headers: [(name: [UInt8], value: [UInt8])]
        var timestamp: Int64
    }

    /// Which log it is; a new one after ``forgetEverything()``.
    public private(set) var incarnation = "memory-1"
    private var partitions: [TopicPartition: [StoredRecord]] = [:]
    private var number = 1

    public init() {}

    /// Loses all records, as the embedded broker does when it stops.
    public func forgetEverything() {
        partitions.removeAll()
        number += 1
        incarnation = "memory-\(number)"
    }

    /// The offset the partition's next record will have.
    public func endOffset(of partition: TopicPartition) -> Int64 { Int64(partitions[partition]?.count ?? 0) }

    /// Puts a record at the end of the partition its key belongs to.
    public func append(_ record: RecordBatch.Record, of batch: borrowing RecordBatch, timestamp: Int64) {
        let key = batch.withBytes(record.key) { Array($0) }
        var headers: [(name: [UInt8], value: [UInt8])] = []
        for index in record.headers {
            let header = batch.headers[Int(index)]
            headers.append((batch.withBytes(header.name) { Array($0) }, batch.withBytes(header.value) { Array($0) }))
        }
        let value = record.hasValue ? batch.withBytes(record.value) { Array($0) } : nil
        let partition = TopicPartition(record.topic, Self.partition(of: key))
        partitions[partition, default: []].append(StoredRecord(key: key, value: value, headers: headers, timestamp: timestamp))
    }

    /// Records of one partition from an offset on.
    public func read(_ partition: TopicPartition, from offset: Int64, limit: Int, into batch: inout RecordBatch) {
        guard let records = partitions[partition], offset >= 0 else { return }
        for position in Int(offset)..<min(max(records.count, Int(offset)), Int(offset) + limit) {
            let stored = records[position]
            var record = RecordBatch.Record(topic: partition.topic)
            record.partition = partition.partition
            record.offset = Int64(position)
            record.timestamp = stored.timestamp
            record.key = stored.key.withUnsafeBytes { batch.append($0) }
            if let value = stored.value {
                record.value = value.withUnsafeBytes { batch.append($0) }
            } else {
                record.hasValue = false
            }
            let first = Int32(batch.headers.count)
            for header in stored.headers {
                let name = header.name.withUnsafeBytes { batch.append($0) }
                let value = header.value.withUnsafeBytes { batch.append($0) }
                batch.headers.append(RecordBatch.Header(name: name, value: value))
            }
            record.headers = first..<Int32(batch.headers.count)
            batch.records.append(record)
        }
    }

    private static func partition(of key: [UInt8]) -> Int32 {
        let hash = key.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return Int32(truncatingIfNeeded: hash % UInt64(Topic.partitionCount))
    }
}
