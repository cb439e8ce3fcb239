public import HostedConnection

/// A partner's circuit with the sums that its connections use up.
public struct Circuit: Equatable, Sendable {
    public var id: CircuitID
    public var partner: AccountID
    /// The carrier's own name, unique with its partner.
    public var name: String
    public var region: String
    public var accessPoint: String
    public var capacity: Bandwidth
    /// Whether the circuit is deployed as a physical connection.
    public var isDeployed: Bool
    /// Mbit/s held by connections that are not released.
    public var allocated: UInt32
    /// Connections that are not released.
    public var connections: UInt32
    /// Whether the one connection is a routed interface, VLAN 0.
    public var isRouted: Bool
    public var registeredAt: Instant

    public init(
        id: CircuitID, partner: AccountID, name: String, region: String, accessPoint: String, capacity: Bandwidth,
        isDeployed: Bool, allocated: UInt32 = 0, connections: UInt32 = 0, isRouted: Bool = false, registeredAt: Instant
    ) {
        self.id = id
        self.partner = partner
        self.name = name
        self.region = region
        self.accessPoint = accessPoint
        self.capacity = capacity
        self.isDeployed = isDeployed
        self.allocated = allocated
        self.connections = connections
        self.isRouted = isRouted
        self.registeredAt = registeredAt
    }

    public var available: UInt32 { capacity.megabitsPerSecond - min(allocated, capacity.megabitsPerSecond) }

    /// Reserves a VLAN and bandwidth for one more connection.
    /// - Parameter holder: the connection that has the VLAN already, if one has.
    /// - Throws: VLAN conflicts first, then capacity.
    public mutating func allocate(vlan: VLANID, bandwidth: Bandwidth, holder: ConnectionID?) throws(Refusal) {
        try checkVLAN(vlan, holder: holder)
        guard UInt64(allocated) + UInt64(bandwidth.megabitsPerSecond) <= UInt64(capacity.megabitsPerSecond) else {
            // the guide's text, also at creation.
            throw Refusal(
                .insufficientBandwidth, "Insufficient bandwidth resources", field: "bandwidthMbps", object: id.description,
                next: "\(available) Mbit/s are free on this circuit: choose less, or release unused hosted connections first")
        }
        allocated += bandwidth.megabitsPerSecond
        connections += 1
        isRouted = vlan.isRouted
    }

    /// Gives back what a connection held that has come to its end.
    /// - Parameter keeping: the VLAN that the connection holds besides, while a change to it is taken back.
    public mutating func release(bandwidth: Bandwidth, keeping vlan: VLANID?) {
        allocated -= min(allocated, bandwidth.megabitsPerSecond)
        connections -= min(connections, 1)
        isRouted = isRouted && vlan?.isRouted == true
    }

    private func checkVLAN(_ vlan: VLANID, holder: ConnectionID?) throws(Refusal) {
        if let holder {
            throw Refusal(
                .vlanInUse, "VLAN \(vlan) is in use on this circuit", field: "vlanId", object: holder.description,
                next: "Choose another VLAN of this circuit, or another circuit")
        }
        if vlan.isRouted, connections > 0 {
            throw Refusal(
                .vlanZeroNotAlone, "VLAN 0 makes the circuit a routed interface, which carries one connection only",
                field: "vlanId", object: id.description,
                next: "Choose a VLAN from 1 to 2999, or a circuit without connections")
        }
        if isRouted {
            throw Refusal(
                .vlanZeroNotAlone, "The circuit carries a routed connection (VLAN 0), which must be its only one",
                field: "circuitId", object: id.description, next: "Choose another circuit")
        }
    }
}
