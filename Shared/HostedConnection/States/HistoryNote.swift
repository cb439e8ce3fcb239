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
    case refused = 10
    case withdrawn = 11
    case rejected = 12
    case lapsed = 13
    case terminationAsked = 14
    case terminated = 15
    case recoveryBegun = 16
    case recovered = 17
    case deletionBegun = 18
    case deletionAborted = 19
    case refundRequested = 20
    case deleted = 21
    case vlanChangeBegun = 22
    case vlanChanged = 23
    case vlanChangeUndone = 24
    case bandwidthReserved = 25
    case bandwidthInForce = 26
    case bandwidthRefused = 27
    case vbrChanged = 28
    case vbrTerminated = 29
    case vbrRecovered = 30
    case vbrDeleted = 31
    case vbrOrdered = 32
    case expired = 33
    case renewed = 34
    case locked = 35
    case unlocked = 36
    case networkApplied = 37
    case networkFailed = 38
    case requestMade = 39
    case requestClosed = 40
    case tagged = 41
    case noticeSent = 42
    case subscriptionStopped = 43
    case bandwidthCancelAsked = 44

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
        case .refused: "refused"
        case .withdrawn: "withdrawn"
        case .rejected: "rejected"
        case .lapsed: "lapsed"
        case .terminationAsked: "termination_asked"
        case .terminated: "terminated"
        case .recoveryBegun: "recovery_begun"
        case .recovered: "recovered"
        case .deletionBegun: "deletion_begun"
        case .deletionAborted: "deletion_aborted"
        case .refundRequested: "refund_requested"
        case .deleted: "deleted"
        case .vlanChangeBegun: "vlan_change_begun"
        case .vlanChanged: "vlan_changed"
        case .vlanChangeUndone: "vlan_change_undone"
        case .bandwidthReserved: "bandwidth_reserved"
        case .bandwidthInForce: "bandwidth_in_force"
        case .bandwidthRefused: "bandwidth_refused"
        case .vbrChanged: "vbr_changed"
        case .vbrTerminated: "vbr_terminated"
        case .vbrRecovered: "vbr_recovered"
        case .vbrDeleted: "vbr_deleted"
        case .vbrOrdered: "vbr_ordered"
        case .expired: "expired"
        case .renewed: "renewed"
        case .locked: "locked"
        case .unlocked: "unlocked"
        case .networkApplied: "network_applied"
        case .networkFailed: "network_failed"
        case .requestMade: "request_made"
        case .requestClosed: "request_closed"
        case .tagged: "tagged"
        case .noticeSent: "notice_sent"
        case .subscriptionStopped: "subscription_stopped"
        case .bandwidthCancelAsked: "bandwidth_cancel_asked"
        }
    }
}

/// One line of a connection's history; time, actor and number are added where it is written. It holds facts, not prose: the
/// sentence is made when somebody reads it.
public struct HistoryNote: Equatable, Sendable {
    public var action: HistoryAction
    /// What it is about, besides the connection: a charge, a VBR, a request or a saga.
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

    /// A command that was refused, and why.
    /// - Parameter subject: what it was about, besides the connection.
    public init(refusing act: String, about subject: ID128 = .none, _ refusal: Refusal) {
        self.init(.refused, subject: subject, detail: "\(act): \(refusal.code.rawValue): \(refusal.text)")
    }

    /// A bandwidth change that was called off is paid and goes on.
    public static func cancelledTooLate(_ change: PortChange, paidBy charge: ChargeID) -> HistoryNote {
        HistoryNote(
            refusing: "cancel the bandwidth change", about: change.saga.bits,
            Refusal(.sagaPastReturn, "it came too late: \(charge) is settled", object: charge.description))
    }

    /// The line for people, without time and actor.
    public var sentence: String {
        switch action {
        case .accepted, .activated: ""
        case .chargeRequested, .refundRequested: ChargeID(bits: subject).description
        case .chargeSettled, .refunded: "\(ChargeID(bits: subject)): \(amount) \(detail)"
        case .renewed: amount == 0 && detail.isEmpty ? "" : "\(amount) \(detail)"
        case .chargeDeclined: "\(ChargeID(bits: subject)): \(detail)"
        case .vbrCreated, .vbrChanged, .vbrTerminated, .vbrRecovered, .vbrDeleted, .vbrOrdered:
            detail.isEmpty ? VBRID(bits: subject).description : "\(VBRID(bits: subject)): \(detail)"
        case .requestMade, .requestClosed: "\(PartyRequestID(bits: subject)): \(detail)"
        default: detail
        }
    }
}
