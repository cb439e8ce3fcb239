public import ServiceKit
public import Store

/// Threads that read the database, each on a connection of its own, beside the one thread that writes it.
public final class ReadPool: Sendable {
    /// One reading: gets the connection inside a transaction, so that all it reads is of one moment.
    typealias Reading = @Sendable (any StoreConnection) throws(StoreError) -> Void

    struct Job: Sendable {
        let read: Reading
        /// Called instead if the database fails, or with nil if the pool ends first.
        let fail: @Sendable (StoreError?) -> Void
    }

    private struct State {
        var jobs: [Job] = []
        var isClosing = false
        var opened = 0
        var failure: StoreError?
    }

    private enum Opening {
        case complete
        case failed(StoreError)
    }

    private enum Turn {
        case job(Job)
        case end
    }

    private let state: ConditionLock<State>
    private let queueLimit: Int
    private let threads: [NativeThread]

    /// Starts the threads and waits until each has opened its connection.
    /// - Parameters:
    ///   - queueLimit: readings waiting at which further ones are refused.
    ///   - open: opens a reader's connection.
    public static func start(
        threads count: Int, queueLimit: Int, open: @escaping @Sendable () throws(StoreError) -> any StoreConnection
    ) throws(ReadPoolFailure) -> ReadPool {
        let state = ConditionLock(State())
        var threads: [NativeThread] = []
        do throws(ThreadError) {
            for number in 1...max(1, count) {
                threads.append(try NativeThread.start(named: "read-\(number)") { Reader(state: state, open: open).run() })
            }
        } catch {
            close(state, threads, until: .distantFuture)
            throw .thread(error)
        }
        let expected = threads.count
        let opening = state.wait { state -> Opening? in
            if let failure = state.failure { return .failed(failure) }
            return state.opened == expected ? .complete : nil
        }
        if case .failed(let failure) = opening {
            close(state, threads, until: .distantFuture)
            throw .store(failure)
        }
        return ReadPool(state: state, queueLimit: queueLimit, threads: threads)
    }

    private init(state: ConditionLock<State>, queueLimit: Int, threads: [NativeThread]) {
        self.state = state
        self.queueLimit = queueLimit
        self.threads = threads
    }

    /// Readings that wait for a thread.
    public var waiting: Int { state.withLock { $0.jobs.count } }

    /// Takes a reading; false if too many wait or the pool ends.
    func submit(_ job: Job) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isClosing, state.jobs.count < queueLimit else { return false }
            state.jobs.append(job)
            return true
        }
        if isTaken { state.signal() }
        return isTaken
    }

    /// Ends the threads after the readings they are at; false when the deadline comes first.
    @discardableResult
    public func stop(until deadline: MonotonicInstant) -> Bool { Self.close(state, threads, until: deadline) }

    @discardableResult
    private static func close(_ state: ConditionLock<State>, _ threads: [NativeThread], until deadline: MonotonicInstant) -> Bool {
        let left = state.withLock { state in
            defer { state.jobs.removeAll() }
            state.isClosing = true
            return state.jobs
        }
        state.broadcast()
        for job in left { job.fail(nil) }
        return threads.reduce(true) { $1.join(until: deadline) && $0 }
    }

    /// One of the threads.
    private struct Reader {
        let state: ConditionLock<State>
        let open: @Sendable () throws(StoreError) -> any StoreConnection

        func run() {
            var connection: (any StoreConnection)?
            do throws(StoreError) {
                connection = try open()
                state.withLock { $0.opened += 1 }
                state.broadcast()
            } catch {
                let failure = error
                state.withLock { $0.failure = failure }
                state.broadcast()
                return
            }
            while case .job(let job) = next() {
                do throws(StoreError) {
                    try read(job, &connection)
                } catch {
                    // Whatever is wrong with the connection, the next reading gets another one.
                    connection = nil
                    job.fail(error)
                }
            }
        }

        private func read(_ job: Job, _ connection: inout (any StoreConnection)?) throws(StoreError) {
            let reader: any StoreConnection
            if let connection { reader = connection } else { reader = try open() }
            connection = reader
            try reader.transaction { () throws(StoreError) in try job.read(reader) }
        }

        private func next() -> Turn {
            state.wait { state -> Turn? in
                if !state.jobs.isEmpty { return .job(state.jobs.removeFirst()) }
                return state.isClosing ? .end : nil
            } ?? .end
        }
    }
}

/// Why a pool of readers did not start.
public enum ReadPoolFailure: Error {
    case store(StoreError)
    case thread(ThreadError)
}

extension ReadPool {
    /// Reads on one of the threads, inside a transaction.
    /// - Parameter failing: called instead if the database fails or the pool ends first.
    /// - Returns: false if too many readings wait or the pool ends: then nothing is called.
    public func read(
        _ body: @escaping @Sendable (any StoreConnection) throws(StoreError) -> Void, failing: @escaping @Sendable () -> Void
    ) -> Bool {
        submit(Job(read: body) { _ in failing() })
    }
}
