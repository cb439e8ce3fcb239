import CLinux
import Glibc

/// Another program, started as the leader of a process group of its own, with no signal blocked or ignored and no descriptor of ours
/// but the three standard ones.
///
/// When this process is killed, nothing can signal the child. A child that must not outlive us gets ``Input/lifeline`` as its standard
/// input and stops when that ends (``ServiceProcess/run(_:shutdownLimit:exitWithParent:_:)`` does with `exitWithParent`).
public final class ChildProcess: Sendable {
    /// Where the child reads from.
    public enum Input: Sendable {
        /// Nothing to read.
        case null
        /// A pipe that ends when this process ends, however it does, or when the ``ChildProcess`` is gone.
        case lifeline
        /// An open descriptor, which stays the caller's.
        case descriptor(Int32)
    }

    /// Where the child writes to.
    public enum Output: Sendable {
        /// Where this process writes to.
        case inherited
        case null
        /// A file, made when it is not there, written at its end.
        case file(String)
        /// An open descriptor, which stays the caller's.
        case descriptor(Int32)
    }

    /// What to start.
    public struct Command: Sendable {
        /// A path, or a name to be looked for in `PATH`.
        public var executable: String
        /// Without the program's own name.
        public var arguments: [String]
        /// The whole environment; nil for that of this process.
        public var environment: [String: String]?
        /// Nil for that of this process.
        public var workingFolder: String?
        /// Where it reads from.
        public var input: Input = .null
        /// Where its standard output goes.
        public var output: Output = .inherited
        /// Where its standard error goes.
        public var errorOutput: Output = .inherited
        /// Whether what is left of the child's process group is killed when the child itself has ended.
        public var endsGroup = true

        /// A command with the defaults: nothing to read, output where ours goes.
        public init(
            _ executable: String, _ arguments: [String] = [], environment: [String: String]? = nil, workingFolder: String? = nil
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.workingFolder = workingFolder
        }
    }

    /// How a child ended.
    public enum Status: Sendable, Hashable, CustomStringConvertible {
        case exited(Int32)
        case killed(signal: Int32)
        /// The system could not tell, because somebody else waited for it.
        case unknown

        /// Whether it ended by itself with exit code 0.
        public var isSuccess: Bool { self == .exited(0) }

        /// `exit code 3` or `SIGKILL`.
        public var description: String {
            switch self {
            case .exited(let code): "exit code \(code)"
            case .killed(let signal): signalName(signal)
            case .unknown: "unknown status"
            }
        }
    }

    /// The child's process id, which is also that of its group.
    public let processID: Int32
    private let endsGroup: Bool
    private let lifeline: Int32?
    private let status = ConditionLock<Status?>(nil)

    /// Starts the program.
    public init(_ command: Command) throws(ChildProcessError) {
        let spawned = try Spawn(command).run()
        processID = spawned.processID
        lifeline = spawned.lifeline
        endsGroup = command.endsGroup
        let name = command.executable
        do {
            // The thread holds only what it needs, so that the last reference outside can still end the lifeline.
            let (child, status, endsGroup) = (processID, status, endsGroup)
            _ = try NativeThread.start(named: "wait-\(child)") { Self.reap(child, status, endsGroup: endsGroup) }
        } catch {
            Glibc.kill(-processID, SIGKILL)
            Self.reap(processID, status, endsGroup: endsGroup)
            throw ChildProcessError(command: name, step: "wait for", errorNumber: error.errorNumber)
        }
    }

    deinit {
        if let lifeline { close(lifeline) }
    }

    /// How the child ended; nil while it runs.
    public var ended: Status? { status.withLock { $0 } }

    /// Blocks the calling thread until the child has ended; nil when the deadline comes first.
    public func wait(until deadline: MonotonicInstant = .distantFuture) -> Status? {
        status.wait(until: deadline) { $0 }
    }

    /// Waits in a task, without blocking its thread, until the child has ended; nil when the deadline comes first.
    public func waitInTask(until deadline: MonotonicInstant = .distantFuture) async throws(ThreadError) -> Status? {
        let outcome: Result<Status?, ThreadError> = await withCheckedContinuation { continuation in
            do throws(ThreadError) {
                _ = try NativeThread.start(named: "await-\(processID)") { [self] in
                    continuation.resume(returning: .success(wait(until: deadline)))
                }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try outcome.get()
    }

    /// Sends a signal to the child alone; false when it has ended.
    @discardableResult
    public func send(_ signal: Int32) -> Bool { deliver(signal, to: processID) }

    /// Sends a signal to the child and to all it has started in its group; false when the child has ended.
    @discardableResult
    public func sendToGroup(_ signal: Int32) -> Bool { deliver(signal, to: -processID) }

    /// Asks the child to stop by SIGTERM, and kills its group when it has not within `grace`. Blocks the calling thread.
    @discardableResult
    public func stop(grace: Duration = .seconds(10)) -> Status? {
        send(SIGTERM)
        if let status = wait(until: .now + grace) { return status }
        sendToGroup(SIGKILL)
        return wait()
    }

    /// The id can't have passed to another process: the child is only reaped while `status` is locked.
    private func deliver(_ signal: Int32, to target: pid_t) -> Bool {
        status.withLock { $0 == nil && Glibc.kill(target, signal) == 0 }
    }

    private static func reap(_ child: pid_t, _ status: ConditionLock<Status?>, endsGroup: Bool) {
        _ = hc_wait_ended(child)
        status.withLock { status in
            // The child is not reaped yet, so the group's id is still its own.
            if endsGroup { Glibc.kill(-child, SIGKILL) }
            var code: Int32 = 0
            var signal: Int32 = 0
            if hc_reap(child, &code, &signal) != 0 {
                status = .unknown
            } else {
                status = signal != 0 ? .killed(signal: signal) : .exited(code)
            }
        }
        status.broadcast()
    }
}

/// A program could not be started.
public struct ChildProcessError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The program as it was named.
    public let command: String
    /// What was tried, such as `start` or `write to /var/log/x`.
    public let step: String
    /// The system's error number.
    public let errorNumber: Int32

    /// One line that names program, step and the system's words.
    public var description: String { "\(command): could not \(step): \(systemMessage(errorNumber))" }
}
