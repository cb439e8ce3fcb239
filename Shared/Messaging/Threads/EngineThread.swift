import Kafka
public import ServiceKit
public import Store
import Synchronization

/// The thread that owns a service's database and drives its engine.
public final class EngineThread<Application: EngineApplication>: Sendable {
    private let mailbox: Mailbox<Application.Command>
    private let report: EngineReport
    private let thread: NativeThread

    private init(mailbox: Mailbox<Application.Command>, report: EngineReport, thread: NativeThread) {
        self.mailbox = mailbox
        self.report = report
        self.thread = thread
    }

    /// Starts the thread and waits until the engine is made and has sent what was left to send.
    /// - Parameters:
    ///   - heartbeat: ticks as long as the loop turns.
    ///   - resume: tells the consumer that there is room again.
    ///   - make: opens the database and makes the engine, on the thread.
    public static func start(
        named name: String, mailbox: Mailbox<Application.Command>, heartbeat: Heartbeat, logger: Logger,
        resume: @escaping @Sendable () -> Void,
        make: @escaping @Sendable () throws(StoreError) -> Engine<Application>
    ) throws(EngineStartFailure) -> EngineThread {
        let report = EngineReport()
        let thread: NativeThread
        do throws(ThreadError) {
            thread = try NativeThread.start(named: name) {
                let engine: Engine<Application>
                do throws(StoreError) {
                    engine = try make()
                } catch {
                    report.started(.failed(error))
                    return
                }
                report.publish(engine.currentStatistics(), failure: nil)
                report.started(.running)
                var loop = EngineLoop(
                    engine: engine, mailbox: mailbox, report: report, heartbeat: heartbeat, logger: logger, resume: resume)
                loop.run()
            }
        } catch {
            throw .thread(error)
        }
        if let error = report.waitForStart() { throw .store(error) }
        return EngineThread(mailbox: mailbox, report: report, thread: thread)
    }

    /// Counts as of the last batch.
    public var statistics: EngineStatistics { report.statistics }

    /// The last failure of the database while it lasts.
    public var failure: StoreError? { report.failure }

    /// Why the thread has ended by itself; nil while it runs or after ``stop(until:)``.
    public var fatalFailure: StoreError? { report.fatalFailure }

    /// Handles what has arrived, takes no more commands, closes the database and ends. False when the deadline comes first.
    @discardableResult
    public func stop(until deadline: MonotonicInstant) -> Bool {
        mailbox.close()
        return thread.join(until: deadline)
    }
}

/// Why an engine did not start.
public enum EngineStartFailure: Error {
    case store(StoreError)
    case thread(ThreadError)
}

/// What the engine's thread tells others about itself.
final class EngineReport: Sendable {
    enum Start: Sendable {
        case running
        case failed(StoreError)
    }

    private struct State {
        var statistics = EngineStatistics()
        var failure: StoreError?
        var fatalFailure: StoreError?
    }

    private let start = ConditionLock<Start?>(nil)
    private let state = Mutex(State())

    var statistics: EngineStatistics { state.withLock { $0.statistics } }
    var failure: StoreError? { state.withLock { $0.failure } }
    var fatalFailure: StoreError? { state.withLock { $0.fatalFailure } }

    func started(_ result: Start) {
        start.withLock { $0 = result }
        start.broadcast()
    }

    func waitForStart() -> StoreError? {
        switch start.wait(for: { $0 }) {
        case .failed(let error): error
        case .running, nil: nil
        }
    }

    func publish(_ statistics: EngineStatistics, failure: StoreError?) {
        state.withLock { state in
            state.statistics = statistics
            state.failure = failure
        }
    }

    func ended(_ failure: StoreError) { state.withLock { $0.fatalFailure = failure } }
}
