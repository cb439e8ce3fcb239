import HostedConnection
import Schema
import Store

/// Where a dead letter stands.
public enum DeadLetterState: UInt8, Sendable, CaseIterable {
    case open = 1
    /// Handled after all.
    case retried = 2
    /// Given up by an operator.
    case discarded = 3

    public var name: String {
        switch self {
        case .open: "open"
        case .retried: "retried"
        case .discarded: "discarded"
        }
    }
}

/// What could not be handled, whole.
struct DeadLetterTable {
    private let last: any StoreStatement
    private let insert: any StoreStatement
    private let close: any StoreStatement
    private let select: any StoreStatement
    private let countOpen: any StoreStatement

    init(_ connection: any StoreConnection) throws(StoreError) {
        last = try connection.prepare("SELECT MAX(id) FROM dead_letter")
        insert = try connection.prepare(
            """
            INSERT INTO dead_letter (id, topic, partition, log_offset, message_key, message_id, source, type, headers, body, cause,
                detail, channel_key, epoch, sequence, state, received_at, encoding)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 1, ?16, ?17)
            """)
        close = try connection.prepare(
            "UPDATE dead_letter SET state = ?2, closed_at = ?3, closed_by = ?4 WHERE id = ?1 AND state = 1")
        select = try connection.prepare(
            """
            SELECT topic, message_key, channel_key, message_id, source, type, encoding, body FROM dead_letter
            WHERE id = ?1 AND state = 1
            """)
        countOpen = try connection.prepare("SELECT COUNT(*) FROM dead_letter WHERE state = 1")
    }

    func append(_ letter: borrowing UnhandledMessage, cause: DeadLetterCause, now: Instant) throws(StoreError) -> Int64 {
        let id = (try last.first { row throws(StoreError) in row.int64(0) } ?? 0) + 1
        insert.bind(1, id)
        insert.bind(2, Int64(letter.topic.rawValue))
        insert.bind(3, Int64(letter.partition))
        insert.bind(4, letter.offset)
        insert.bind(5, letter.key)
        insert.bindText(6, letter.id)
        insert.bindText(7, letter.source)
        insert.bindText(8, letter.typeName)
        insert.bind(9, letter.headers)
        insert.bind(10, letter.body)
        insert.bindText(11, cause.code)
        insert.bindText(12, cause.detail)
        insert.bind(13, letter.channel.map { ID128($0.key) })
        insert.bind(14, letter.position.map { Int64(bitPattern: $0.epoch) })
        insert.bind(15, letter.position.map { Int64(bitPattern: $0.sequence) })
        insert.bind(16, now)
        insert.bind(17, letter.encoding.map(Self.number))
        try insert.run()
        return id
    }

    /// The open dead letter of this number; nil if there is none.
    func open(_ id: Int64) throws(StoreError) -> OpenDeadLetter? {
        select.bind(1, id)
        return try select.first { row throws(StoreError) in
            guard let topic = Topic(rawValue: UInt8(truncatingIfNeeded: row.int64(0))) else {
                throw .corrupt("dead_letter \(id) has topic \(row.int64(0))")
            }
            var letter = OpenDeadLetter(topic: topic, key: row.blob(1))
            if let key = try row.optionalID(2) { letter.channel = ChannelKey(topic: topic, key: key.value) }
            if let encoding = row.optionalInt64(6) {
                letter.message = ParkedMessage(
                    place: Place(position: .beginning, after: nil), id: try row.text(3), source: try row.text(4),
                    typeName: try row.text(5), encoding: encoding == 2 ? .json : .protobuf, body: row.blob(7))
            }
            return letter
        }
    }

    private static func number(_ encoding: EventEncoding) -> Int64 { encoding == .json ? 2 : 1 }

    func close(_ id: Int64, as state: DeadLetterState, by actor: String, now: Instant) throws(StoreError) {
        close.bind(1, id)
        close.bind(2, Int64(state.rawValue))
        close.bind(3, now)
        close.bindText(4, actor)
        try close.run()
    }

    func openCount() throws(StoreError) -> Int {
        try countOpen.first { row throws(StoreError) in Int(row.int64(0)) } ?? 0
    }
}
