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
                return ItemOutcome(PortView(port), isNew: false)
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
                return ItemOutcome(PortView(try apply(decision, to: row, step).port), isNew: false)
            }
        }
    }

    func createVBRs(_ items: [VBRInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: VBRAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "create a VBR", step) { row throws(StepFailure) in
                let form = VBRForm(
                    port: item.portID, name: item.name, vlan: item.vlanID, bandwidthMbps: item.bandwidthMbps,
                    cloudIPv4: item.cloudIPv4, clientIPv4: item.clientIPv4, subnetMask: item.subnetMask)
                let id = step.mint(VBRKind.self)
                let decision = try ruled { () throws(Refusal) in try VBRRules.create(form, on: row.port, id: id, now: step.now) }
                guard let router = decision.vbr else { throw .store(.misuse("a VBR was decided without one")) }
                _ = try apply(decision, to: row, step)
                return ItemOutcome(VBRView(router), isNew: true)
            }
        }
    }
}
