public import HostedConnection

/// The facts about an account that partner-service's rules need, whoever holds the account.
public struct KnownAccount: Equatable, Sendable {
    public var id: AccountID
    public var name: String
    /// Whether it may offer ports; otherwise it is a tenant.
    public var isPartner: Bool
    public var carrier: String
    /// the site is a property of the account.
    public var site: String
    public var regions: [String]
    public var outboundBilling: Bool
    public var isClosed: Bool
    /// Grows with each change.
    public var version: UInt64

    public init(
        id: AccountID, name: String, isPartner: Bool, carrier: String, site: String, regions: [String], outboundBilling: Bool,
        isClosed: Bool = false, version: UInt64
    ) {
        self.id = id
        self.name = name
        self.isPartner = isPartner
        self.carrier = carrier
        self.site = site
        self.regions = regions
        self.outboundBilling = outboundBilling
        self.isClosed = isClosed
        self.version = version
    }
}
