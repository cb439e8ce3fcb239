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
        if message.type == .portOffered { return try handleOffer(message, under: channel.port, step) }
        guard let row = try port(channel.port) else {
            throw .refused(Refusal(.notFound, "Port \(channel.port) is not known", object: channel.port.description))
        }
        let decision: DemandDecision
        switch message.type {
        case .paymentResult:
            let event = try message.decode(PaymentResult.self)
            try check(event.portID, under: row.port.id)
            decision = try ruled { () throws(Refusal) in try TenantPaymentRules.partnerPaid(row.port, event, now: step.now) }
        case .subscriptionChanged:
            let event = try message.decode(SubscriptionChanged.self)
            try check(event.portID, under: row.port.id)
            decision = try ruled { () throws(Refusal) in
                try TenantPaymentRules.partnerSubscription(row.port, event, now: step.now)
            }
        case .portActivated:
            let event = try message.decode(PortActivated.self)
            try check(event.portID, under: row.port.id)
            decision = try ruled { () throws(Refusal) in try AcceptanceRules.activated(row.port, event, now: step.now) }
        case .acceptRefused:
            let event = try message.decode(AcceptRefused.self)
            try check(event.portID, under: row.port.id)
            decision = try ruled { () throws(Refusal) in try AcceptanceRules.refused(row.port, event, now: step.now) }
        case .requestMade:
            let event = try message.decode(RequestMade.self)
            try check(event.portID, under: row.port.id)
            return try handleRequestMade(event, row, step)
        case .requestClosed:
            let event = try message.decode(RequestClosed.self)
            try check(event.portID, under: row.port.id)
            return try handleRequestClosed(event, row, step)
        case .vlanChangeAnnounced, .vlanChanged, .vlanChangeUndone, .bandwidthReserved, .bandwidthInForce, .bandwidthRefused,
            .bandwidthCancelAsked:
            return try handleChange(message, row, step)
        default:
            guard let ending = try ending(message, of: row, step) else { throw .refused(Self.misplaced(message)) }
            decision = ending
        }
        _ = try apply(decision, to: row, step)
    }

    /// An offer waits until its tenant's account is held here.
    private func handleOffer(_ message: InboundMessage, under key: PortID, _ step: Step) throws(StepFailure) {
        let event = try message.decode(PortOffered.self)
        try check(event.portID, under: key)
        let decision = try ruled { () throws(Refusal) in try AcceptanceRules.offered(event, now: step.now) }
        guard try stored({ () throws(StoreError) in try tables.accounts.holds(decision.port.tenant) }) else {
            throw .waiting(.account(decision.port.tenant))
        }
        guard try port(key) == nil else {
            throw .refused(Refusal(.contradictsState, "port \(key) was offered before", object: key.description))
        }
        var row = PortRow(decision.port)
        perform(decision, on: &row, step)
        try stored { () throws(StoreError) in try tables.ports.insert(row) }
    }

    /// The body must be about the connection that its key names.
    func check(_ port: PortID, under key: PortID) throws(StepFailure) {
        guard port == key else {
            throw .refused(Refusal(.contradictsState, "a message about port \(port) under the key of \(key)", object: key.description))
        }
    }

    static func misplaced(_ message: InboundMessage) -> Refusal {
        Refusal(.contradictsState, "\(message.type.fullName) does not belong on \(message.topic.baseName)")
    }
}
