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
            for signal in intake.signals { try heed(signal) }
            let timersDue = nextTimer.map { $0 <= clock.now() } ?? false
            if !intake.batches.isEmpty || !intake.commands.isEmpty || !intake.orders.isEmpty || timersDue {
                try runTransaction(intake)
            }
        } catch {
            for command in intake.commands { command.reply(Self.notDone(error)) }
            for order in intake.orders { order.reply(Self.notDone(error)) }
            throw error
        }
        publishBacklog()
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
        do throws(StoreError) {
            try attempt(intake)
        } catch {
            try undo()
            guard error.blamesValue else { throw error }
            // One item broke a rule of the schema that the rules in code let pass: find it, keep the others.
            statistics.isolatedBatches += 1
            isolation.isActive = true
            defer { isolation.isActive = false }
            do throws(StoreError) {
                try attempt(intake)
            } catch {
                try undo()
                throw error
            }
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
        for batch in intake.batches {
            for index in batch.records.indices { try accept(batch.records[index], of: batch) }
        }
        try fireTimers()
        for order in intake.orders { try carryOut(order) }
        for command in intake.commands { try execute(command) }
        try writeItem()
        try writeProgress()
        try connection.commit()
        firstUnwritten = 0
        handledPartitions.formUnion(changedOffsets)
        changedOffsets.removeAll(keepingCapacity: true)
    }

    /// Writes what the items so far have changed and caused.
    func writeItem() throws(StoreError) {
        try application.flush()
        for (key, due) in step.takeTimers() {
            if let due {
                try tables.timers.arm(key, due: due)
                nextTimer = min(nextTimer ?? due, due)
            } else {
                try tables.timers.remove(key)
            }
        }
        let first = publisher.lastCommitted + 1
        try tables.outbox.append(step.events, from: firstUnwritten, firstID: first, now: step.now)
        firstUnwritten = step.events.count
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

    /// The batch is rolled back: forget what it did to the memory too.
    private func undo() throws(StoreError) {
        try connection.rollback()
        application.discard()
        step.clear()
        firstUnwritten = 0
        replies.removeAll(keepingCapacity: true)
        changedOffsets.removeAll(keepingCapacity: true)
        try reload()
        offsets = try tables.offsets.load()
        savedWatermark = try tables.state.number(.outboxWatermark) ?? 0
    }

    /// Reads what the memory mirrors of the database.
    func reload() throws(StoreError) {
        holds = try tables.holds.load()
        parkedNow = try tables.parked.count() + tables.parkedEvents.count()
        openDeadLetters = try tables.deadLetters.openCount()
        nextTimer = try tables.timers.nextDue()
    }

    /// Runs one item between savepoints, so that a constraint it breaks undoes it alone.
    func isolated(_ body: () throws(StepFailure) -> Void) throws(StepFailure) {
        var failure: StepFailure?
        let written = firstUnwritten
        do throws(StoreError) {
            try connection.nested { () throws(StoreError) in
                do throws(StepFailure) {
                    try body()
                } catch {
                    if case .store(let error) = error { throw error }
                    failure = error
                    return
                }
                try writeItem()
            }
        } catch {
            guard error.blamesValue else { throw .store(error) }
            let cause = error
            application.discard()
            firstUnwritten = written
            do throws(StoreError) { try reload() } catch { throw .store(error) }
            throw .refused(
                Refusal(
                    .internalError, "The database refused the change: \(cause)",
                    next: "Report this: the rules should have refused it first"))
        }
        if let failure { throw failure }
    }
}
