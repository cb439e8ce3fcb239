/// What an access device does with a port's traffic; the codes stand in the database.
public enum Forwarding: UInt8, Sendable, CaseIterable {
    /// Nothing was ever asked of the device, or the port is gone from it.
    case removed = 1
    /// Configuration kept, all traffic dropped.
    case block = 2
    /// Policed to the port's bandwidth and forwarded.
    case pass = 3

    /// The word in APIs.
    public var name: String {
        switch self {
        case .removed: "removed"
        case .block: "block"
        case .pass: "pass"
        }
    }
}

/// The state that a port shall have on its access device, and how far the device has followed.
public struct DeviceState: Equatable, Sendable {
    /// The version asked for last; 0 before the first.
    public var desired: UInt64
    /// The highest version that the device has confirmed.
    public var applied: UInt64
    /// What was asked for last.
    public var forwarding: Forwarding
    /// Why the device did not take the version asked for last; empty if it has not refused.
    public var failure: String

    public init(desired: UInt64 = 0, applied: UInt64 = 0, forwarding: Forwarding = .removed, failure: String = "") {
        self.desired = desired
        self.applied = applied
        self.forwarding = forwarding
        self.failure = failure
    }

    /// Whether the device has what was asked for last.
    public var isSettled: Bool { applied == desired }
}
