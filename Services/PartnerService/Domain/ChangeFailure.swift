public import HostedConnection

/// Why a change of a port came to nothing: a stable code and words, which a saga keeps in one text.
public struct ChangeFailure: Equatable, Sendable {
    public var code: RefusalCode
    public var text: String

    public init(_ code: RefusalCode, _ text: String) {
        self.code = code
        self.text = text
    }

    /// The text that a saga is turned back with.
    public var reason: String { "\(code.rawValue): \(text)" }

    /// Reads what a saga was turned back with. What has no code comes from a deadline that passed, or from whoever cancelled it.
    /// - Parameter wasDue: whether the saga turned back by itself.
    public init(reason: String, wasDue: Bool) {
        let parts = reason.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, let code = RefusalCode(rawValue: String(parts[0])) {
            self.init(code, String(parts[1].drop { $0 == " " }))
        } else {
            self.init(wasDue ? .changeTimedOut : .changeCancelled, reason)
        }
    }
}
