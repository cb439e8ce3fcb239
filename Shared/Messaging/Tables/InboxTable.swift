import HostedConnection
import Store

/// Foreign events that were handled.
final class InboxTable {
    enum Verdict {
        case new
        case repeated
        /// The id was used before for something else.
        case reused
    }

    private let insert: any StoreStatement
    private let select: any StoreStatement
    /// Only grows: numbers that a rollback took back are not given again.
    private var lastID: Int64

    init(_ connection: any StoreConnection) throws(StoreError) {
        insert = try connection.prepare(
            """
            INSERT INTO inbox (id, source, message_id, digest, received_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (source, message_id) DO NOTHING
            """)
        select = try connection.prepare("SELECT digest FROM inbox WHERE source = ?1 AND message_id = ?2")
        lastID = try connection.prepare("SELECT MAX(id) FROM inbox").first { row throws(StoreError) in row.int64(0) } ?? 0
    }

    /// Notes the event; what it says if the event, or another with its id, was noted before.
    func note(source: String, id: String, digest: [UInt8], now: Instant) throws(StoreError) -> Verdict {
        lastID += 1
        insert.bind(1, lastID)
        insert.bindText(2, source)
        insert.bindText(3, id)
        insert.bind(4, digest)
        insert.bind(5, now)
        if try insert.run() == 1 { return .new }
        select.bindText(1, source)
        select.bindText(2, id)
        let known = try select.first { row throws(StoreError) in row.blob(0) }
        return known == digest ? .repeated : .reused
    }
}
