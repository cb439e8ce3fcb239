import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Saga
import Schema
import Store
import TransformationSaga

extension PartnerApplication {
    /// A message of tenant-service about one of our ports.
    func handleTenant(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        guard let channel = message.channel else { throw .refused(Self.misplaced(message)) }
        try followSaga(of: try handle(message, under: channel.connection, step), step)
    }

    /// - Returns: the port that the message is about.
    private func handle(_ message: InboundMessage, under key: ConnectionID, _ step: Step) throws(StepFailure) -> PortID {
        let row: PortRow
        let decision: SupplyDecision
        switch message.type {
        case .portAccepted:
            let event = try message.decode(PortAccepted.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try ActivationRules.accepted(row.port, event, now: step.now) }
        case .paymentResult:
            let event = try message.decode(PaymentResult.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try ActivationRules.paymentResult(row.port, event, now: step.now) }
        case .subscriptionChanged:
            let event = try message.decode(SubscriptionChanged.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try SubscriptionRules.changed(row.port, event, now: step.now) }
        case .vbrCreated:
            let event = try message.decode(VBRCreated.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try ActivationRules.vbrCreated(row.port, event, now: step.now) }
        case .offerRejected:
            let event = try message.decode(OfferRejected.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try OfferEndingRules.rejected(row.port, event, now: step.now) }
        case .terminationAsked:
            row = try port(try message.decode(TerminationAsked.self).portID, under: key)
            decision = TerminationRules.asked(row.port, now: step.now)
        case .vbrChanged:
            let event = try message.decode(VBRChanged.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try RouterRules.changed(row.port, event, now: step.now) }
        case .vbrDeleted:
            let event = try message.decode(VBRDeleted.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try RouterRules.deleted(row.port, event, now: step.now) }
        case .vbrOrderRefused:
            let event = try message.decode(VBROrderRefused.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try RouterOrderRules.refused(row.port, event, now: step.now) }
        case .deletionAsked:
            row = try port(try message.decode(DeletionAsked.self).portID, under: key)
            try handleDeletionAsked(row, step)
            return row.port.id
        case .deletionAgreed:
            let event = try message.decode(DeletionAgreed.self)
            row = try port(event.portID, under: key)
            try reply(to: .perform(DeletionSaga.Step.freeze.rawValue), .done, of: event.sagaID, on: row, step)
            return row.port.id
        case .deletionRefused:
            let event = try message.decode(DeletionRefused.self)
            row = try port(event.portID, under: key)
            try reply(to: .perform(DeletionSaga.Step.freeze.rawValue), .refused(event.text), of: event.sagaID, on: row, step)
            return row.port.id
        case .requestMade:
            let event = try message.decode(RequestMade.self)
            row = try port(event.portID, under: key)
            try handleRequestMade(event, row, step)
            return row.port.id
        case .requestClosed:
            let event = try message.decode(RequestClosed.self)
            row = try port(event.portID, under: key)
            try handleRequestClosed(event, row, step)
            return row.port.id
        case .bandwidthChangeRejected:
            let event = try message.decode(BandwidthChangeRejected.self)
            row = try port(event.portID, under: key)
            try handleBandwidthRejection(event, row, step)
            return row.port.id
        case .vbrAssociated: return try handleAssociation(try message.decode(VBRAssociated.self), under: key, step).port.id
        case .offerEndSettled:
            row = try port(try message.decode(OfferEndSettled.self).portID, under: key)
            try reply(to: .undo(TransformationSaga.Step.offer.rawValue), .done, of: row.port.change.saga, on: row, step)
            return row.port.id
        case .vlanChangeReady, .vlanChangeRefused, .vlanChangeDone: return try handleVLANChange(message, under: key, step)
        default:
            throw .refused(Self.misplaced(message))
        }
        _ = try apply(decision, to: row, step)
        return row.port.id
    }

    /// The port that a message is about: the body names it, and its connection is the message's key. A connection that began with a
    /// pushed VBR can have had other ports before, of which late messages may come.
    func port(_ id: PortID, under key: ConnectionID) throws(StepFailure) -> PortRow {
        guard key.pushedVBR != nil || ConnectionID(id) == key else { throw .refused(Self.stray(id, under: key)) }
        let row = try knownPort(id)
        guard row.port.connection == key else { throw .refused(Self.stray(id, under: key)) }
        return row
    }

    private static func stray(_ port: PortID, under key: ConnectionID) -> Refusal {
        Refusal(.contradictsState, "a message about port \(port) under the key of \(key)", object: key.description)
    }

    static func misplaced(_ message: InboundMessage) -> Refusal {
        Refusal(.contradictsState, "\(message.type.fullName) does not belong on \(message.topic.baseName)")
    }
}
