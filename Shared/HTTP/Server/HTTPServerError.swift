/// Why a server does not start.
public enum HTTPServerError: Error, Sendable, Hashable {
    case invalidConfiguration(setting: String, requirement: String)
    /// Not a numeric IPv4 or IPv6 address.
    case invalidAddress(String)
    /// Another process listens there.
    case addressInUse(address: String, port: UInt16)
    /// `step` is the call that failed, `errorNumber` its errno.
    case cannotListen(address: String, port: UInt16, step: String, errorNumber: Int32)
    /// A certificate or key file cannot be read.
    case unreadableFile(path: String, errorNumber: Int32)
    /// The library refused to start; with TLS usually because certificate and key do not belong together.
    case refused(detail: String)
    /// A thread could not be made.
    case noThread(errorNumber: Int32)

    /// Stable, for programs.
    public var code: String {
        switch self {
        case .invalidConfiguration: "HTTP.InvalidConfiguration"
        case .invalidAddress: "HTTP.InvalidAddress"
        case .addressInUse: "HTTP.AddressInUse"
        case .cannotListen: "HTTP.CannotListen"
        case .unreadableFile: "HTTP.UnreadableFile"
        case .refused: "HTTP.Refused"
        case .noThread: "HTTP.NoThread"
        }
    }
}

extension HTTPServerError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidConfiguration(let setting, let requirement): "\(setting) has to be \(requirement)"
        case .invalidAddress(let address): "\"\(address)\" is not a numeric IPv4 or IPv6 address"
        case .addressInUse(let address, let port): "port \(port) of \(address) is already in use"
        case .cannotListen(let address, let port, let step, let number):
            "cannot listen on port \(port) of \(address): \(step): \(systemErrorText(number))"
        case .unreadableFile(let path, let number): "cannot read \(path): \(systemErrorText(number))"
        case .refused(let detail): "the HTTP server could not be started: \(detail)"
        case .noThread(let number): "cannot start a thread: \(systemErrorText(number))"
        }
    }
}
