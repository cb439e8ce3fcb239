public import HostedConnection

/// A tenant's virtual border router on a shared port.
public struct VirtualBorderRouter: Equatable, Sendable {
    public var id: VBRID
    public var port: PortID
    public var account: AccountID
    public var name: String
    /// The port's VLAN.
    public var vlan: VLANID
    public var bandwidth: Bandwidth
    public var addressing: VBRAddressing
    public var state: RouterState
    /// Whether the termination of the port disabled it: recovering the port then recovers it too.
    public var isDisabledWithPort: Bool
    public var createdAt: Instant
    public var deletedAt: Instant?

    public init(
        id: VBRID, port: PortID, account: AccountID, name: String, vlan: VLANID, bandwidth: Bandwidth, addressing: VBRAddressing,
        state: RouterState = .enabled, isDisabledWithPort: Bool = false, createdAt: Instant, deletedAt: Instant? = nil
    ) {
        self.id = id
        self.port = port
        self.account = account
        self.name = name
        self.vlan = vlan
        self.bandwidth = bandwidth
        self.addressing = addressing
        self.state = state
        self.isDisabledWithPort = isDisabledWithPort
        self.createdAt = createdAt
        self.deletedAt = deletedAt
    }
}
