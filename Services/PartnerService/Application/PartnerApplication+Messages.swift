import HostedConnection
import Messaging
import PartnerDomain
import Schema
import Store

extension PartnerApplication {
    /// A message of tenant-service about one of our ports.
    func handleTenant(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        guard let channel = message.channel else { throw .refused(Self.misplaced(message)) }
        let row = try knownPort(channel.port)
        let decision: SupplyDecision
        switch message.type {
        case .portAccepted:
            let event = try message.decode(PortAccepted.self)
            try check(event.portID, row)
            decision = try ruled { () throws(Refusal) in try ActivationRules.accepted(row.port, event, now: step.now) }
        case .paymentResult:
            let event = try message.decode(PaymentResult.self)
            try check(event.portID, row)
            decision = try ruled { () throws(Refusal) in try ActivationRules.paymentResult(row.port, event, now: step.now) }
        case .subscriptionChanged:
            let event = try message.decode(SubscriptionChanged.self)
            try check(event.portID, row)
            decision = try ruled { () throws(Refusal) in try SubscriptionRules.changed(row.port, event, now: step.now) }
        case .vbrCreated:
            let event = try message.decode(VBRCreated.self)
            try check(event.portID, row)
            decision = try ruled { () throws(Refusal) in try ActivationRules.vbrCreated(row.port, event, now: step.now) }
        case .vbrChanged:
            let event = try message.decode(VBRChanged.self)
            try check(event.portID, row)
            decision = try ruled { () throws(Refusal) in try RouterRules.changed(row.port, event, now: step.now) }
        case .vbrDeleted:
            let event = try message.decode(VBRDeleted.self)
            try check(event.portID, row)
            decision = try ruled { () throws(Refusal) in try RouterRules.deleted(row.port, event, now: step.now) }
        default:
            throw .refused(Self.misplaced(message))
        }
        _ = try apply(decision, to: row, step)
    }

    /// The body must be about the connection that its key names.
    private func check(_ port: PortID, _ row: PortRow) throws(StepFailure) {
        guard port == row.port.id else {
            throw .refused(
                Refusal(.contradictsState, "a message about port \(port) under the key of \(row.port.id)", object: row.port.id.description))
        }
    }

    static func misplaced(_ message: InboundMessage) -> Refusal {
        Refusal(.contradictsState, "\(message.type.fullName) does not belong on \(message.topic.baseName)")
    }
}
