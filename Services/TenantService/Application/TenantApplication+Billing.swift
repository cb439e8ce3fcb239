import Accounts
import HostedConnection
public import Messaging
import PortRecords
import Schema
import Store
import TenantDomain

extension TenantApplication {
    /// Whether a billing event is about a payer held here. Expiry, arrears and facts of accounts change nothing in this version.
    public func concerns(_ message: InboundMessage) throws(StepFailure) -> Bool {
        guard let payer = try message.billingPayer() else { return false }
        return try stored { () throws(StoreError) in try tables.accounts.holds(payer) }
    }

    /// What billing tells about a charge or refund of a tenant.
    func handleBilling(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        let event = try message.subscriptionEvent()
        let row = try event.paidRow(port(event.subscriptionID.port))
        let decision = try ruled { () throws(Refusal) in try TenantPaymentRules.folded(row.port, event, now: step.now) }
        _ = try apply(decision, to: row, step)
    }
}
