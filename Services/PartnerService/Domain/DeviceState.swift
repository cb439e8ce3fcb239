public import HostedConnection

/// What an access device does with a port's traffic; the codes stand in the database.
public enum Forwarding: UInt8, Sendable, CaseIterable {
    /// Nothing was ever asked of the device, or the port is gone from it.
    case removed = 1
    /// Configuration kept, all traffic dropped (A-28).
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

/// What an access device has for a connection.
public struct DeviceConfiguration: Equatable, Sendable, CustomStringConvertible {
    public var forwarding: Forwarding
    public var vlan: VLANID
    /// What the device polices to, in both directions; nil for no limit, which only a pushed VBR can have.
    public var rate: Bandwidth?

    public init(_ forwarding: Forwarding, vlan: VLANID, rate: Bandwidth?) {
        self.forwarding = forwarding
        self.vlan = vlan
        self.rate = rate
    }

    public var description: String {
        forwarding == .removed ? forwarding.name : "\(forwarding.name), VLAN \(vlan), \(rate?.description ?? "unlimited")"
    }
}

/// The state that a connection shall have on its access device, and how far the device has followed.
public struct DeviceState: Equatable, Sendable {
    /// The version asked for last; 0 before the first.
    public var desired: UInt64
    /// The highest version that the device has confirmed.
    public var applied: UInt64
    /// What was asked for last; nil before the first.
    public var asked: DeviceConfiguration?
    /// How often the version asked for last was asked for.
    public var attempts: UInt32
    /// Why the device did not take the version asked for last; empty if it has not refused.
    public var failure: String
    /// Whether the device says that trying again can help: then a timer does.
    public var mayPass: Bool

    public init(
        desired: UInt64 = 0, applied: UInt64 = 0, asked: DeviceConfiguration? = nil, attempts: UInt32 = 0, failure: String = "",
        mayPass: Bool = false
    ) {
        self.desired = desired
        self.applied = applied
        self.asked = asked
        self.attempts = attempts
        self.failure = failure
        self.mayPass = mayPass
    }

    /// What the device was asked last to do with the traffic.
    public var forwarding: Forwarding { asked?.forwarding ?? .removed }

    /// Whether the device has what was asked for last.
    public var isSettled: Bool { applied == desired }

    /// Whether the device has refused what was asked for last and will not take it by itself.
    public var isRefusedForGood: Bool { !isSettled && !failure.isEmpty && !mayPass }

    /// What a port waits for while the device has not followed, in words for people; nil when it has.
    public var waitingFor: String? {
        guard !isSettled, let asked else { return nil }
        return failure.isEmpty
            ? "the access device to take: \(asked)" : "the access device, which has not taken \"\(asked)\": \(failure)"
    }
}

extension DeviceState: SeldomPresent {
    public static var absent: DeviceState { DeviceState() }
}
