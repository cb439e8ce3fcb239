public import HostedConnection
public import Messaging
public import Store

/// A port as either service keeps it: what changes in its life, in both alike.
public protocol RecordedPort {
    var vlan: VLANID { get }
    var bandwidth: Bandwidth { get }
    var axes: PortAxes { get }
    var subscription: PortSubscription { get }
    var vbr: VBRID { get }
    var change: PortChange { get }
    var terminatedBy: PayingParty? { get }
    var ending: PortEnding? { get }
    var acceptedAt: Instant? { get }
    var activatedAt: Instant? { get }
    var waitingSince: Instant { get }
    var tags: PortTags { get }
}

/// Where a port stood before a step, as far as what follows a step asks for it.
public struct PortStanding: Equatable, Sendable {
    public let axes: PortAxes
    public let bandwidth: Bandwidth

    @inlinable
    public init(_ port: some RecordedPort) {
        axes = port.axes
        bandwidth = port.bandwidth
    }
}

/// The parts in which the changing columns of a port are written. They are read in this order.
public enum PortPart: Int, CaseIterable, Sendable {
    /// What was agreed, is being changed, or has ended: mostly as it was offered. It ends the row of `port`.
    case terms
    /// The places of its connection's channels, and its newest line of history: changes with nearly every step. It begins the row
    /// of `port_state`, as do the others after it.
    case places
    /// Where its life stands.
    case course
    case subscription

    /// What changes with the steps of a life: the row of `port_state` in either service, which may go on after it.
    public static let state = [places, course, subscription].map(\.part)

    /// Both tables of ports, as queries read them together.
    public static let source = "port JOIN port_state ON port_state.id = port.id"

    private var columns: [String] {
        switch self {
        case .terms:
            [
                "vlan", "bandwidth_mbps", "saga_id", "requested_vlan", "requested_mbps", "change_attempts", "change_cancellation",
                "terminated_by", "ended_at", "end_reason", "tags",
            ]
        case .places: ["sent_epoch", "sent_sequence", "handled_epoch", "handled_sequence", "newest_line"]
        case .course:
            ["acceptance", "service", "billing", "association", "vbr_id", "accepted_at", "activated_at", "waiting_since"]
        case .subscription:
            [
                "attempt", "charge", "settled_attempts", "amount_minor", "currency", "paid_until", "expired_at", "is_payer_locked",
                "decline_reason", "billing_version",
            ]
        }
    }

    /// The part as it is written, its columns in the order in which they are bound and read.
    public var part: RowPart { RowPart(rawValue, columns) }

    /// The part in a row's set of parts.
    public var set: RowParts { .part(rawValue) }
}

extension RecordedPort {
    /// Binds the columns of those ``PortPart``s that are among the parts, in their order.
    /// - Returns: the parameter after them.
    @inlinable
    public func bind(
        _ parts: RowParts, _ channel: ChannelState, _ newestLine: Int64, to statement: any StoreStatement, from first: Int32
    ) -> Int32 {
        var next = first
        if parts.contains(PortPart.terms.set) { next = bindTerms(to: statement, from: next) }
        if parts.contains(PortPart.places.set) { next = Self.bindPlaces(channel, newestLine, to: statement, from: next) }
        if parts.contains(PortPart.course.set) { next = bindCourse(to: statement, from: next) }
        if parts.contains(PortPart.subscription.set) { next = bindSubscription(to: statement, from: next) }
        return next
    }

    /// Binds the columns of ``PortPart/terms``.
    /// - Returns: the parameter after them. So do the others.
    @inlinable
    public func bindTerms(to statement: any StoreStatement, from first: Int32) -> Int32 {
        let change = change
        let ending = ending
        statement.bind(first, Int64(vlan.number))
        statement.bind(first + 1, Int64(bandwidth.megabitsPerSecond))
        statement.bind(first + 2, change.saga.isSet ? change.saga : nil)
        statement.bind(first + 3, change.vlan.map { Int64($0.number) })
        statement.bind(first + 4, change.bandwidth.map { Int64($0.megabitsPerSecond) })
        statement.bind(first + 5, Int64(change.attempts))
        statement.bindText(first + 6, change.cancellation ?? "")
        statement.bind(first + 7, terminatedBy.map { Int64($0.rawValue) })
        statement.bind(first + 8, ending?.at)
        statement.bindText(first + 9, ending?.reason ?? "")
        statement.bindText(first + 10, tags.stored)
        return first + 11
    }

    @inlinable
    public static func bindPlaces(
        _ channel: ChannelState, _ newestLine: Int64, to statement: any StoreStatement, from first: Int32
    ) -> Int32 {
        statement.bind(first, Int64(bitPattern: channel.sent.epoch))
        statement.bind(first + 1, Int64(bitPattern: channel.sent.sequence))
        statement.bind(first + 2, Int64(bitPattern: channel.handled.epoch))
        statement.bind(first + 3, Int64(bitPattern: channel.handled.sequence))
        statement.bind(first + 4, newestLine)
        return first + 5
    }

    @inlinable
    public func bindCourse(to statement: any StoreStatement, from first: Int32) -> Int32 {
        statement.bind(first, Int64(axes.acceptance.rawValue))
        statement.bind(first + 1, Int64(axes.service.rawValue))
        statement.bind(first + 2, Int64(axes.billing.rawValue))
        statement.bind(first + 3, Int64(axes.association.rawValue))
        statement.bind(first + 4, vbr.isSet ? vbr : nil)
        statement.bind(first + 5, acceptedAt)
        statement.bind(first + 6, activatedAt)
        statement.bind(first + 7, waitingSince)
        return first + 8
    }

    @inlinable
    public func bindSubscription(to statement: any StoreStatement, from first: Int32) -> Int32 {
        statement.bind(first, Int64(subscription.attempt))
        statement.bind(first + 1, Int64(subscription.charge.rawValue))
        statement.bind(first + 2, Int64(bitPattern: subscription.settledAttempts))
        statement.bind(first + 3, subscription.amount.minor)
        statement.bindText(first + 4, subscription.amount.currency)
        statement.bind(first + 5, subscription.paidUntil)
        statement.bind(first + 6, subscription.expiredAt)
        statement.bind(first + 7, subscription.isLocked)
        statement.bindText(first + 8, subscription.declineReason)
        statement.bind(first + 9, Int64(bitPattern: subscription.version))
        return first + 10
    }

    /// The parts, ``PortPart/places`` aside, in which the port is other than it was.
    @inlinable
    public func changedParts(since old: Self) -> RowParts {
        var parts: RowParts = []
        if axes != old.axes || vbr != old.vbr || waitingSince != old.waitingSince || acceptedAt != old.acceptedAt
            || activatedAt != old.activatedAt
        {
            parts.insert(PortPart.course.set)
        }
        if subscription != old.subscription { parts.insert(PortPart.subscription.set) }
        if vlan != old.vlan || bandwidth != old.bandwidth || change != old.change || terminatedBy != old.terminatedBy
            || ending != old.ending || tags != old.tags
        {
            parts.insert(PortPart.terms.set)
        }
        return parts
    }
}
