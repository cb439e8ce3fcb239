public import HostedConnection
public import Messaging
public import Store

/// What changes in the life of a port, in both services alike: the columns of its row that are written again and again.
/// The subscription's id has no column: it follows from the port.
public struct PortProgress: Equatable, Sendable {
    public var axes: PortAxes
    public var subscription: PortSubscription
    public var vbr: VBRID
    public var acceptedAt: Instant?
    public var activatedAt: Instant?
    public var waitingSince: Instant
    public var channel: ChannelState
    /// The newest line of the port's history; 0 before the first.
    public var newestLine: Int64

    public init(
        axes: PortAxes, subscription: PortSubscription, vbr: VBRID, acceptedAt: Instant?, activatedAt: Instant?,
        waitingSince: Instant, channel: ChannelState, newestLine: Int64
    ) {
        self.axes = axes
        self.subscription = subscription
        self.vbr = vbr
        self.acceptedAt = acceptedAt
        self.activatedAt = activatedAt
        self.waitingSince = waitingSince
        self.channel = channel
        self.newestLine = newestLine
    }
}

extension PortProgress {
    /// The columns in the order in which they are bound and read.
    public static let columns = [
        "acceptance", "service", "billing", "association", "attempt", "charge", "amount_minor", "currency", "paid_until",
        "decline_reason", "vbr_id", "accepted_at", "activated_at", "waiting_since", "sent_epoch", "sent_sequence",
        "handled_epoch", "handled_sequence", "newest_line",
    ]

    /// `column = ?2, …`: what an UPDATE sets, its row's key being parameter 1.
    public static let assignments =
        columns.enumerated().map { "\($0.element) = ?\($0.offset + 2)" }.joined(separator: ", ")

    public func bind(to statement: any StoreStatement, from first: Int32) {
        statement.bind(first, Int64(axes.acceptance.rawValue))
        statement.bind(first + 1, Int64(axes.service.rawValue))
        statement.bind(first + 2, Int64(axes.billing.rawValue))
        statement.bind(first + 3, Int64(axes.association.rawValue))
        statement.bind(first + 4, Int64(subscription.attempt))
        statement.bind(first + 5, Int64(subscription.charge.rawValue))
        statement.bind(first + 6, subscription.amount.minor)
        statement.bindText(first + 7, subscription.amount.currency)
        statement.bind(first + 8, subscription.paidUntil)
        statement.bindText(first + 9, subscription.declineReason)
        statement.bind(first + 10, vbr.isSet ? vbr : nil)
        statement.bind(first + 11, acceptedAt)
        statement.bind(first + 12, activatedAt)
        statement.bind(first + 13, waitingSince)
        statement.bind(first + 14, Int64(bitPattern: channel.sent.epoch))
        statement.bind(first + 15, Int64(bitPattern: channel.sent.sequence))
        statement.bind(first + 16, Int64(bitPattern: channel.handled.epoch))
        statement.bind(first + 17, Int64(bitPattern: channel.handled.sequence))
        statement.bind(first + 18, newestLine)
    }

    /// Reads the columns from `first` on, of the row of `port`.
    public init(row: any StoreRow, from first: Int32, port: PortID) throws(StoreError) {
        axes = PortAxes(
            acceptance: try row.code(first), service: try row.code(first + 1), billing: try row.code(first + 2),
            association: try row.code(first + 3))
        let attempt = UInt8(truncatingIfNeeded: row.int64(first + 4))
        subscription = PortSubscription(
            id: attempt == 0 ? .none : SubscriptionID(of: port), attempt: attempt, charge: try row.code(first + 5),
            amount: Amount(minor: row.int64(first + 6), currency: try row.text(first + 7)),
            paidUntil: row.optionalInstant(first + 8), declineReason: try row.text(first + 9))
        vbr = try row.optionalIdentifier(first + 10) ?? .none
        acceptedAt = row.optionalInstant(first + 11)
        activatedAt = row.optionalInstant(first + 12)
        waitingSince = row.instant(first + 13)
        channel = ChannelState(sent: row.position(first + 14), handled: row.position(first + 16))
        newestLine = row.int64(first + 18)
    }
}

extension StoreRow {
    /// A state's code. Inlinable: read for every axis of every row, it must know the state's type.
    @inlinable
    public func code<State: RawRepresentable>(_ column: Int32) throws(StoreError) -> State where State.RawValue == UInt8 {
        guard let state = UInt8(exactly: int64(column)).flatMap(State.init(rawValue:)) else {
            throw .corrupt("column \(column) holds \(int64(column)), which is no \(State.self)")
        }
        return state
    }
}
