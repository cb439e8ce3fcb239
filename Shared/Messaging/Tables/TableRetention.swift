/// How long rows of a table stay. Every table has a rule: a test walks the schema and fails at one without.
public enum TableRetention: Sendable, Equatable {
    /// Removed when their time is over; the text says which time.
    case purged(String)
    /// The table can't grow without bound by itself; the text says why.
    case bounded(String)

    /// The rules of the engine's own tables.
    public static let messaging: [String: TableRetention] = [
        "engine_state": .bounded("one row a fact"),
        "outbox": .purged("acknowledged rows: outboxKeepFor or outboxKeepRows, whichever is less"),
        "log_offset": .bounded("one row a partition"),
        "inbox": .purged("inboxKeepFor"),
        "channel_hold": .bounded("one row a held channel, which has parked messages"),
        "parked": .bounded("parkedPerChannel on a channel, parkedInAll in all; removed when handled or given up"),
        "parked_event": .purged("handled, or a dead letter after parkedEventKeepFor; parkedInAll in all"),
        "dead_letter": .purged("closed ones: deadLetterKeepFor; open ones wait for an operator, and their number is a metric"),
        "timer": .bounded("one row a timer of a row of the service; removed when it fires"),
        "idempotency": .purged("idempotencyKeepFor"),
    ]
}
