import Store

/// The engine's tables, their statements prepared once.
struct MessagingTables {
    let state: EngineStateTable
    let outbox: OutboxTable
    let offsets: OffsetTable
    let inbox: InboxTable
    let holds: HoldTable
    let parked: ParkedTable
    let parkedEvents: ParkedEventTable
    let deadLetters: DeadLetterTable
    let timers: TimerTable
    let idempotency: IdempotencyTable
    let retention: RetentionTable

    init(_ connection: any StoreConnection) throws(StoreError) {
        state = try EngineStateTable(connection)
        outbox = try OutboxTable(connection)
        offsets = try OffsetTable(connection)
        inbox = try InboxTable(connection)
        holds = try HoldTable(connection)
        parked = try ParkedTable(connection)
        parkedEvents = try ParkedEventTable(connection)
        deadLetters = try DeadLetterTable(connection)
        timers = try TimerTable(connection)
        idempotency = try IdempotencyTable(connection)
        retention = try RetentionTable(connection)
    }
}
