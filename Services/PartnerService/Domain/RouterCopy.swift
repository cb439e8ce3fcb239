public import HostedConnection

/// What the partner's side keeps of the tenant's VBR on a port: tenant-service tells it.
public struct RouterCopy: Equatable, Sendable {
    public var state: RouterState
    public var name: String
    public var bandwidth: Bandwidth
    /// Whether the termination of the port disabled it: recovering the port then recovers it too.
    public var isDisabledWithPort: Bool

    public init(state: RouterState, name: String, bandwidth: Bandwidth, isDisabledWithPort: Bool = false) {
        self.state = state
        self.name = name
        self.bandwidth = bandwidth
        self.isDisabledWithPort = isDisabledWithPort
    }
}
