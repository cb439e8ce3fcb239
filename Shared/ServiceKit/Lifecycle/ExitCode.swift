/// How our programs end; the numbers are those of `sysexits.h` where it has one.
public enum ExitCode: Int32, Sendable {
    /// Asked to stop, and stopped in good order.
    case stopped = 0
    /// Stopped, but a part did not end in time.
    case shutdownIncomplete = 1
    /// Something the service cannot do without does not answer.
    case unavailable = 69
    /// A fault of the program or of the machine.
    case internalFault = 70
    /// The configuration is wrong.
    case configuration = 78
}

/// Why the service can't start, in one line for whoever started it.
public struct StartUpError: Error, Hashable, Sendable, CustomStringConvertible {
    /// How the process will end.
    public let exitCode: ExitCode
    /// The line, without the program's name.
    public let description: String

    /// An error with its exit code.
    public init(_ exitCode: ExitCode, _ description: String) {
        self.exitCode = exitCode
        self.description = description
    }

    /// Something the service needs does not answer: exit code 69.
    public static func unavailable(_ description: String) -> StartUpError { StartUpError(.unavailable, description) }

    /// Sorts any error: what the configuration is to blame for, and the rest.
    init(_ error: any Error) {
        switch error {
        case let error as StartUpError: self = error
        case let error as ConfigurationError: self.init(.configuration, error.description)
        case let error as YAMLError: self.init(.configuration, error.description)
        default: self.init(.internalFault, String(describing: error))
        }
    }
}
