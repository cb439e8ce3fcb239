public import HostedConnection
public import Schema

/// A message that partner-service has to send.
public enum SupplyMessage: Equatable, Sendable {
    case portOffered(PortOffered)
    case paymentResult(PaymentResult)
    case portActivated(PortActivated)
    case acceptRefused(AcceptRefused)
    case chargeRequested(ChargeRequested)
}

/// What a rule decided about a port: its new state, what is to be sent, and what its history says.
public struct SupplyDecision: Equatable, Sendable {
    public var port: SuppliedPort
    public var messages: [SupplyMessage] = []
    public var history: [HistoryNote] = []

    public init(_ port: SuppliedPort) { self.port = port }
}
