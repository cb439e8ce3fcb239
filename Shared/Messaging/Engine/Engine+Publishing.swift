import HostedConnection
import Schema
import Store

extension Engine {
    /// The batch is committed: its messages go to the log straight from memory, as far as there is room.
    func sendCommitted() {
        defer { step.clear() }
        let count = step.events.count
        guard count > 0 else { return }
        let first = publisher.lastCommitted + 1
        if firstKept > publisher.lastCommitted { firstKept = first }
        let ready = publisher.committed(first: first, count: count)
        guard ready > 0 else { return }
        step.numberEvents(from: first)
        let taken = log.publish(step.events.batch, from: 0)
        if taken > 0 { publisher.handedOver(through: first + Int64(taken) - 1) }
    }

    /// Hands over rows that wait in the database; none in the good case.
    ///
    /// - Throws: when rows can't be read as messages; a database that is only busy is asked again with the next batch.
    func publishBacklog() throws(StoreError) {
        while let ids = publisher.backlog(limit: settings.backlogChunk) {
            let events: OutgoingEvents
            do throws(StoreError) {
                events = try tables.outbox.load(ids, source: application.source)
            } catch {
                if error.isRetriable { return }
                throw error
            }
            guard events.count > 0 else { return }
            let taken = log.publish(events.batch, from: 0)
            if taken > 0 { publisher.handedOver(through: ids.lowerBound + Int64(taken) - 1) }
            if taken < events.count { return }
        }
    }

    /// Reacts to what happened to the log.
    func heed(_ signal: LogSignal) throws(StoreError) {
        switch signal {
        case .producerLost(let generation):
            loseProducer(generation)
        case .incarnation(let found, let generation) where found == incarnation:
            // The same log at another address: what it has acknowledged it still has, and its offsets hold.
            loseProducer(generation)
        case .incarnation(let found, let generation):
            statistics.replays += 1
            publisher.replay(from: firstKept, generation: generation)
            offsets.removeAll()
            changedOffsets.removeAll()
            handledPartitions.removeAll()
            savedWatermark = publisher.watermark
            let watermark = publisher.watermark
            try connection.transaction { () throws(StoreError) in
                try tables.offsets.removeAll()
                try tables.state.set(.incarnation, text: found)
                try tables.state.set(.outboxWatermark, number: watermark)
            }
            incarnation = found
        case .lost:
            statistics.lostRanges += 1
        }
    }

    private func loseProducer(_ generation: UInt64) {
        statistics.producersLost += 1
        publisher.producerLost(generation: generation)
    }

    /// Forgets sent rows beyond what is kept for receivers that ask again.
    func trimOutbox() throws(StoreError) {
        let excess = publisher.watermark - settings.outboxKeepRows
        // In larger pieces than one batch, so that most batches leave the old end of the table alone; bounded all the same.
        guard excess >= firstKept + 10_000 else { return }
        let last = min(excess, firstKept + 50_000)
        try tables.outbox.remove(through: last)
        firstKept = last + 1
    }
}
