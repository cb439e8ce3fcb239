public import HostedConnection
public import Store

/// How old the oldest row of a table is; what the retention rules are judged by.
public struct RowAge: Sendable, Hashable {
    public let table: String
    /// When the oldest row was written; nil if the table is empty.
    public let oldest: Instant?
}

extension MessagingQueries {
    private static let ages: [(table: String, sql: String)] = [
        ("outbox", "SELECT created_at FROM outbox ORDER BY id LIMIT 1"),
        ("inbox", "SELECT received_at FROM inbox ORDER BY id LIMIT 1"),
        ("idempotency", "SELECT MIN(created_at) FROM idempotency"),
        ("dead_letter", "SELECT received_at FROM dead_letter ORDER BY id LIMIT 1"),
        ("parked_event", "SELECT received_at FROM parked_event ORDER BY id LIMIT 1"),
        ("channel_hold", "SELECT MIN(since) FROM channel_hold"),
        ("timer", "SELECT MIN(due) FROM timer"),
    ]

    /// The oldest row of each of the engine's tables, by an index or the first row; `timer` has the due time.
    public func oldestRows() throws(StoreError) -> [RowAge] {
        var ages: [RowAge] = []
        for (table, sql) in Self.ages {
            let oldest = try reader.prepare(sql).first { row throws(StoreError) in row.optionalInstant(0) }
            ages.append(RowAge(table: table, oldest: oldest ?? nil))
        }
        return ages
    }

    /// The names in ``oldestRows()``.
    public static var agedTables: [String] { ages.map(\.table) }
}
