public import HostedConnection

/// What the operator decides about the partner's side where the guides leave it open. What they don't know is off by default.
public struct PartnerPolicy: Equatable, Sendable {
    /// The bandwidths that may be offered.
    public var catalogue: BandwidthCatalogue
    /// The carriers whose accounts may offer ports.
    public var carriers: EligibleCarriers
    /// What readiness asks for, and whether it is enforced.
    public var readiness: ReadinessPolicy
    /// The cloud's limits for circuits in service.
    public var limits: NetworkLimits
    /// Whether a pending offer can be withdrawn.
    public var mayWithdraw: Bool
    /// How long an offer stands; nil: until it is taken.
    public var offerLifetime: Duration?
    /// How long after its expiry a port still carries traffic.
    public var expiryGrace: Duration
    /// How long a reserved bandwidth waits for its payment.
    public var bandwidthPaymentTime: Duration
    /// How long the payment of a port made of a pushed VBR may take after the acceptance.
    public var transformationPaymentTime: Duration
    /// Whether ports may be offered on a circuit that carries a pushed VBR without a bandwidth, so that nobody can say what is free
    ///
    public var allowsOversubscribed: Bool
    /// Whether access devices are told and waited for; otherwise every change counts as applied at once.
    public var hasAccessDevices: Bool

    public init(
        catalogue: BandwidthCatalogue = .standard, mayWithdraw: Bool = false, offerLifetime: Duration? = nil,
        expiryGrace: Duration = .seconds(15 * 86_400), bandwidthPaymentTime: Duration = .seconds(86_400),
        transformationPaymentTime: Duration = .seconds(7 * 86_400),
        hasAccessDevices: Bool = false, carriers: EligibleCarriers = .standard, readiness: ReadinessPolicy = ReadinessPolicy(),
        limits: NetworkLimits = .none, allowsOversubscribed: Bool = false
    ) {
        self.catalogue = catalogue
        self.carriers = carriers
        self.readiness = readiness
        self.limits = limits
        self.mayWithdraw = mayWithdraw
        self.offerLifetime = offerLifetime
        self.expiryGrace = expiryGrace
        self.bandwidthPaymentTime = bandwidthPaymentTime
        self.transformationPaymentTime = transformationPaymentTime
        self.allowsOversubscribed = allowsOversubscribed
        self.hasAccessDevices = hasAccessDevices
    }

    /// The guides as they stand.
    public static let standard = PartnerPolicy()
}
