import HostedConnection
public import Kafka
public import Schema
public import ServiceKit

/// Where everything for an engine arrives, from any thread: what comes during one batch is the next one. Bounded: a full
/// mailbox tells the consumer to pause and refuses commands.
public final class Mailbox<Command: Sendable>: Sendable {
    private struct State {
        var intake = Intake<Command>()
        var records = 0
        var isPaused = false
        var isClosing = false
        /// The engine waits for delivery reports.
        var wantsDeliveries = false
        /// The last enquiry made, and the last one answered.
        var asked: UInt64 = 0
        var answered: UInt64 = 0
        var offsets: [TopicPartition: Int64] = [:]
    }

    private let state = ConditionLock(State())
    private let recordLimit: Int
    private let commandLimit: Int

    /// - Parameters:
    ///   - recordLimit: records waiting at which the consumer is told to pause.
    ///   - commandLimit: commands waiting at which further ones are refused.
    public init(recordLimit: Int = 40_000, commandLimit: Int = 20_000) {
        self.recordLimit = recordLimit
        self.commandLimit = commandLimit
    }

    /// Takes records; false when no more should come until there is room.
    public func deliver(_ batch: RecordBatch) -> Bool {
        let hasRoom = state.withLock { state in
            state.records += batch.records.count
            state.intake.batches.append(batch)
            if state.records >= recordLimit { state.isPaused = true }
            return !state.isPaused
        }
        state.broadcast()
        return hasRoom
    }

    /// Takes a command; false, and the command is not taken, when too many wait or the service is stopping.
    public func submit(_ request: CommandRequest<Command>) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isClosing, state.intake.commands.count < commandLimit else { return false }
            state.intake.commands.append(request)
            return true
        }
        if isTaken { state.broadcast() }
        return isTaken
    }

    /// Takes an order; when the service is stopping it is answered so at once.
    public func submit(_ order: DeadLetterOrder) {
        let isTaken = state.withLock { state in
            if !state.isClosing { state.intake.orders.append(order) }
            return !state.isClosing
        }
        if isTaken { state.broadcast() } else { order.reply(Self.stopping) }
    }

    /// Takes delivery reports. They wake the engine only if it waits for them: the next batch or quiet moment reads them.
    public func acknowledge(_ delivery: Delivery) {
        let wakes = state.withLock { state in
            state.intake.deliveries.append(delivery)
            return state.wantsDeliveries
        }
        if wakes { state.broadcast() }
    }

    /// Takes news of the log. Records that came from a log before its replacement keep no offsets.
    public func signal(_ signal: LogSignal) {
        state.withLock { state in
            if signal.replacesLog {
                state.intake.orphans += state.intake.batches
                state.intake.batches.removeAll()
            }
            state.intake.signals.append(signal)
        }
        state.broadcast()
    }

    /// Waits until everything delivered before this call is handled, and tells the next offsets then; nil when the deadline
    /// comes first.
    public func settledOffsets(until deadline: MonotonicInstant) -> [TopicPartition: Int64]? {
        let number = state.withLock { state in
            state.asked += 1
            return state.asked
        }
        state.broadcast()
        return state.wait(until: deadline) { $0.answered >= number ? $0.offsets : nil }
    }

    /// No more commands are taken; the engine stops when everything that arrived is handled.
    public func close() {
        state.withLock { $0.isClosing = true }
        state.broadcast()
    }

    // MARK: The engine's side

    /// Everything that has arrived; waits for something until the deadline.
    /// - Parameters:
    ///   - isReading: false leaves the records where they are: too much is parked.
    ///   - wakesForClosing: that the mailbox is closing is news.
    ///   - wakesForDeliveries: delivery reports alone are worth waking up for.
    ///   - isPatient: waits for the deadline even if something is there: the last try has failed, or all is done already.
    func take(
        until deadline: MonotonicInstant, isReading: Bool, wakesForClosing: Bool, wakesForDeliveries: Bool, isPatient: Bool
    ) -> Taken<Command> {
        let taken = state.wait(until: deadline) { state -> Taken<Command>? in
            state.wantsDeliveries = wakesForDeliveries
            let intake = state.intake
            let hasWork =
                isReading && !(intake.batches.isEmpty && intake.orphans.isEmpty)
                || !intake.commands.isEmpty || !intake.signals.isEmpty || !intake.orders.isEmpty
                || state.asked > state.answered || wakesForClosing && state.isClosing || wakesForDeliveries && !intake.deliveries.isEmpty
            return hasWork && !isPatient ? Self.empty(&state, isReading: isReading) : nil
        }
        return taken ?? state.withLock { Self.empty(&$0, isReading: isReading) }
    }

    private static func empty(_ state: inout State, isReading: Bool) -> Taken<Command> {
        var intake = state.intake
        state.intake = Intake()
        if isReading {
            state.records = 0
        } else {
            swap(&state.intake.batches, &intake.batches)
            swap(&state.intake.orphans, &intake.orphans)
        }
        defer { if isReading { state.isPaused = false } }
        return Taken(
            intake: intake, enquiry: state.asked > state.answered ? state.asked : nil, isClosing: state.isClosing,
            resumes: isReading && state.isPaused)
    }

    /// Puts records and signals back to the front: their batch failed and is tried again.
    func putBack(_ intake: Intake<Command>) {
        state.withLock { state in
            if state.intake.signals.contains(where: \.replacesLog) {
                // The log was replaced while they were being handled.
                state.intake.orphans.insert(contentsOf: intake.orphans + intake.batches, at: 0)
            } else {
                state.intake.orphans.insert(contentsOf: intake.orphans, at: 0)
                state.intake.batches.insert(contentsOf: intake.batches, at: 0)
            }
            state.intake.signals.insert(contentsOf: intake.signals, at: 0)
            state.records += intake.recordCount
        }
    }

    /// The engine has ended: nothing more is taken, and who waits for an answer gets one.
    func abandon() {
        let left = state.withLock { state in
            state.isClosing = true
            defer { state.intake = Intake() }
            return state.intake
        }
        for command in left.commands { command.reply(Self.stopping) }
        for order in left.orders { order.reply(Self.stopping) }
    }

    private static var stopping: CommandAnswer {
        Refusal(.overloaded, "The service is stopping", next: "Try again when it is back").answer
    }

    /// Answers everyone who waits for the offsets.
    func answer(_ enquiry: UInt64, _ offsets: [TopicPartition: Int64]) {
        state.withLock { state in
            state.answered = max(state.answered, enquiry)
            state.offsets = offsets
        }
        state.broadcast()
    }
}

/// What the engine's thread found in its mailbox.
struct Taken<Command: Sendable>: Sendable {
    var intake: Intake<Command>
    /// Someone waits to hear the offsets after this intake.
    var enquiry: UInt64?
    var isClosing: Bool
    /// The consumer was told to pause and may go on.
    var resumes: Bool
}
