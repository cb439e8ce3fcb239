public import HostedConnection
public import Store

/// How old the oldest row of a table is; what the retention rules are judged by.
public struct RowAge: Sendable, Hashable {
    public let table: String
    /// When the oldest row was written; nil if the table is empty.
    public let oldest: Instant?
}

/// A table whose oldest row is watched.
public struct AgedTable: Sendable, Hashable {
    public let name: String
    /// Selects when the oldest row was written, by an index or the first row.
    public let sql: String

    public init(_ name: String, _ sql: String) {
        self.name = name
        self.sql = sql
    }

    /// The engine's own; of `timer` it is the due time.
    public static let messaging = [
        AgedTable("outbox", "SELECT created_at FROM outbox ORDER BY id LIMIT 1"),
        AgedTable("inbox", "SELECT received_at FROM inbox ORDER BY id LIMIT 1"),
        AgedTable("idempotency", "SELECT MIN(created_at) FROM idempotency"),
        AgedTable("dead_letter", "SELECT received_at FROM dead_letter ORDER BY id LIMIT 1"),
        AgedTable("parked_event", "SELECT received_at FROM parked_event ORDER BY id LIMIT 1"),
        AgedTable("channel_hold", "SELECT MIN(since) FROM channel_hold"),
        AgedTable("timer", "SELECT MIN(due) FROM timer"),
    ]
}

extension MessagingQueries {
    /// The oldest row of each table.
    public func oldestRows(of tables: [AgedTable]) throws(StoreError) -> [RowAge] {
        var ages: [RowAge] = []
        for table in tables {
            let oldest = try reader.prepare(table.sql).first { row throws(StoreError) in row.optionalInstant(0) }
            ages.append(RowAge(table: table.name, oldest: oldest ?? nil))
        }
        return ages
    }
}
