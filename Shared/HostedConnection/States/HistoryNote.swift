/// What happened to a connection: the action's code stands in the databases and never changes.
public enum HistoryAction: UInt8, Sendable, CaseIterable {
    case offered = 1
    case accepted = 2
    case acceptRefused = 3
    case chargeRequested = 4
    case chargeSettled = 5
    case chargeDeclined = 6
    case refunded = 7
    case activated = 8
    case vbrCreated = 9

    /// The name in APIs.
    public var name: String {
        switch self {
        case .offered: "offered"
        case .accepted: "accepted"
        case .acceptRefused: "accept_refused"
        case .chargeRequested: "charge_requested"
        case .chargeSettled: "charge_settled"
        case .chargeDeclined: "charge_declined"
        case .refunded: "refunded"
        case .activated: "activated"
        case .vbrCreated: "vbr_created"
        }
    }
}

/// One line of a connection's history; time, actor and number are added where it is written.
public struct HistoryNote: Equatable, Sendable {
    public var action: HistoryAction
    public var detail: String

    public init(_ action: HistoryAction, _ detail: String = "") {
        self.action = action
        self.detail = detail
    }
}
