/// Why a service stops.
public enum StopReason: Sendable, Hashable, CustomStringConvertible {
    /// SIGTERM or SIGINT.
    case signal(Int32)
    /// The process that started it, and was to live longer, is gone.
    case parentGone
    /// Asked from inside.
    case requested(String)
    /// A part can't go on; the process ends with exit code 70.
    case failed(String)

    /// The reason in the words of the log.
    public var description: String {
        switch self {
        case .signal(let number): signalName(number)
        case .parentGone: "the parent process is gone"
        case .requested(let why): why
        case .failed(let why): why
        }
    }
}
