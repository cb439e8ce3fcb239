import HostedConnection
import ServiceKit
public import Store

extension Engine {
    /// Work that can wait for a quiet moment: notes how far the log has taken the outbox and removes rows whose time is over,
    /// a bounded number at a time.
    public func maintain() throws(StoreError) {
        let now = clock.now()
        let removed = try connection.transaction { () throws(StoreError) in
            try tables.state.set(.outboxWatermark, number: publisher.watermark)
            return try tables.retention.purge(at: now, settings) + trimOldOutbox(at: now)
        }
        savedWatermark = publisher.watermark
        statistics.purgedRows += UInt64(removed)
    }

    /// Whether ``maintain()`` has something to do now.
    public var wantsMaintenance: Bool { publisher.watermark != savedWatermark }

    private func trimOldOutbox(at now: Instant) throws(StoreError) -> Int {
        let last = min(firstKept + settings.purgeChunk - 1, publisher.watermark)
        guard last >= firstKept, let created = try tables.outbox.creation(of: last), created < now - settings.outboxKeepFor else {
            return 0
        }
        try tables.outbox.remove(through: last)
        defer { firstKept = last + 1 }
        return Int(last - firstKept + 1)
    }
}
