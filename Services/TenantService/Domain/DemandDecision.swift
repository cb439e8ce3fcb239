public import HostedConnection
public import Schema

/// A message that tenant-service has to send.
public enum DemandMessage: Equatable, Sendable {
    case portAccepted(PortAccepted)
    case vbrCreated(VBRCreated)
    case paymentResult(PaymentResult)
    case subscriptionChanged(SubscriptionChanged)
    case offerRejected(OfferRejected)
    case terminationAsked(TerminationAsked)
    case deletionAsked(DeletionAsked)
    case vbrChanged(VBRChanged)
    case vbrDeleted(VBRDeleted)
    case vbrOrderRefused(VBROrderRefused)
    case deletionAgreed(DeletionAgreed)
    case deletionRefused(DeletionRefused)
    case vlanChangeReady(VLANChangeReady)
    case vlanChangeRefused(VLANChangeRefused)
    case vlanChangeDone(VLANChangeDone)
    case bandwidthChangeRejected(BandwidthChangeRejected)
    case requestMade(RequestMade)
    case requestClosed(RequestClosed)
    case chargeRequested(ChargeRequested)
    case refundRequested(RefundRequested)
    case stopRequested(StopRequested)
    case vbrAssociated(VBRAssociated)
    case offerEndSettled(OfferEndSettled)
}

/// What a rule decided about a port: its new state and its VBR's, what is to be sent, and what its history says.
public struct DemandDecision: Equatable, Sendable {
    public var port: DemandedPort
    /// The VBR as it is now, if the decision made or changed it.
    public var vbr: VirtualBorderRouter?
    /// Whether the decision made the VBR.
    public var isNewVBR = false
    public var messages: [DemandMessage] = []
    public var history: [HistoryNote] = []

    public init(_ port: DemandedPort) { self.port = port }
}
