public import HostedConnection
public import Schema

/// Which states the device refuses, and how long it takes for the others.
public struct FaultRule: Sendable, Equatable {
    /// States with one of these VLANs are refused.
    public var vlans: Set<VLANID> = []
    /// States of these connections are refused.
    public var connections: Set<ConnectionID> = []
    /// One in so many connections, chosen by their ids; 0 for none.
    public var oneIn: UInt64 = 0
    /// How often each version is refused; nil: for ever.
    public var attempts: UInt32?
    /// Whether trying again can help, as the device says itself.
    public var isTransient = false
    /// What the device says.
    public var reason = "The access device refused the configuration"
    /// How long the device takes for a state.
    public var delay = Duration.zero

    public init() {}

    /// Takes everything at once.
    public static let none = FaultRule()

    /// Whether the device refuses a state when it is asked for the given time, counted from 1.
    public func refuses(vlan: VLANID, of connection: ConnectionID, attempt: UInt32) -> Bool {
        if let attempts, attempt > attempts { return false }
        return vlans.contains(vlan) || connections.contains(connection) || isChosen(connection)
    }

    private func isChosen(_ connection: ConnectionID) -> Bool {
        guard oneIn > 0 else { return false }
        let randomBits = UInt64(truncatingIfNeeded: connection.bits.value >> 8) & 0xffff_ffff_ffff
        return randomBits % oneIn == 0
    }
}

extension FaultRule {
    /// - Throws: ``RefusalCode/invalidValue`` for a VLAN that is none.
    public init(_ faults: DeviceFaults) throws(Refusal) {
        self.init()
        for number in faults.vlanIDs {
            guard let vlan = VLANID(number) else {
                throw Refusal(.invalidValue, "VLAN \(number) is not from 0 to 2999", field: "vlanIds", next: "Give VLANs from 0 to 2999")
            }
            vlans.insert(vlan)
        }
        connections = Set(faults.portIDs.map { ConnectionID($0) } + faults.connectionIDs)
        oneIn = UInt64(faults.oneIn)
        attempts = faults.attempts == 0 ? nil : faults.attempts
        isTransient = faults.transient
        if !faults.reason.isEmpty { reason = faults.reason }
        delay = .milliseconds(faults.delayMs)
    }
}
