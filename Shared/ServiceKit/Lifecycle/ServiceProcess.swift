import CLinux
import Glibc

/// A service as a process: from the first line of `main` to the exit code.
///
///     ServiceProcess.run("partner-service") { process in
///         let configuration = try …
///         return ServiceProcess.Service(log: log, parts: [store, producer, engine, consumer, http])
///     }
///
/// Parts are started in order. On SIGTERM or SIGINT they are stopped in reverse order, each within its limit and all within the
/// shutdown limit; a second signal ends the process at once. When a part can't start, those before it are stopped, and one line on
/// standard error says why.
public final class ServiceProcess: Sendable {
    /// What ``run(_:shutdownLimit:exitWithParent:_:)`` needs from the program.
    public struct Service: Sendable {
        /// Where start and stop are told.
        public let log: Logger
        /// In the order of their start.
        public let parts: [ServicePart]

        /// A service of these parts.
        public init(log: Logger, parts: [ServicePart]) {
            self.log = log
            self.parts = parts
        }
    }

    private struct State {
        var reason: StopReason?
        var deadline = MonotonicInstant.distantFuture
    }

    /// The name that begins its error lines.
    public let name: String
    private let shutdownLimit: Duration
    private let state = ConditionLock(State())

    private init(name: String, shutdownLimit: Duration) {
        self.name = name
        self.shutdownLimit = shutdownLimit
    }

    /// Runs the service; to be called first thing in `main`, on the main thread.
    /// - Parameters:
    ///   - shutdownLimit: how long stopping all parts may take; a second later the process is ended whatever it does.
    ///   - exitWithParent: stop when standard input ends, which is how a parent that holds the other end of a pipe dies
    ///     (``ChildProcess/Input/lifeline``).
    ///   - assemble: reads the configuration and makes the parts, without starting anything that would have to be stopped.
    public static func run(
        _ name: String, shutdownLimit: Duration = .seconds(30), exitWithParent: Bool = false,
        _ assemble: (ServiceProcess) throws -> Service
    ) -> Never {
        Signals.prepare()
        hc_keep_heap()
        let process = ServiceProcess(name: name, shutdownLimit: shutdownLimit)
        let service: Service
        do {
            try process.startWatching(parent: exitWithParent)
            service = try assemble(process)
        } catch {
            let error = StartUpError(error)
            writeLine("\(name): \(error.description)")
            process.leave(error.exitCode)
        }
        process.run(service)
    }

    /// Whether the service has been asked to stop. Loops that wait for something outside look at this.
    public var isStopping: Bool { state.withLock { $0.reason != nil } }

    /// Asks the service to stop; the first reason counts. Safe on any thread.
    public func stop(because reason: StopReason) {
        state.withLock { state in
            guard state.reason == nil else { return }
            state.reason = reason
            state.deadline = .now + shutdownLimit
        }
        state.broadcast()
    }

    /// Blocks the calling thread until the service is asked to stop; nil when the deadline comes first. The sleep for loops that try
    /// again and again to reach something.
    public func waitForStop(until deadline: MonotonicInstant = .distantFuture) -> StopReason? {
        state.wait(until: deadline) { $0.reason }
    }

    private func run(_ service: Service) -> Never {
        var sequence = PartSequence(parts: service.parts, log: service.log)
        var failure: ExitCode?
        switch sequence.start(unless: { isStopping }) {
        case .complete:
            service.log.info("running")
            _ = waitForStop()
        case .interrupted:
            break
        case .failed(let part, let error):
            // Said before the others are stopped, which may take its time.
            writeLine("\(name): \(part): \(error.description)")
            failure = error.exitCode
            stop(because: .failed(error.description))
        }
        let (reason, deadline) = state.withLock { ($0.reason, $0.deadline) }
        if failure == nil { service.log.info("stopping", ["reason": .text(reason?.description ?? "")]) }
        let hanging = sequence.stop(by: deadline)
        if let failure { leave(failure) }
        if hanging.isEmpty { service.log.info("stopped") }
        leave(exitCode(reason, hanging))
    }

    private func exitCode(_ reason: StopReason?, _ hanging: [String]) -> ExitCode {
        if case .failed = reason { return .internalFault }
        return hanging.isEmpty ? .stopped : .shutdownIncomplete
    }

    private func leave(_ code: ExitCode) -> Never {
        // With a part still hanging, the functions that `exit` runs could hang as well.
        if code == .shutdownIncomplete { _exit(code.rawValue) }
        exit(code.rawValue)
    }
}

extension ServiceProcess {
    private func startWatching(parent: Bool) throws(ThreadError) {
        _ = try NativeThread.start(named: "signals") { [self] in
            stop(because: .signal(Signals.wait()))
            let second = Signals.wait()
            writeLine("\(name): \(signalName(second)) again, ending at once")
            _exit(128 + second)
        }
        _ = try NativeThread.start(named: "shutdown-watch") { [self] in watchShutdown() }
        guard parent else { return }
        _ = try NativeThread.start(named: "parent-watch") { [self] in
            waitForEndOfInput()
            stop(because: .parentGone)
        }
    }

    /// Bounds everything that follows the wish to stop, starting and the functions that `exit` runs included.
    private func watchShutdown() {
        _ = waitForStop()
        let deadline = state.withLock { $0.deadline }
        _ = state.wait(until: deadline + .seconds(1)) { _ in Bool?.none }
        writeLine("\(name): did not stop in time, ending")
        _exit(ExitCode.shutdownIncomplete.rawValue)
    }
}

private func waitForEndOfInput() {
    var block = [UInt8](repeating: 0, count: 256)
    while true {
        let count = block.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
        if count == 0 || (count < 0 && errno != EINTR) { return }
    }
}

/// One line on standard error, whatever breaks lines in the text replaced.
private func writeLine(_ text: String) {
    var line: [UInt8] = []
    appendEscaped(text, to: &line, limit: LogLine.maximumBytes - 8, escapingQuotes: false)
    line.append(UInt8(ascii: "\n"))
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
