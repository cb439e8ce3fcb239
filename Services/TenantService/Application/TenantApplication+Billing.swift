import Accounts
import HostedConnection
public import Messaging
import TenantDomain
import PortRecords
import Schema
import Store

extension TenantApplication {
    /// Whether a billing event is about a payer held here. A fact about an account that nobody has heard of may be about one
    /// that is registered later.
    public func concerns(_ message: InboundMessage) throws(StepFailure) -> Bool {
        let payer = try message.billingPayer()
        return try stored { () throws(StoreError) in
            message.isAboutAccount ? try tables.accounts.mayHold(payer) : try tables.accounts.holds(payer)
        }
    }

    /// What billing tells about a subscription of a tenant's, or about a tenant's account.
    func handleBilling(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        switch try message.billingFact() {
        case .subscription(let event):
            let row = try event.paidRow(port(event.subscriptionID.port))
            let isLocked = try stored { () throws(StoreError) in try tables.accounts.isLocked(event.payerAccountID) }
            let decision = try ruled { () throws(Refusal) in
                try TenantPaymentRules.folded(row.port, event, isPayerLocked: isLocked, now: step.now)
            }
            _ = try apply(decision, to: row, step)
        case .lock(let account, let isLocked, let version, let reason):
            guard try tables.accounts.lock(account, isLocked, version: version) else { return }
            try followLock(of: account, isLocked, reason: reason, step)
        case .outboundBilling(let account):
            try tables.accounts.enableOutboundBilling(of: account, step)
        }
    }

    /// Locks or unlocks what an account pays for, as it is itself. What does not fit into one step follows in the next.
    func followLock(of account: AccountID, _ isLocked: Bool, reason: String, _ step: Step) throws(StepFailure) {
        // Ports of this batch are not in the database yet.
        let ports = try stored { () throws(StoreError) in
            try tables.flush()
            return try tables.charged.behind(account, isLocked: isLocked)
        }
        for id in ports {
            guard let row = try port(id) else { continue }
            _ = try apply(TenantPaymentRules.lock(row.port, isLocked, reason: reason, now: step.now), to: row, step)
        }
        if ports.count == ChargedPorts.atOnce { step.arm(AccountTimer.followLock.key(of: account), due: step.now) }
    }

    /// Goes on with the ports of an account that have not followed its lock.
    func followLock(of account: AccountID, _ step: Step) throws(StepFailure) {
        let isLocked = try stored { () throws(StoreError) in try tables.accounts.isLocked(account) }
        try followLock(of: account, isLocked, reason: "", step)
    }
}
