import Accounts
import HostedConnection
import Messaging
import Schema
import Store
import TenantDomain

extension TenantApplication {
    func registerAccounts(_ items: [AccountInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try command.caller.requireStaff(to: "register accounts")
        return try step.carryOut(items, as: command.shape, answering: AccountAnswers.self) { item throws(StepFailure) in
            try tables.accounts.register(item, step)
        }
    }

    func storeToken(
        of account: AccountID, hash: [UInt8], text: String, _ command: TenantCommand, _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        try command.caller.requireStaff(to: "issue tokens")
        return CommandAnswer(status: 201, try tables.accounts.store(tokenHash: hash, text: text, of: account, step))
    }

    func accept(_ items: [AcceptanceInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "accept", step) { row throws(StepFailure) in
                try requireOpen(row.port.tenant)
                let decision = try ruled { () throws(Refusal) in try AcceptanceRules.accept(row.port, now: step.now) }
                let port = try apply(decision, to: row, step).port
                if port.subscription.id.isSet { step.release(.subscription(port.subscription.id)) }
                return ItemOutcome(shown(port, step), isNew: false)
            }
        }
    }

    /// Nothing is accepted by an account that is closed: an offer may have been on its way when it was.
    private func requireOpen(_ account: AccountID) throws(StepFailure) {
        guard try stored({ () throws(StoreError) in try tables.accounts.facts(of: account) })?.isClosed != true else {
            throw .refused(
                Refusal(.accountClosed, "The account \(account) is closed", object: account.description, next: "Let the offer go"))
        }
    }

    func retryCharges(_ items: [ChargeInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "retry the charge", step) { row throws(StepFailure) in
                let decision = try ruled { () throws(Refusal) in try TenantPaymentRules.retry(row.port, now: step.now) }
                return ItemOutcome(shown(try apply(decision, to: row, step).port, step), isNew: false)
            }
        }
    }
}
