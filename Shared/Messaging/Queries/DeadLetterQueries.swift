import HostedConnection
public import Schema
public import Store

extension MessagingQueries {
    private static let deadLetterColumns = """
        id, topic, partition, log_offset, message_key, message_id, source, type, cause, detail, channel_key IS NOT NULL, \
        received_at, length(body), state
        """

    /// Dead letters in the order in which they came.
    /// - Parameter state: only those that stand so; nil for all.
    public func deadLetters(_ state: DeadLetterState?, _ page: PageRequest) throws(StoreError) -> DeadLetterList {
        let condition = state == nil ? "" : "state = ?3 AND "
        let statement = try reader.prepare(
            "SELECT \(Self.deadLetterColumns) FROM dead_letter WHERE \(condition)id > ?1 ORDER BY id LIMIT ?2")
        statement.bind(1, Int64(truncatingIfNeeded: page.after.value))
        statement.bind(2, page.limit)
        if let state { statement.bind(3, Int64(state.rawValue)) }
        var views: [DeadLetterView] = []
        try statement.query { row throws(StoreError) in views.append(try Self.view(row)) }
        let next = page.close(&views) { ID128(UInt128($0.deadLetterID)) }
        return DeadLetterList(items: views, nextPageToken: next)
    }

    /// One dead letter; nil if there is none of this number.
    public func deadLetter(_ id: Int64) throws(StoreError) -> DeadLetterView? {
        let statement = try reader.prepare("SELECT \(Self.deadLetterColumns) FROM dead_letter WHERE id = ?1")
        statement.bind(1, id)
        return try statement.first { row throws(StoreError) in try Self.view(row) }
    }

    private static func view(_ row: any StoreRow) throws(StoreError) -> DeadLetterView {
        guard let state = UInt8(exactly: row.int64(13)).flatMap(DeadLetterState.init(rawValue:)) else {
            throw .corrupt("dead letter \(row.int64(0)) has state \(row.int64(13))")
        }
        return DeadLetterView(
            deadLetterID: UInt64(bitPattern: row.int64(0)), topic: try topic(row, 1).baseName,
            partition: Int32(truncatingIfNeeded: row.int64(2)), offset: row.int64(3),
            // A key is whatever the sender made it; what is no text is shown with replacement characters.
            key: row.withBytes(4) { String(decoding: $0, as: UTF8.self) }, eventID: try row.text(5), eventSource: try row.text(6),
            eventType: try row.text(7), cause: try row.text(8), detail: try row.text(9),
            holdsChannel: row.bool(10) && state == .open, receivedAt: Timestamp(row.instant(11)),
            bodyBytes: UInt64(bitPattern: row.int64(12)), state: state.name)
    }
}
