import Kafka
import Schema
import Store

/// The next offset of each partition.
struct OffsetTable {
    private let connection: any StoreConnection
    private let select: any StoreStatement
    private let upsert: any StoreStatement
    private let deleteAll: any StoreStatement

    init(_ connection: any StoreConnection) throws(StoreError) {
        self.connection = connection
        select = try connection.prepare("SELECT topic, partition, next_offset FROM log_offset")
        upsert = try connection.prepare(
            """
            INSERT INTO log_offset (topic, partition, next_offset) VALUES (?1, ?2, ?3)
            ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
            """)
        deleteAll = try connection.prepare("DELETE FROM log_offset")
    }

    func load() throws(StoreError) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        try select.query { row throws(StoreError) in
            guard let topic = Topic(rawValue: UInt8(truncatingIfNeeded: row.int64(0))) else { return }
            offsets[TopicPartition(topic, Int32(truncatingIfNeeded: row.int64(1)))] = row.int64(2)
        }
        return offsets
    }

    func save(_ offsets: [(TopicPartition, Int64)]) throws(StoreError) {
        try connection.runMany(upsert, count: offsets.count) { index, row in
            row.bind(1, Int64(offsets[index].0.topic.rawValue))
            row.bind(2, Int64(offsets[index].0.partition))
            row.bind(3, offsets[index].1)
        }
    }

    func removeAll() throws(StoreError) { try deleteAll.submit() }
}
