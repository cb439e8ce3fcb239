import HostedConnection
import ServiceKit
public import Store

extension Engine {
    /// Work that can wait for a quiet moment: notes how far the log has taken the outbox and removes rows whose time is over,
    /// a bounded number at a time.
    public func maintain() throws(StoreError) {
        var removed = 0
        try runAlone { () throws(StoreError) in
            let now = step.now
            try tables.state.set(.outboxWatermark, number: publisher.watermark)
            savedWatermark = publisher.watermark
            let purged =
                try tables.retention.purge(at: now, settings) + [
                    trimOldOutbox(at: now), buryOverdue(at: now), application.purge(at: now, limit: settings.purgeChunk),
                ]
            isPurgeBehind = purged.contains { $0 >= Int(settings.purgeChunk) }
            removed = purged.reduce(0, +)
        }
        statistics.purgedRows += UInt64(removed)
    }

    /// Whether ``maintain()`` has something to do now.
    public var wantsMaintenance: Bool { isPurgeBehind || publisher.watermark != savedWatermark }

    private func trimOldOutbox(at now: Instant) throws(StoreError) -> Int {
        let last = min(firstKept + settings.purgeChunk - 1, publisher.watermark)
        guard last >= firstKept, let created = try tables.outbox.creation(of: last), created < now - settings.outboxKeepFor else {
            return 0
        }
        try tables.outbox.remove(through: last)
        defer { firstKept = last + 1 }
        return Int(last - firstKept + 1)
    }

    /// Foreign events that have waited too long for what they are about: an operator decides.
    private func buryOverdue(at now: Instant) throws(StoreError) -> Int {
        let rows = try tables.parkedEvents.rows(receivedBefore: now - settings.parkedEventKeepFor, limit: settings.purgeChunk)
        for row in rows {
            try tables.parkedEvents.remove(row.id)
            parkedNow -= 1
            try row.message.lend(topic: row.topic, key: row.key) { arrival throws(StoreError) in
                _ = try bury(arrival, DeadLetterCause("waited_too_long", "what it is about was never heard of"))
            }
        }
        return rows.count
    }
}
