import HostedConnection

/// Why a channel's messages wait.
enum HoldReason: Hashable, Sendable {
    /// A message before them has not arrived.
    case gap
    /// The sender has forgotten messages that were handled here.
    case diverged
    /// The next message is a dead letter; the number is the dead letter's.
    case deadLetter(Int64)
    /// The next message's type is not known to this version; tried again at each start. The number is its dead letter's.
    case unknownType(Int64)
    /// The next message needs something that has not been heard of yet.
    case waiting(WaitKey)

    /// The dead letter that holds the channel, if one does.
    var deadLetter: Int64? {
        switch self {
        case .deadLetter(let number), .unknownType(let number): number
        case .gap, .diverged, .waiting: nil
        }
    }

    var name: String {
        switch self {
        case .gap: "gap"
        case .diverged: "diverged"
        case .deadLetter: "dead_letter"
        case .unknownType: "unknown_type"
        case .waiting: "waiting"
        }
    }
}

struct Hold: Hashable, Sendable {
    var reason: HoldReason
    var detail: String
    var since: Instant
}
