import HostedConnection
import Schema
import ServiceKit
public import Store

extension Engine {
    /// Handles everything in the intake in one transaction, then sends and answers.
    ///
    /// - Throws: when the database fails as a whole. Nothing was kept then, except after
    ///   ``StoreError/commitUncertain(_:)``; the records can be given again if the error is retriable, the commands have been
    ///   answered that they were not carried out.
    public func run(_ intake: Intake<Application.Command>) throws(StoreError) {
        for delivery in intake.deliveries {
            for tag in delivery.tags { publisher.acknowledge(Int64(tag), generation: delivery.generation) }
        }
        do throws(StoreError) {
            if isStale { try restore() }
            for signal in intake.signals { try heed(signal) }
            let timersDue = nextTimer.map { $0 <= clock.now() } ?? false
            if intake.recordCount > 0 || !intake.commands.isEmpty || !intake.orders.isEmpty || timersDue {
                try runTransaction(intake)
            }
        } catch {
            for command in intake.commands { command.reply(Self.notDone(error)) }
            for order in intake.orders { order.reply(Self.notDone(error)) }
            throw error
        }
        try publishBacklog()
    }

    private static func notDone(_ error: StoreError) -> CommandAnswer {
        let isKnown = if case .commitUncertain = error { false } else { true }
        return Refusal(
            .overloaded, isKnown ? "The database did not take the change" : "It is not known whether the change was kept",
            next: isKnown ? "Try again in a moment" : "Look whether it was carried out before trying again"
        ).answer
    }

    private func runTransaction(_ intake: Intake<Application.Command>) throws(StoreError) {
        step.now = clock.now()
        let before = statistics
        do throws(StoreError) {
            try attempt(intake)
        } catch {
            undo(to: before)
            guard isolation.takeDemand() || error.refusalOfItem != nil else { throw error }
            if isStale { try restore() }
            // One item broke a rule of the schema, holds what no database takes, or failed half-way: find it, keep the others.
            isolation.isActive = true
            defer { isolation.isActive = false }
            do throws(StoreError) {
                try attempt(intake)
            } catch {
                undo(to: before)
                throw error
            }
            statistics.isolatedBatches += 1
        }
        statistics.batches += 1
        statistics.sent += UInt64(step.events.count)
        sendCommitted()
        let answered = replies
        replies.removeAll(keepingCapacity: true)
        for (reply, answer) in answered { reply(answer) }
    }

    private func attempt(_ intake: Intake<Application.Command>) throws(StoreError) {
        try connection.begin()
        for batch in intake.orphans {
            for index in batch.records.indices { try accept(batch.records[index], of: batch) }
        }
        for batch in intake.batches {
            for index in batch.records.indices { try accept(batch.records[index], of: batch) }
            noteOffsets(of: batch)
        }
        try fireTimers()
        for order in intake.orders { try carryOut(order) }
        for command in intake.commands { try execute(command) }
        try writeItem()
        try writeProgress()
        try connection.commit()
        application.committed()
        firstUnwritten = 0
        handledPartitions.formUnion(changedOffsets)
        changedOffsets.removeAll(keepingCapacity: true)
    }

    /// Writes what the items so far have changed and caused.
    func writeItem() throws(StoreError) {
        try application.flush()
        try writeTimers()
        let first = publisher.lastCommitted + 1
        try tables.outbox.append(step.events, from: firstUnwritten, firstID: first, now: step.now)
        firstUnwritten = step.events.count
    }

    /// Writes the timers that the items so far have armed, moved and taken back.
    func writeTimers() throws(StoreError) {
        for change in step.takeTimers() {
            if let due = change.due {
                try tables.timers.arm(change.key, due: due, generation: change.generation)
                nextTimer = min(nextTimer ?? due, due)
            } else {
                try tables.timers.remove(change.key)
            }
        }
    }

    private func writeProgress() throws(StoreError) {
        if !changedOffsets.isEmpty {
            try tables.offsets.save(changedOffsets.sorted().map { ($0, offsets[$0] ?? 0) })
        }
        if publisher.watermark != savedWatermark {
            try tables.state.set(.outboxWatermark, number: publisher.watermark)
            savedWatermark = publisher.watermark
        }
        try trimOutbox()
    }

    /// Rolls the batch back, in memory too. Where the database refuses even this, the memory is stale until it answers again.
    func undo(to before: EngineStatistics) {
        application.discard()
        step.clear()
        firstUnwritten = 0
        replies.removeAll(keepingCapacity: true)
        changedOffsets.removeAll(keepingCapacity: true)
        statistics = before
        isStale = true
        do throws(StoreError) { try restore() } catch {}
    }

    /// Makes the memory what the database says after a batch that failed.
    private func restore() throws(StoreError) {
        try connection.rollback()
        try reload()
        offsets = try tables.offsets.load()
        savedWatermark = try tables.state.number(.outboxWatermark) ?? 0
        isStale = false
    }

    /// Reads what the memory mirrors of the database.
    func reload() throws(StoreError) {
        holds = HeldChannels(try tables.holds.load())
        parkedNow = try tables.parked.count() + tables.parkedEvents.count()
        openDeadLetters = try tables.deadLetters.openCount()
        nextTimer = try tables.timers.nextDue()
    }

    /// Runs one item between savepoints, so that a constraint it breaks, or a refusal after some of its parts were written,
    /// undoes it alone.
    func isolated(_ body: () throws(StepFailure) -> Void) throws(StepFailure) {
        // What came before the item is not the item's: it stays whatever happens now.
        let point = try stored { () throws(StoreError) in
            try writeItem()
            return try connection.savepoint()
        }
        let written = firstUnwritten
        do throws(StepFailure) {
            try body()
            try stored { () throws(StoreError) in
                try writeItem()
                try connection.flush()
                try connection.release(point)
            }
        } catch {
            var failure = error
            if case .store(let error) = error {
                guard let refusal = error.refusalOfItem else { throw .store(error) }
                failure = .refused(refusal)
            }
            firstUnwritten = written
            try stored { () throws(StoreError) in
                try connection.rollback(to: point)
                try connection.release(point)
                application.discard()
                try reload()
            }
            throw failure
        }
    }
}
