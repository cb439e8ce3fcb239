import HostedConnection
import Store

/// Answers kept with their idempotency keys.
struct IdempotencyTable {
    enum Verdict {
        case new
        /// The same request: its answer.
        case repeated(CommandAnswer)
        /// Another request with the same key.
        case reused
    }

    private let select: any StoreStatement
    private let insert: any StoreStatement

    init(_ connection: any StoreConnection) throws(StoreError) {
        select = try connection.prepare("SELECT digest, status, body, command_id FROM idempotency WHERE caller = ?1 AND request_key = ?2")
        insert = try connection.prepare(
            """
            INSERT INTO idempotency (caller, request_key, digest, status, body, created_at, command_id) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
    }

    func look(_ claim: IdempotencyClaim) throws(StoreError) -> Verdict {
        select.bindText(1, claim.caller)
        select.bindText(2, claim.key)
        return try select.first { row throws(StoreError) in
            guard row.blob(0) == claim.digest else { return .reused }
            return .repeated(
                CommandAnswer(
                    status: UInt16(truncatingIfNeeded: row.int64(1)), body: row.blob(2),
                    command: try row.optionalIdentifier(3) ?? .none))
        } ?? .new
    }

    func keep(_ answer: CommandAnswer, for claim: IdempotencyClaim, now: Instant) throws(StoreError) {
        insert.bindText(1, claim.caller)
        insert.bindText(2, claim.key)
        insert.bind(3, claim.digest)
        insert.bind(4, Int64(answer.status))
        insert.bind(5, answer.body)
        insert.bind(6, now)
        insert.bind(7, answer.command)
        try insert.submit()
    }
}
