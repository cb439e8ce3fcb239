public import HostedConnection

/// What a tenant asks for when it creates a VBR.
public struct VBRForm: Equatable, Sendable {
    public var port: PortID
    /// The account that it shall belong to; none takes the port's.
    public var account: AccountID
    /// What it shall be connected by; empty takes a shared port.
    public var kind: String
    /// Only the port's region is taken; empty takes it too.
    public var region: String
    public var name: String
    /// Only the partner's VLAN is taken; nil takes it too.
    public var vlan: UInt32?
    /// Mbit/s; nil takes the port's.
    public var bandwidthMbps: UInt32?
    public var cloudIPv4: String
    public var clientIPv4: String
    public var subnetMask: String
    /// All empty: no IPv6.
    public var cloudIPv6: String
    public var clientIPv6: String
    public var ipv6Prefix: String
    public var enablesIPv6: Bool
    public var detection: FailureDetection

    public init(
        port: PortID, account: AccountID = .none, kind: String = "", region: String = "", name: String = "", vlan: UInt32? = nil,
        bandwidthMbps: UInt32? = nil, cloudIPv4: String, clientIPv4: String, subnetMask: String, cloudIPv6: String = "",
        clientIPv6: String = "", ipv6Prefix: String = "", enablesIPv6: Bool = false, detection: FailureDetection = FailureDetection()
    ) {
        self.port = port
        self.account = account
        self.kind = kind
        self.region = region
        self.name = name
        self.vlan = vlan
        self.bandwidthMbps = bandwidthMbps
        self.cloudIPv4 = cloudIPv4
        self.clientIPv4 = clientIPv4
        self.subnetMask = subnetMask
        self.cloudIPv6 = cloudIPv6
        self.clientIPv6 = clientIPv6
        self.ipv6Prefix = ipv6Prefix
        self.enablesIPv6 = enablesIPv6
        self.detection = detection
    }
}

/// What a tenant wants changed of its VBR; nil stays as it is.
public struct VBRChange: Equatable, Sendable {
    public var region = ""
    public var name: String?
    /// Only the partner's VLAN is taken.
    public var vlan: UInt32?
    public var bandwidthMbps: UInt32?
    public var cloudIPv4: String?
    public var clientIPv4: String?
    public var subnetMask: String?
    /// Empty texts take IPv6 away.
    public var cloudIPv6: String?
    public var clientIPv6: String?
    public var ipv6Prefix: String?
    public var enablesIPv6: Bool?
    public var detection = FailureDetection()

    public init() {}
}
