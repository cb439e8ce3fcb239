import Accounts
import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Schema
import Store

extension PartnerApplication {
    /// Whether a billing event is about a payer held here. Expiry, arrears and facts of accounts change nothing in this version.
    func concernsBilling(_ message: InboundMessage) throws(StepFailure) -> Bool {
        guard let payer = try message.billingPayer() else { return false }
        return try stored { () throws(StoreError) in try tables.accounts.holds(payer) }
    }

    /// What billing tells about a charge or refund of the partner.
    func handleBilling(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        let event = try message.subscriptionEvent()
        let row = try event.paidRow(port(event.subscriptionID.port))
        let decision = try ruled { () throws(Refusal) in try PaymentRules.folded(row.port, event, now: step.now) }
        _ = try apply(decision, to: row, step)
        try followSaga(of: row.port.id, step)
    }
}
