import HostedConnection
import Kafka
import ServiceKit
import Store

/// Turns as long as the service runs: waits for something, lets the engine handle everything that came, tells the log.
struct EngineLoop<Application: EngineApplication> {
    let engine: Engine<Application>
    let mailbox: Mailbox<Application.Command>
    let report: EngineReport
    let heartbeat: Heartbeat
    let logger: Logger
    let resume: @Sendable () -> Void

    /// How often Kafka's committed offsets follow the database's at most.
    private static var commitInterval: Duration { .milliseconds(50) }
    /// How long the loop waits when nothing at all happens.
    private static var idleInterval: Duration { .seconds(1) }
    /// How long a closing engine waits for the log.
    private static var closingLimit: Duration { .seconds(2) }
    /// How long it waits before it tries a failed batch again.
    private static var retryInterval: Duration { .milliseconds(500) }

    private var uncommitted: [TopicPartition: Int64] = [:]
    private var lastCommit = MonotonicInstant.now
    private var lastMaintenance = MonotonicInstant.now
    private var closingSince: MonotonicInstant?

    init(
        engine: Engine<Application>, mailbox: Mailbox<Application.Command>, report: EngineReport, heartbeat: Heartbeat,
        logger: Logger, resume: @escaping @Sendable () -> Void
    ) {
        self.engine = engine
        self.mailbox = mailbox
        self.report = report
        self.heartbeat = heartbeat
        self.logger = logger
        self.resume = resume
    }

    mutating func run() {
        var failure: StoreError?
        while true {
            heartbeat.tick()
            let taken = mailbox.take(
                until: deadline(after: failure), isReading: !engine.isFull, wakesForClosing: closingSince == nil,
                wakesForDeliveries: engine.hasBacklog || closingSince != nil, isPatient: failure != nil)
            if taken.resumes { resume() }
            var isHandled = false
            do throws(StoreError) {
                try engine.run(taken.intake)
                isHandled = true
                try maintainIfQuiet(taken)
                if failure != nil { logger.info("the database works again") }
                failure = nil
            } catch {
                if !isHandled { mailbox.putBack(taken.intake) }
                guard error.isRetriable, !taken.isClosing else {
                    logger.error("the engine stops", ["error": .string(error.description)])
                    report.ended(error)
                    return close()
                }
                if failure == nil { logger.warning("the database fails, trying again", ["error": .string(error.description)]) }
                failure = error
            }
            commitOffsets(always: taken.enquiry != nil || taken.isClosing)
            if let enquiry = taken.enquiry { mailbox.answer(enquiry, engine.nextOffsets) }
            report.publish(engine.currentStatistics(), failure: failure)
            if taken.isClosing, isDone(taken) {
                heartbeat.retire()
                return close()
            }
        }
    }

    /// Whether a closing engine has nothing left to do. What the log has not acknowledged by then is sent again at the next
    /// start.
    private mutating func isDone(_ taken: Taken<Application.Command>) -> Bool {
        let since = closingSince ?? .now
        closingSince = since
        return taken.intake.isEmpty && (!engine.hasUnacknowledged || MonotonicInstant.now - since > Self.closingLimit)
    }

    private func deadline(after failure: StoreError?) -> MonotonicInstant {
        let now = MonotonicInstant.now
        if failure != nil { return now + Self.retryInterval }
        if closingSince != nil { return now + Self.commitInterval }
        var wait = uncommitted.isEmpty && !engine.wantsMaintenance ? Self.idleInterval : Self.commitInterval
        if let due = engine.nextDue { wait = min(wait, max(.zero, due - engine.now)) }
        return now + wait
    }

    private mutating func maintainIfQuiet(_ taken: Taken<Application.Command>) throws(StoreError) {
        let now = MonotonicInstant.now
        let isQuiet = taken.intake.batches.isEmpty && taken.intake.commands.isEmpty
        let interval: Duration =
            if engine.isPurgeBehind { isQuiet ? .milliseconds(50) : .seconds(1) } else {
                isQuiet && engine.wantsMaintenance ? .seconds(1) : .seconds(60)
            }
        guard now - lastMaintenance > interval else { return }
        lastMaintenance = now
        try engine.maintain()
    }

    private mutating func commitOffsets(always: Bool) {
        let changed = engine.takeHandledOffsets()
        uncommitted.merge(changed) { $1 }
        let now = MonotonicInstant.now
        guard !uncommitted.isEmpty, always || now - lastCommit >= Self.commitInterval else { return }
        engine.log.commit(uncommitted)
        uncommitted.removeAll(keepingCapacity: true)
        lastCommit = now
    }

    private func close() {
        do throws(StoreError) { try engine.close() } catch {
            logger.error("the database did not close", ["error": .string(error.description)])
        }
        mailbox.abandon()
        report.publish(engine.currentStatistics(), failure: nil)
    }
}
