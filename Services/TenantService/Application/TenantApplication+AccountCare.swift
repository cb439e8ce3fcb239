import Accounts
import HostedConnection
import Messaging
import PortRecords
import Schema
import Store
import TenantDomain

extension TenantApplication {
    func tagPorts(_ items: [TagChangeInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "tag", step) { row throws(StepFailure) in
                let decision = try ruled { () throws(Refusal) in try TagRules.tag(row.port, setting: item.set, removing: item.remove) }
                return ItemOutcome(shown(try apply(decision, to: row, step).port, step), isNew: false)
            }
        }
    }

    func changeAccounts(_ items: [AccountChangeInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: AccountAnswers.self) { item throws(StepFailure) in
            try tables.accounts.change(item, by: command.caller, step)
        }
    }

    func closeAccounts(_ items: [AccountClosureInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try command.caller.requireStaff(to: "close accounts")
        return try step.carryOut(items, as: command.shape, answering: AccountAnswers.self) { item throws(StepFailure) in
            let connection = try stored { () throws(StoreError) in
                try tables.flush()
                return try tables.liveConnections.connection(of: item.accountID)
            }
            return try tables.accounts.close(item.accountID, by: command.caller, blockedBy: connection, step)
        }
    }
}
