import HostedConnection
import Synchronization

/// Writes structured log lines. A value: hand it to every part, with fields of its own added by ``with(_:)``. Safe on any thread;
/// a line below the level costs a comparison, its message is not even built.
public struct Logger: Sendable {
    private let core: Core
    private let fields: LogFields

    private final class Core: Sendable {
        let service: String
        let format: LogFormat
        let output: LogOutput
        let clock: any WallClock
        let threshold: Atomic<UInt8>

        init(service: String, level: LogLevel, format: LogFormat, output: LogOutput, clock: any WallClock) {
            self.service = service
            self.format = format
            self.output = output
            self.clock = clock
            threshold = Atomic(level.rank)
        }
    }

    /// - Parameter service: name of the program, in every line.
    public init(
        service: String, level: LogLevel = .info, format: LogFormat = .json, output: LogOutput = .standardError,
        clock: any WallClock = SystemClock()
    ) {
        core = Core(service: service, level: level, format: format, output: output, clock: clock)
        fields = [:]
    }

    private init(core: Core, fields: LogFields) {
        self.core = core
        self.fields = fields
    }

    /// A logger that adds these fields to each of its lines.
    public func with(_ more: LogFields) -> Logger { Logger(core: core, fields: fields + more) }

    /// Changes the level, for all loggers that come from the same one.
    public func setLevel(_ level: LogLevel) { core.threshold.store(level.rank, ordering: .relaxed) }

    /// Whether lines of this level are written.
    public func isEnabled(_ level: LogLevel) -> Bool { level.rank >= core.threshold.load(ordering: .relaxed) }

    /// Writes a line.
    public func log(_ level: LogLevel, _ message: @autoclosure () -> String, _ more: @autoclosure () -> LogFields = [:]) {
        guard isEnabled(level) else { return }
        write(level, message(), more())
    }

    /// Writes a line unless the same one was written a short while ago; the next one that is written says in `suppressed` how many
    /// were left out.
    public func log(
        _ level: LogLevel, limitedBy limit: RepeatLimit, _ message: @autoclosure () -> String,
        _ more: @autoclosure () -> LogFields = [:]
    ) {
        guard isEnabled(level), let suppressed = limit.admit() else { return }
        var fields = more()
        if suppressed > 0 { fields.append("suppressed", .unsigned(suppressed)) }
        write(level, message(), fields)
    }

    /// Writes a line of level `trace`: every step.
    public func trace(_ message: @autoclosure () -> String, _ more: @autoclosure () -> LogFields = [:]) { log(.trace, message(), more()) }
    /// Writes a line of level `debug`: what helps to understand a fault.
    public func debug(_ message: @autoclosure () -> String, _ more: @autoclosure () -> LogFields = [:]) { log(.debug, message(), more()) }
    /// Writes a line of level `info`: what an operator wants to know on a good day.
    public func info(_ message: @autoclosure () -> String, _ more: @autoclosure () -> LogFields = [:]) { log(.info, message(), more()) }
    /// Writes a line of level `warning`: something is not as it should be, and is being dealt with.
    public func warning(_ message: @autoclosure () -> String, _ more: @autoclosure () -> LogFields = [:]) {
        log(.warning, message(), more())
    }
    /// Writes a line of level `error`: somebody must look at this.
    public func error(_ message: @autoclosure () -> String, _ more: @autoclosure () -> LogFields = [:]) { log(.error, message(), more()) }

    private func write(_ level: LogLevel, _ message: String, _ more: LogFields) {
        let line = LogLine(time: core.clock.now(), level: level, service: core.service, message: message, fields: fields + more)
        core.output.write(line.rendered(as: core.format))
    }
}
