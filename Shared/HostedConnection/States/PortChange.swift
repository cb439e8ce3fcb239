/// The change of a port that is under way. A port has one at a time; others wait for its end.
public struct PortChange: Equatable, Sendable {
    public var saga: SagaID
    /// The VLAN that the port is about to get; nil if the change leaves it alone.
    public var vlan: VLANID?
    /// The bandwidth that the port is about to get; nil if the change leaves it alone.
    public var bandwidth: Bandwidth?
    /// Whether the bandwidth is paid by this side's payer: it comes into force for certain, and nothing more is due for it.
    public var isPaid: Bool

    public init(saga: SagaID = .none, vlan: VLANID? = nil, bandwidth: Bandwidth? = nil, isPaid: Bool = false) {
        self.saga = saga
        self.vlan = vlan
        self.bandwidth = bandwidth
        self.isPaid = isPaid
    }

    /// No change is under way.
    public static let none = PortChange()

    public var isRunning: Bool { saga.isSet }
}

/// How a port came to its end: kept with its record.
public struct PortEnding: Equatable, Sendable {
    public var at: Instant
    /// Why, in the words of whoever ended it.
    public var reason: String

    public init(at: Instant, reason: String) {
        self.at = at
        self.reason = reason
    }
}
