import HostedConnection
import Messaging
import PartnerDomain
import Schema
import Store

extension PartnerApplication {
    func tellTenants(_ items: [NoticeInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "tell the tenant again", step) { row throws(StepFailure) in
                let region = try circuit(row.port.circuit).region
                return try apply(try ruled { () throws(Refusal) in try NoticeRules.tellAgain(row.port, region: region) }, to: row, step)
            }
        }
    }

    func tagPorts(_ items: [TagChangeInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "tag", step) { row throws(StepFailure) in
                let decision = try ruled { () throws(Refusal) in
                    try PayerRules.tag(row.port, setting: item.set, removing: item.remove)
                }
                return try apply(decision, to: row, step)
            }
        }
    }

    func changePayers(_ items: [PayerChangeInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "change the payer", step) { row throws(StepFailure) in
                let payer: PayingParty? = item.payer == .partner ? .partner : item.payer == .tenant ? .tenant : nil
                return try apply(try ruled { () throws(Refusal) in try PayerRules.changePayer(row.port, to: payer) }, to: row, step)
            }
        }
    }
}
