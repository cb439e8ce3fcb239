import HostedConnection
import Messaging
import PortRecords
import Schema
import Store
import TenantDomain

extension TenantApplication {
    func reject(_ items: [RejectionInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "reject", step) { row throws(StepFailure) in
                let decision = try ruled { () throws(Refusal) in
                    try OfferEndingRules.reject(row.port, reason: item.reason, policy: policy, now: step.now)
                }
                return ItemOutcome(shown(try apply(decision, to: row, step).port, step), isNew: false)
            }
        }
    }

    func terminate(_ items: [TerminationInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "terminate", step) { row throws(StepFailure) in
                let decision = try ruled { () throws(Refusal) in try TerminationRules.terminate(row.port, now: step.now) }
                return ItemOutcome(shown(try apply(decision, to: row, step).port, step), isNew: false)
            }
        }
    }

    func recover(_ items: [RecoveryInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "recover", step) { row throws(StepFailure) in
                let decision = try ruled { () throws(Refusal) in try TerminationRules.recover(row.port) }
                return ItemOutcome(shown(try apply(decision, to: row, step).port, step), isNew: false)
            }
        }
    }

    func delete(_ items: [DeletionInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: DeletionAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "delete", step) { row throws(StepFailure) in
                let decision = try ruled { () throws(Refusal) in try DeletionRules.delete(row.port, now: step.now) }
                let port = try apply(decision, to: row, step).port
                var view = DeletionView()
                view.port = shown(port, step)
                view.close(port.subscription, isRefunded: row.port.awaitsRefund || port.axes.billing == .refunded)
                return ItemOutcome(view, isNew: false)
            }
        }
    }

    /// What partner-service tells about stopping, recovering and deleting a port; nil if the message is about something else.
    func ending(
        _ message: InboundMessage, under key: ConnectionID, _ step: Step
    ) throws(StepFailure) -> (row: PortRow, decision: DemandDecision)? {
        let row: PortRow
        let decision: DemandDecision
        switch message.type {
        case .offerEnded:
            let event = try message.decode(OfferEnded.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try OfferEndingRules.ended(row.port, event, now: step.now) }
        case .portTerminated:
            let event = try message.decode(PortTerminated.self)
            row = try port(event.portID, under: key)
            let vbr = try vbr(row.port.vbr)
            decision = try ruled { () throws(Refusal) in try TerminationRules.terminated(row.port, vbr: vbr, event, now: step.now) }
        case .portRecovered:
            let event = try message.decode(PortRecovered.self)
            row = try port(event.portID, under: key)
            let vbr = try vbr(row.port.vbr)
            decision = try ruled { () throws(Refusal) in try TerminationRules.recovered(row.port, vbr: vbr, event, now: step.now) }
        case .vbrOrdered:
            let event = try message.decode(VBROrdered.self)
            row = try port(event.portID, under: key)
            let vbr = try vbr(event.vbrID)
            decision = try ruled { () throws(Refusal) in try RouterOrderRules.ordered(row.port, vbr: vbr, event, now: step.now) }
        case .deletionBegun:
            let event = try message.decode(DeletionBegun.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try DeletionRules.begun(row.port, event, now: step.now) }
        case .deletionCommitted:
            let event = try message.decode(DeletionCommitted.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try DeletionRules.committed(row.port, event) }
        case .deletionAborted:
            let event = try message.decode(DeletionAborted.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try DeletionRules.aborted(row.port, event, now: step.now) }
        case .portDeleted:
            let event = try message.decode(PortDeleted.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try DeletionRules.deleted(row.port, event, now: step.now) }
        case .commandRefused:
            let event = try message.decode(CommandRefused.self)
            row = try port(event.portID, under: key)
            decision = DeletionRules.refused(row.port, event, now: step.now)
        default: return nil
        }
        return (row, decision)
    }

    func vbr(_ id: VBRID) throws(StepFailure) -> VirtualBorderRouter? {
        guard id.isSet else { return nil }
        return try stored { () throws(StoreError) in try tables.vbrs.row(id)?.router }
    }
}
