import Accounts
import HostedConnection
import Messaging
import Schema
import Store
import TenantDomain

extension TenantApplication {
    /// A message of partner-service about a port.
    func handlePartner(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        guard let channel = message.channel else { throw .refused(Self.misplaced(message)) }
        let key = channel.connection
        switch message.type {
        case .portOffered: return try handleOffer(message, under: key, step)
        case .vbrPushed, .pushedVBRChanged, .pushedVBRDeleted: return try handlePushed(message, under: key, step)
        case .portConfirmed: return try handleConfirmation(message, under: key, step)
        default: break
        }
        let row: PortRow
        let decision: DemandDecision
        switch message.type {
        case .paymentResult:
            let event = try message.decode(PaymentResult.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try TenantPaymentRules.partnerPaid(row.port, event, now: step.now) }
        case .subscriptionChanged:
            let event = try message.decode(SubscriptionChanged.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in
                try TenantPaymentRules.partnerSubscription(row.port, event, now: step.now)
            }
        case .portActivated:
            let event = try message.decode(PortActivated.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try AcceptanceRules.activated(row.port, event, now: step.now) }
        case .acceptRefused:
            let event = try message.decode(AcceptRefused.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try AcceptanceRules.refused(row.port, event, now: step.now) }
        case .requestMade:
            let event = try message.decode(RequestMade.self)
            row = try port(event.portID, under: key)
            return try handleRequestMade(event, row, step)
        case .requestClosed:
            let event = try message.decode(RequestClosed.self)
            row = try port(event.portID, under: key)
            return try handleRequestClosed(event, row, step)
        case .vlanChangeAnnounced, .vlanChanged, .vlanChangeUndone, .bandwidthReserved, .bandwidthInForce, .bandwidthRefused,
            .bandwidthCancelAsked:
            return try handleChange(message, under: key, step)
        default:
            guard let ending = try ending(message, under: key, step) else { throw .refused(Self.misplaced(message)) }
            (row, decision) = ending
        }
        _ = try apply(decision, to: row, step)
    }

    /// An offer waits until its tenant's account is held here.
    private func handleOffer(_ message: InboundMessage, under key: ConnectionID, _ step: Step) throws(StepFailure) {
        let event = try message.decode(PortOffered.self)
        guard event.connectionID == key else { throw .refused(Self.stray(event.portID, under: key)) }
        let decision = try ruled { () throws(Refusal) in try AcceptanceRules.offered(event, now: step.now) }
        guard try stored({ () throws(StoreError) in try tables.accounts.holds(decision.port.tenant) }) else {
            throw .waiting(.account(decision.port.tenant))
        }
        let id = decision.port.id
        guard try port(id) == nil else {
            throw .refused(Refusal(.contradictsState, "port \(id) was offered before", object: key.description))
        }
        var row = PortRow(decision.port)
        try perform(decision, on: &row, step)
        try stored { () throws(StoreError) in try tables.ports.insert(row) }
    }

    /// The port that a message is about: the body names it, and its connection is the message's key. A connection that began with a
    /// pushed VBR can have had other ports before, of which late messages may come.
    func port(_ id: PortID, under key: ConnectionID) throws(StepFailure) -> PortRow {
        guard key.pushedVBR != nil || ConnectionID(id) == key else { throw .refused(Self.stray(id, under: key)) }
        guard let row = try port(id) else {
            throw .refused(Refusal(.notFound, "Port \(id) is not known", object: id.description))
        }
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
