/// The change of a port that is under way. A port has one at a time; others wait for its end.
public struct PortChange: Equatable, Sendable {
    public var saga: SagaID
    /// The VLAN that the port is about to get; nil if the change leaves it alone.
    public var vlan: VLANID?
    /// The bandwidth that the port is about to get; nil if the change leaves it alone.
    public var bandwidth: Bandwidth?
    /// The attempts to charge that were made before the change: later ones pay for its bandwidth.
    public var attempts: UInt8
    /// Why it was called off, as code and words; nil unless it was and that waits for billing, which may be deciding about its
    /// charge.
    public var cancellation: String?

    public init(
        saga: SagaID = .none, vlan: VLANID? = nil, bandwidth: Bandwidth? = nil, attempts: UInt8 = 0, cancellation: String? = nil
    ) {
        self.saga = saga
        self.vlan = vlan
        self.bandwidth = bandwidth
        self.attempts = attempts
        self.cancellation = cancellation
    }

    /// No change is under way.
    public static let none = PortChange()

    public var isRunning: Bool { saga.isSet }
}

extension PortChange: SeldomPresent {
    public static var absent: PortChange { .none }
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
