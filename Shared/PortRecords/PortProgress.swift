public import HostedConnection
public import Messaging
public import Store

/// What changes in the life of a port, in both services alike: the columns of its row that are written again and again.
/// The subscription's id has no column: it follows from the port.
public struct PortProgress: Equatable, Sendable {
    public var vlan: VLANID
    public var bandwidth: Bandwidth
    public var axes: PortAxes
    public var subscription: PortSubscription
    public var vbr: VBRID
    public var change: PortChange
    public var terminatedBy: PayingParty?
    public var ending: PortEnding?
    public var acceptedAt: Instant?
    public var activatedAt: Instant?
    public var waitingSince: Instant
    public var tags: PortTags
    public var channel: ChannelState
    /// The newest line of the port's history; 0 before the first.
    public var newestLine: Int64

    public init(
        vlan: VLANID, bandwidth: Bandwidth, axes: PortAxes, subscription: PortSubscription, vbr: VBRID, change: PortChange,
        terminatedBy: PayingParty?, ending: PortEnding?, acceptedAt: Instant?, activatedAt: Instant?, waitingSince: Instant,
        tags: PortTags, channel: ChannelState, newestLine: Int64
    ) {
        self.vlan = vlan
        self.bandwidth = bandwidth
        self.axes = axes
        self.subscription = subscription
        self.vbr = vbr
        self.change = change
        self.terminatedBy = terminatedBy
        self.ending = ending
        self.acceptedAt = acceptedAt
        self.activatedAt = activatedAt
        self.waitingSince = waitingSince
        self.tags = tags
        self.channel = channel
        self.newestLine = newestLine
    }
}

extension PortProgress {
    /// The columns in the order in which they are bound and read.
    public static let columns = [
        "vlan", "bandwidth_mbps", "acceptance", "service", "billing", "association", "attempt", "charge", "settled_attempts",
        "amount_minor", "currency", "paid_until", "expired_at", "is_payer_locked", "decline_reason", "billing_version", "vbr_id", "saga_id",
        "requested_vlan",
        "requested_mbps", "terminated_by", "ended_at", "end_reason", "accepted_at", "activated_at", "waiting_since", "sent_epoch",
        "sent_sequence", "handled_epoch", "handled_sequence", "newest_line", "tags",
        "change_attempts", "change_cancellation",
    ]

    /// `column = ?2, …`: what an UPDATE sets, its row's key being parameter 1.
    public static let assignments =
        columns.enumerated().map { "\($0.element) = ?\($0.offset + 2)" }.joined(separator: ", ")

    public func bind(to statement: any StoreStatement, from first: Int32) {
        statement.bind(first, Int64(vlan.number))
        statement.bind(first + 1, Int64(bandwidth.megabitsPerSecond))
        statement.bind(first + 2, Int64(axes.acceptance.rawValue))
        statement.bind(first + 3, Int64(axes.service.rawValue))
        statement.bind(first + 4, Int64(axes.billing.rawValue))
        statement.bind(first + 5, Int64(axes.association.rawValue))
        statement.bind(first + 6, Int64(subscription.attempt))
        statement.bind(first + 7, Int64(subscription.charge.rawValue))
        statement.bind(first + 8, Int64(bitPattern: subscription.settledAttempts))
        statement.bind(first + 9, subscription.amount.minor)
        statement.bindText(first + 10, subscription.amount.currency)
        statement.bind(first + 11, subscription.paidUntil)
        statement.bind(first + 12, subscription.expiredAt)
        statement.bind(first + 13, subscription.isLocked)
        statement.bindText(first + 14, subscription.declineReason)
        statement.bind(first + 15, Int64(bitPattern: subscription.version))
        statement.bind(first + 16, vbr.isSet ? vbr : nil)
        statement.bind(first + 17, change.saga.isSet ? change.saga : nil)
        statement.bind(first + 18, change.vlan.map { Int64($0.number) })
        statement.bind(first + 19, change.bandwidth.map { Int64($0.megabitsPerSecond) })
        statement.bind(first + 20, terminatedBy.map { Int64($0.rawValue) })
        statement.bind(first + 21, ending?.at)
        statement.bindText(first + 22, ending?.reason ?? "")
        statement.bind(first + 23, acceptedAt)
        statement.bind(first + 24, activatedAt)
        statement.bind(first + 25, waitingSince)
        statement.bind(first + 26, Int64(bitPattern: channel.sent.epoch))
        statement.bind(first + 27, Int64(bitPattern: channel.sent.sequence))
        statement.bind(first + 28, Int64(bitPattern: channel.handled.epoch))
        statement.bind(first + 29, Int64(bitPattern: channel.handled.sequence))
        statement.bind(first + 30, newestLine)
        statement.bindText(first + 31, tags.stored)
        statement.bind(first + 32, Int64(change.attempts))
        statement.bindText(first + 33, change.cancellation ?? "")
    }

    /// Reads the columns from `first` on, of the row of `port`.
    public init(row: any StoreRow, from first: Int32, port: PortID) throws(StoreError) {
        vlan = VLANID(stored: row.int64(first))
        bandwidth = Bandwidth(stored: row.int64(first + 1))
        axes = PortAxes(
            acceptance: try row.code(first + 2), service: try row.code(first + 3), billing: try row.code(first + 4),
            association: try row.code(first + 5))
        let attempt = UInt8(truncatingIfNeeded: row.int64(first + 6))
        subscription = PortSubscription(
            id: attempt == 0 ? .none : SubscriptionID(of: port), attempt: attempt, charge: try row.code(first + 7),
            settledAttempts: UInt64(bitPattern: row.int64(first + 8)),
            amount: Amount(minor: row.int64(first + 9), currency: try row.text(first + 10)),
            paidUntil: row.optionalInstant(first + 11), expiredAt: row.optionalInstant(first + 12), isLocked: row.bool(first + 13),
            declineReason: try row.text(first + 14), version: UInt64(bitPattern: row.int64(first + 15)))
        vbr = try row.optionalIdentifier(first + 16) ?? .none
        let cancellation = try row.text(first + 33)
        change = PortChange(
            saga: try row.optionalIdentifier(first + 17) ?? .none,
            vlan: row.optionalInt64(first + 18).map { VLANID(stored: $0) },
            bandwidth: row.optionalInt64(first + 19).map { Bandwidth(stored: $0) },
            attempts: UInt8(truncatingIfNeeded: row.int64(first + 32)), cancellation: cancellation.isEmpty ? nil : cancellation)
        terminatedBy = try row.optionalCode(first + 20)
        let endReason = try row.text(first + 22)
        ending = row.optionalInstant(first + 21).map { PortEnding(at: $0, reason: endReason) }
        acceptedAt = row.optionalInstant(first + 23)
        activatedAt = row.optionalInstant(first + 24)
        waitingSince = row.instant(first + 25)
        channel = ChannelState(sent: row.position(first + 26), handled: row.position(first + 28))
        newestLine = row.int64(first + 30)
        tags = PortTags(stored: try row.text(first + 31))
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

    /// A state's code, nil where there is none.
    @inlinable
    public func optionalCode<State: RawRepresentable>(_ column: Int32) throws(StoreError) -> State? where State.RawValue == UInt8 {
        isNull(column) ? nil : try code(column)
    }
}
