import HostedConnection
import Schema
import Store

/// Foreign events that came before what they are about.
struct ParkedEventTable {
    struct Row {
        var id: Int64
        var topic: Topic
        var key: [UInt8]
        var message: ParkedMessage
    }

    private let insert: any StoreStatement
    private let waiting: any StoreStatement
    private let overdue: any StoreStatement
    private let delete: any StoreStatement
    private let last: any StoreStatement
    private let countAll: any StoreStatement

    init(_ connection: any StoreConnection) throws(StoreError) {
        insert = try connection.prepare(
            """
            INSERT INTO parked_event (id, wait_kind, wait_key, topic, message_key, message_id, source, type, encoding, body, received_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """)
        waiting = try connection.prepare(
            """
            SELECT id, topic, message_key, message_id, source, type, encoding, body FROM parked_event
            WHERE wait_kind = ?1 AND wait_key = ?2 ORDER BY id
            """)
        overdue = try connection.prepare(
            """
            SELECT id, topic, message_key, message_id, source, type, encoding, body FROM parked_event
            WHERE received_at < ?1 ORDER BY received_at, id LIMIT ?2
            """)
        delete = try connection.prepare("DELETE FROM parked_event WHERE id = ?1")
        last = try connection.prepare("SELECT MAX(id) FROM parked_event")
        countAll = try connection.prepare("SELECT COUNT(*) FROM parked_event")
    }

    func park(_ arrival: Arrival, until key: WaitKey, now: Instant) throws(StoreError) {
        let id = (try last.first { row throws(StoreError) in row.int64(0) } ?? 0) + 1
        insert.bind(1, id)
        insert.bind(2, key.stored.kind)
        insert.bind(3, key.stored.key)
        insert.bind(4, Int64(arrival.topic.rawValue))
        insert.bind(5, arrival.key)
        insert.bindText(6, arrival.id)
        insert.bindText(7, arrival.source)
        insert.bindText(8, arrival.typeName)
        insert.bind(9, arrival.encoding == .json ? 2 : 1 as Int64)
        insert.bind(10, arrival.body)
        insert.bind(11, now)
        try insert.run()
    }

    func rows(waitingFor key: WaitKey) throws(StoreError) -> [Row] {
        waiting.bind(1, key.stored.kind)
        waiting.bind(2, key.stored.key)
        return try read(waiting)
    }

    /// The longest waiting ones, at most `limit`.
    func rows(receivedBefore instant: Instant, limit: Int64) throws(StoreError) -> [Row] {
        overdue.bind(1, instant)
        overdue.bind(2, limit)
        return try read(overdue)
    }

    private func read(_ statement: any StoreStatement) throws(StoreError) -> [Row] {
        var rows: [Row] = []
        try statement.query { row throws(StoreError) in
            guard let topic = Topic(rawValue: UInt8(truncatingIfNeeded: row.int64(1))) else {
                throw .corrupt("parked_event has topic \(row.int64(1))")
            }
            let message = ParkedMessage(
                place: Place(position: .beginning, after: nil), id: try row.text(3), source: try row.text(4),
                typeName: try row.text(5), encoding: row.int64(6) == 2 ? .json : .protobuf, body: row.blob(7))
            rows.append(Row(id: row.int64(0), topic: topic, key: row.blob(2), message: message))
        }
        return rows
    }

    func remove(_ id: Int64) throws(StoreError) {
        delete.bind(1, id)
        try delete.submit()
    }

    func count() throws(StoreError) -> Int {
        try countAll.first { row throws(StoreError) in Int(row.int64(0)) } ?? 0
    }
}
