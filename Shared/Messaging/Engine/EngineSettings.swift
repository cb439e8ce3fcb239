/// Bounds of the engine. The defaults suit production.
public struct EngineSettings: Sendable {
    /// Most outbox rows handed to the log and not yet acknowledged.
    public var publishWindow = 100_000
    /// Most outbox rows read back in one go.
    public var backlogChunk = 2_000
    /// Sent outbox rows are kept for a receiver that asks again: this long …
    public var outboxKeepFor: Duration = .seconds(86_400)
    /// … or this many, whichever is less.
    public var outboxKeepRows: Int64 = 1_000_000
    /// How long handled foreign events are remembered. Must exceed the log's retention.
    public var inboxKeepFor: Duration = .seconds(8 * 86_400)
    /// How long a foreign event waits for what it is about before it is a dead letter.
    public var parkedEventKeepFor: Duration = .seconds(7 * 86_400)
    public var idempotencyKeepFor: Duration = .seconds(86_400)
    /// How long closed dead letters stay readable.
    public var deadLetterKeepFor: Duration = .seconds(30 * 86_400)
    /// Rows a purge takes in one transaction.
    public var purgeChunk: Int64 = 1_000
    /// Most messages parked on one channel; more are dead letters.
    public var parkedPerChannel = 1_000
    /// Most messages parked in all; at this many the service stops reading until some are handled.
    public var parkedInAll = 100_000
    /// A gap older than this is an alarm.
    public var gapAlarmAfter: Duration = .seconds(300)
    /// Timers fired in one batch.
    public var timersPerBatch = 1_000
    /// A timer whose handler has to wait, or that the database refused, fires again after this long.
    public var timerRetryAfter: Duration = .seconds(60)

    public init() {}
}
