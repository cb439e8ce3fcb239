import Accounts
import HostedConnection
public import Messaging
import PartnerDomain
import PortRecords
import Schema
import Store

extension PartnerApplication {
    /// Whether a billing event is about a payer held here. Expiry, arrears and facts of accounts change nothing in this version.
    public func concerns(_ message: InboundMessage) throws(StepFailure) -> Bool {
        guard let payer = try message.billingPayer() else { return false }
        return try stored { () throws(StoreError) in try tables.accounts.holds(payer) }
    }

    /// Billing's answer about a charge or refund of the partner.
    func handleBilling(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        switch message.type {
        case .chargeSettled:
            let event = try message.chargeSettled()
            try fold(event.subscriptionID, payer: event.payerAccountID, step) { port, now throws(Refusal) in
                try PaymentRules.settled(port, event, now: now)
            }
        case .chargeDeclined:
            let event = try message.chargeDeclined()
            try fold(event.subscriptionID, payer: event.payerAccountID, step) { port, now throws(Refusal) in
                try PaymentRules.declined(port, event, now: now)
            }
        case .refundSettled:
            let event = try message.refundSettled()
            try fold(event.subscriptionID, payer: event.payerAccountID, step) { port, now throws(Refusal) in
                try PaymentRules.refunded(port, event, now: now)
            }
        default:
            throw .refused(Self.misplaced(message))
        }
    }

    private func fold(
        _ subscription: SubscriptionID, payer: AccountID, _ step: Step,
        _ rule: (SuppliedPort, Instant) throws(Refusal) -> SupplyDecision
    ) throws(StepFailure) {
        guard let row = try port(subscription.port), row.port.subscription.id == subscription else {
            throw .waiting(.subscription(subscription))
        }
        guard row.port.payer == .partner, row.port.partner == payer else {
            throw .refused(
                Refusal(.contradictsState, "account \(payer) does not pay for \(subscription)", object: row.port.id.description))
        }
        let decision = try ruled { () throws(Refusal) in try rule(row.port, step.now) }
        _ = try apply(decision, to: row, step)
    }
}
