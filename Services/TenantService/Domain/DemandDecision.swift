public import HostedConnection
public import Schema

/// A message that tenant-service has to send.
public enum DemandMessage: Equatable, Sendable {
    case portAccepted(PortAccepted)
    case paymentResult(PaymentResult)
    case vbrCreated(VBRCreated)
    case chargeRequested(ChargeRequested)
}

/// What a rule decided about a port: its new state, its new VBR, what is to be sent, and what its history says.
public struct DemandDecision: Equatable, Sendable {
    public var port: DemandedPort
    public var vbr: VirtualBorderRouter?
    public var messages: [DemandMessage] = []
    public var history: [HistoryNote] = []

    public init(_ port: DemandedPort) { self.port = port }
}
