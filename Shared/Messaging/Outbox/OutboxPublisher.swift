/// Decides which outbox rows go to the log when. Rows leave in id order. In the good case a batch goes straight from memory
/// after its commit; only after a start, a full window or a lost producer are rows read back from the database.
/// No I/O happens here.
struct OutboxPublisher: Sendable {
    /// The last row that is committed.
    private(set) var lastCommitted: Int64
    /// The next row to hand to the log.
    private(set) var nextToSend: Int64
    /// Which producer sends now: an acknowledgement of an earlier one says nothing about the log of today.
    private(set) var generation: UInt64 = 0
    /// Most rows handed over and not yet acknowledged.
    let window: Int
    private var line: AcknowledgementLine

    /// - Parameters:
    ///   - watermark: the last row known to be acknowledged, from the database.
    ///   - lastCommitted: the highest row id in the database.
    init(watermark: Int64, lastCommitted: Int64, window: Int) {
        self.lastCommitted = max(watermark, lastCommitted)
        self.nextToSend = watermark + 1
        self.window = window
        self.line = AcknowledgementLine(watermark: watermark)
    }

    /// Every row up to this one is acknowledged.
    var watermark: Int64 { line.watermark }
    /// Rows the log has not taken yet.
    var unacknowledged: Int64 { lastCommitted - line.watermark }
    /// Whether rows wait in the database that were not handed over from memory.
    var hasBacklog: Bool { nextToSend <= lastCommitted }

    private var room: Int { max(0, window - Int(nextToSend - 1 - line.watermark)) }

    /// Rows `first...` of `count` were committed and are still in memory: how many of them may be handed over now.
    mutating func committed(first: Int64, count: Int) -> Int {
        let wasLive = !hasBacklog
        lastCommitted = first + Int64(count) - 1
        return wasLive ? min(count, room) : 0
    }

    /// Which rows to read back and hand over now, if any.
    func backlog(limit: Int) -> ClosedRange<Int64>? {
        let count = min(limit, room, Int(lastCommitted - nextToSend + 1))
        return count > 0 ? nextToSend...(nextToSend + Int64(count) - 1) : nil
    }

    /// The log has taken rows up to and including `id` into its queue.
    mutating func handedOver(through id: Int64) { nextToSend = max(nextToSend, id + 1) }

    mutating func acknowledge(_ id: Int64, generation: UInt64) {
        if generation == self.generation { line.acknowledge(id) }
    }

    /// The producer was lost with what it held: hand over again what is not acknowledged.
    mutating func producerLost(generation: UInt64) {
        self.generation = generation
        nextToSend = line.watermark + 1
    }

    /// The log came back empty: hand over again everything that is kept.
    mutating func replay(from firstKept: Int64, generation: UInt64) {
        self.generation = generation
        line = AcknowledgementLine(watermark: firstKept - 1)
        nextToSend = firstKept
    }
}
