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

/// One line of a connection's history; time, actor and number are added where it is written. It holds facts, not prose: the
/// sentence is made when somebody reads it.
public struct HistoryNote: Equatable, Sendable {
    public var action: HistoryAction
    /// What it is about, besides the connection: a charge or a VBR.
    public var subject: ID128
    /// Money in the smallest unit of the currency, where money moved.
    public var amount: Int64
    /// Words that follow from nothing else: a reason, a currency, what was offered.
    public var detail: String

    public init(_ action: HistoryAction, subject: ID128 = .none, amount: Int64 = 0, detail: String = "") {
        self.action = action
        self.subject = subject
        self.amount = amount
        self.detail = detail
    }

    public init(_ action: HistoryAction, charge: ChargeID, _ amount: Amount) {
        self.init(action, subject: charge.bits, amount: amount.minor, detail: amount.currency)
    }

    /// The line for people, without time and actor.
    public var sentence: String {
        switch action {
        case .offered, .acceptRefused: detail
        case .accepted, .activated: ""
        case .chargeRequested: ChargeID(bits: subject).description
        case .chargeSettled, .refunded: "\(ChargeID(bits: subject)): \(amount) \(detail)"
        case .chargeDeclined: "\(ChargeID(bits: subject)): \(detail)"
        case .vbrCreated: VBRID(bits: subject).description
        }
    }
}
