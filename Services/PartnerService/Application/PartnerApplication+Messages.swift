import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Saga
import Schema
import Store

extension PartnerApplication {
    /// A message of tenant-service about one of our ports.
    func handleTenant(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        guard let channel = message.channel else { throw .refused(Self.misplaced(message)) }
        let row = try knownPort(channel.port)
        try handle(message, about: row, step)
        try followSaga(of: row.port.id, step)
    }

    private func handle(_ message: InboundMessage, about row: PortRow, _ step: Step) throws(StepFailure) {
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
        case .offerRejected:
            let event = try message.decode(OfferRejected.self)
            try check(event.portID, row)
            decision = try ruled { () throws(Refusal) in try OfferEndingRules.rejected(row.port, event, now: step.now) }
        case .terminationAsked:
            try check(try message.decode(TerminationAsked.self).portID, row)
            decision = TerminationRules.asked(row.port, now: step.now)
        case .vbrChanged:
            let event = try message.decode(VBRChanged.self)
            try check(event.portID, row)
            decision = try ruled { () throws(Refusal) in try RouterRules.changed(row.port, event, now: step.now) }
        case .vbrDeleted:
            let event = try message.decode(VBRDeleted.self)
            try check(event.portID, row)
            decision = try ruled { () throws(Refusal) in try RouterRules.deleted(row.port, event, now: step.now) }
        case .vbrOrderRefused:
            let event = try message.decode(VBROrderRefused.self)
            try check(event.portID, row)
            decision = try ruled { () throws(Refusal) in try RouterOrderRules.refused(row.port, event, now: step.now) }
        case .deletionAsked:
            try check(try message.decode(DeletionAsked.self).portID, row)
            return try handleDeletionAsked(row, step)
        case .deletionAgreed:
            let event = try message.decode(DeletionAgreed.self)
            try check(event.portID, row)
            return try reply(to: .perform(DeletionSaga.Step.freeze.rawValue), .done, of: event.sagaID, on: row, step)
        case .deletionRefused:
            let event = try message.decode(DeletionRefused.self)
            try check(event.portID, row)
            return try reply(
                to: .perform(DeletionSaga.Step.freeze.rawValue), .refused(event.text), of: event.sagaID, on: row, step)
        case .requestMade:
            let event = try message.decode(RequestMade.self)
            try check(event.portID, row)
            return try handleRequestMade(event, row, step)
        case .requestClosed:
            let event = try message.decode(RequestClosed.self)
            try check(event.portID, row)
            return try handleRequestClosed(event, row, step)
        case .bandwidthChangeRejected:
            let event = try message.decode(BandwidthChangeRejected.self)
            try check(event.portID, row)
            return try handleBandwidthRejection(event, row, step)
        case .vlanChangeReady, .vlanChangeRefused, .vlanChangeDone: return try handleVLANChange(message, row, step)
        default:
            throw .refused(Self.misplaced(message))
        }
        _ = try apply(decision, to: row, step)
    }

    /// The body must be about the connection that its key names.
    func check(_ port: PortID, _ row: PortRow) throws(StepFailure) {
        guard port == row.port.id else {
            throw .refused(
                Refusal(.contradictsState, "a message about port \(port) under the key of \(row.port.id)", object: row.port.id.description))
        }
    }

    static func misplaced(_ message: InboundMessage) -> Refusal {
        Refusal(.contradictsState, "\(message.type.fullName) does not belong on \(message.topic.baseName)")
    }
}
