/// What the operator decides about the tenants' side where the guides leave it open. What they don't know is off by default.
public struct TenantPolicy: Equatable, Sendable {
    /// Whether a tenant can reject an offer.
    public var mayReject: Bool

    public init(mayReject: Bool = false) { self.mayReject = mayReject }

    /// The guides as they stand.
    public static let standard = TenantPolicy()
}
