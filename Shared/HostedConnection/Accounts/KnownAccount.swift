/// The facts about an account that rules need, whichever service holds it.
public struct KnownAccount: Equatable, Sendable {
    public var id: AccountID
    public var name: String
    /// Whether it may offer ports; otherwise it is a tenant.
    public var isPartner: Bool
    /// The network carrier a partner account stands for; empty for a tenant.
    public var carrier: String
    /// the site is a property of the account.
    public var site: String
    /// Regions in which the account may use ports; empty when it is not restricted.
    public var regions: [String]
    public var outboundBilling: Bool
    public var isClosed: Bool
    /// Whether a partner has the network-product permissions; known where the account is held.
    public var hasProductPermission: Bool
    /// Whether a partner may pay for the ports that it makes of pushed VBRs: the business manager's permission; known where
    /// the account is held.
    public var mayPayForTransformed: Bool
    /// What a partner may offer beside the catalogue; known where the account is held.
    public var extraBandwidths: [Bandwidth]
    /// Grows with each change.
    public var version: UInt64

    public init(
        id: AccountID, name: String, isPartner: Bool, carrier: String, site: String, regions: [String], outboundBilling: Bool,
        isClosed: Bool = false, hasProductPermission: Bool = false, mayPayForTransformed: Bool = false,
        extraBandwidths: [Bandwidth] = [], version: UInt64
    ) {
        self.id = id
        self.name = name
        self.isPartner = isPartner
        self.carrier = carrier
        self.site = site
        self.regions = regions
        self.outboundBilling = outboundBilling
        self.isClosed = isClosed
        self.hasProductPermission = hasProductPermission
        self.mayPayForTransformed = mayPayForTransformed
        self.extraBandwidths = extraBandwidths
        self.version = version
    }

    /// Whether the account may use ports in a region.
    public func mayUse(region: String) -> Bool { regions.isEmpty || regions.contains(region) }
}
