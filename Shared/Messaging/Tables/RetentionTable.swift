import HostedConnection
import Store

/// Removes rows whose time is over, a bounded number at a time.
struct RetentionTable {
    private let inbox: any StoreStatement
    private let idempotency: any StoreStatement
    private let deadLetters: any StoreStatement

    init(_ connection: any StoreConnection) throws(StoreError) {
        inbox = try connection.prepare(
            """
            DELETE FROM inbox WHERE received_at < ?1 AND id IN (SELECT id FROM inbox ORDER BY id LIMIT ?2)
            """)
        idempotency = try connection.prepare(
            """
            DELETE FROM idempotency WHERE (caller, request_key) IN
                (SELECT caller, request_key FROM idempotency WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)
            """)
        deadLetters = try connection.prepare(
            "DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter WHERE state <> 1 AND closed_at < ?1 ORDER BY id LIMIT ?2)")
    }

    /// Removes up to a chunk of rows of each table; returns how many went from each.
    func purge(at now: Instant, _ settings: EngineSettings) throws(StoreError) -> [Int] {
        let limit = settings.purgeChunk
        return try [
            run(inbox, before: now - settings.inboxKeepFor, limit),
            run(idempotency, before: now - settings.idempotencyKeepFor, limit),
            run(deadLetters, before: now - settings.deadLetterKeepFor, limit),
        ]
    }

    private func run(_ statement: any StoreStatement, before: Instant, _ limit: Int64) throws(StoreError) -> Int {
        statement.bind(1, before)
        statement.bind(2, limit)
        return try statement.run()
    }
}
