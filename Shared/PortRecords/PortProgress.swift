public import HostedConnection
public import Messaging
public import Store

/// What changes in the life of a port, as it is read from its row in both services alike. The subscription's id has no column:
/// it follows from the port.
public struct PortProgress: Equatable, Sendable {
    public let vlan: VLANID
    public let bandwidth: Bandwidth
    public let axes: PortAxes
    public let subscription: PortSubscription
    public let vbr: VBRID
    public let change: PortChange
    public let terminatedBy: PayingParty?
    public let ending: PortEnding?
    public let acceptedAt: Instant?
    public let activatedAt: Instant?
    public let waitingSince: Instant
    public let tags: PortTags
    public let channel: ChannelState
    /// The newest line of the port's history; 0 before the first.
    public let newestLine: Int64

    /// How many columns there are: those of all ``PortPart``s.
    public static let columnCount = Int32(PortPart.allCases.reduce(0) { $0 + $1.part.columns.count })

    /// Reads the columns from `first` on, of the row of `port`.
    public init(row: any StoreRow, from first: Int32, port: PortID) throws(StoreError) {
        vlan = VLANID(stored: row.int64(first))
        bandwidth = Bandwidth(stored: row.int64(first + 1))
        let cancellation = try row.text(first + 6)
        change = PortChange(
            saga: try row.optionalIdentifier(first + 2) ?? .none,
            vlan: row.optionalInt64(first + 3).map { VLANID(stored: $0) },
            bandwidth: row.optionalInt64(first + 4).map { Bandwidth(stored: $0) },
            attempts: UInt8(truncatingIfNeeded: row.int64(first + 5)), cancellation: cancellation.isEmpty ? nil : cancellation)
        terminatedBy = try row.optionalCode(first + 7)
        let endReason = try row.text(first + 9)
        ending = row.optionalInstant(first + 8).map { PortEnding(at: $0, reason: endReason) }
        tags = PortTags(stored: try row.text(first + 10))
        let places = first + 11
        channel = ChannelState(sent: row.position(places), handled: row.position(places + 2))
        newestLine = row.int64(places + 4)
        let course = places + 5
        axes = PortAxes(
            acceptance: try row.code(course), service: try row.code(course + 1), billing: try row.code(course + 2),
            association: try row.code(course + 3))
        vbr = try row.optionalIdentifier(course + 4) ?? .none
        acceptedAt = row.optionalInstant(course + 5)
        activatedAt = row.optionalInstant(course + 6)
        waitingSince = row.instant(course + 7)
        let payment = course + 8
        let attempt = UInt8(truncatingIfNeeded: row.int64(payment))
        subscription = PortSubscription(
            id: attempt == 0 ? .none : SubscriptionID(of: port), attempt: attempt, charge: try row.code(payment + 1),
            settledAttempts: UInt64(bitPattern: row.int64(payment + 2)),
            amount: Amount(minor: row.int64(payment + 3), currency: try row.text(payment + 4)),
            paidUntil: row.optionalInstant(payment + 5), expiredAt: row.optionalInstant(payment + 6), isLocked: row.bool(payment + 7),
            declineReason: try row.text(payment + 8), version: UInt64(bitPattern: row.int64(payment + 9)))
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
