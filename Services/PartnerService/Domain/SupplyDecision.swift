public import HostedConnection
public import Schema

/// A message that partner-service has to send.
public enum SupplyMessage: Equatable, Sendable {
    case portOffered(PortOffered)
    case acceptRefused(AcceptRefused)
    case portActivated(PortActivated)
    case paymentResult(PaymentResult)
    case subscriptionChanged(SubscriptionChanged)
    case offerEnded(OfferEnded)
    case portTerminated(PortTerminated)
    case portRecovered(PortRecovered)
    case deletionBegun(DeletionBegun)
    case deletionCommitted(DeletionCommitted)
    case deletionAborted(DeletionAborted)
    case portDeleted(PortDeleted)
    case vlanChangeAnnounced(VLANChangeAnnounced)
    case vlanChanged(VLANChanged)
    case vlanChangeUndone(VLANChangeUndone)
    case bandwidthReserved(BandwidthReserved)
    case bandwidthInForce(BandwidthInForce)
    case bandwidthRefused(BandwidthRefused)
    case bandwidthCancelAsked(BandwidthCancelAsked)
    case vbrOrdered(VBROrdered)
    case requestMade(RequestMade)
    case requestClosed(RequestClosed)
    case commandRefused(CommandRefused)
    case chargeRequested(ChargeRequested)
    case refundRequested(RefundRequested)
    case stopRequested(StopRequested)
    case networkStateDesired(NetworkStateDesired)
    case offerToAccept(OfferToAccept)
    case interruptionAhead(InterruptionAhead)
    case interruptionOver(InterruptionOver)
}

/// What a rule decided about a port: its new state, what is to be sent, what its history says, and its timers.
public struct SupplyDecision: Equatable, Sendable {
    public var port: SuppliedPort
    public var messages: [SupplyMessage] = []
    public var history: [HistoryNote] = []
    public var timers: [PortTimerChange] = []

    public init(_ port: SuppliedPort) { self.port = port }
}
