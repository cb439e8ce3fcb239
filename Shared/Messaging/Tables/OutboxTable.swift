import HostedConnection
import Schema
import Store

/// Messages sent and to be sent.
struct OutboxTable {
    private let connection: any StoreConnection
    private let insert: any StoreStatement
    private let range: any StoreStatement
    private let ends: any StoreStatement
    private let deleteThrough: any StoreStatement
    private let createdAt: any StoreStatement

    init(_ connection: any StoreConnection) throws(StoreError) {
        self.connection = connection
        insert = try connection.prepare(
            "INSERT INTO outbox (id, topic, message_key, message_id, type, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        range = try connection.prepare(
            "SELECT id, topic, message_key, message_id, type, body FROM outbox WHERE id BETWEEN ?1 AND ?2 ORDER BY id")
        ends = try connection.prepare("SELECT MIN(id), MAX(id) FROM outbox")
        deleteThrough = try connection.prepare("DELETE FROM outbox WHERE id <= ?1")
        createdAt = try connection.prepare("SELECT created_at FROM outbox WHERE id = ?1")
    }

    /// The first and last id kept; nil when the outbox is empty.
    func kept() throws(StoreError) -> ClosedRange<Int64>? {
        try ends.first { row throws(StoreError) -> ClosedRange<Int64>? in
            row.isNull(0) ? nil : row.int64(0)...row.int64(1)
        } ?? nil
    }

    /// Writes the events from `start` on; the first of all of them has the id `firstID`.
    func append(_ events: borrowing OutgoingEvents, from start: Int, firstID: Int64, now: Instant) throws(StoreError) {
        guard start < events.count else { return }
        // The arena does not move while its pointer is lent, so the rows bind their bytes without a copy.
        let count = events.count
        let entries = events.entries
        let records = events.batch.records
        try events.batch.bytes.span.withUnsafeBytes { arena throws(StoreError) in
            try connection.runMany(insert, count: count - start) { offset, row in
                let index = start + offset
                let entry = entries[index]
                row.bind(1, firstID + Int64(index))
                row.bind(2, Int64(records[index].topic.rawValue))
                row.bind(3, slice(records[index].key, of: arena))
                row.bind(4, entry.id)
                row.bind(5, Int64(entry.type.rawValue))
                row.bind(6, slice(entry.body, of: arena))
                row.bind(7, now)
            }
        }
    }

    private func slice(_ slice: RecordBatch.Slice, of arena: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: arena[Int(slice.start)..<Int(slice.start) + Int(slice.count)])
    }

    /// Reads rows back, to be sent again.
    func load(_ ids: ClosedRange<Int64>, source: String) throws(StoreError) -> OutgoingEvents {
        var events = OutgoingEvents(source: source)
        range.bind(1, ids.lowerBound)
        range.bind(2, ids.upperBound)
        try range.query { row throws(StoreError) in
            guard let topic = Topic(rawValue: UInt8(truncatingIfNeeded: row.int64(1))),
                let type = MessageType(rawValue: UInt16(truncatingIfNeeded: row.int64(4)))
            else { throw .corrupt("outbox row \(row.int64(0)) has topic \(row.int64(1)) and type \(row.int64(4))") }
            events.append(
                topic: topic, key: row.bytes(2), id: try row.identifier(3), type: type, body: row.bytes(5), tag: UInt64(row.int64(0)))
        }
        return events
    }

    func creation(of id: Int64) throws(StoreError) -> Instant? {
        createdAt.bind(1, id)
        return try createdAt.first { row throws(StoreError) in row.instant(0) }
    }

    func remove(through id: Int64) throws(StoreError) {
        deleteThrough.bind(1, id)
        try deleteThrough.submit()
    }
}
