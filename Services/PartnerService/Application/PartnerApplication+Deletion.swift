import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Saga
import SagaRecords
import Schema
import Store

extension PartnerApplication {
    func delete(_ items: [DeletionInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: DeletionAnswers.self) { item throws(StepFailure) in
            try onOwnPort(item.portID, by: command.caller, to: "delete", step) { row throws(StepFailure) in
                let isRefunded = row.port.awaitsRefund || row.port.axes.billing == .refunded
                let after = try beginDeletion(row, by: .partner, step)
                var view = DeletionView()
                view.port = try shown(after, step)
                view.close(after.port.subscription, isRefunded: isRefunded)
                return ItemOutcome(view, isNew: false)
            }
        }
    }

    /// The tenant has the port deleted: it is answered by the deletion or by a refusal.
    func handleDeletionAsked(_ row: PortRow, _ step: Step) throws(StepFailure) {
        do throws(StepFailure) {
            _ = try beginDeletion(row, by: .tenant, step)
        } catch {
            guard case .refused(let refusal) = error else { throw error }
            _ = try apply(DeletionRules.refuse(row.port, try explained(refusal, row.port)), to: row, step)
        }
    }

    private func beginDeletion(_ row: PortRow, by party: PayingParty, _ step: Step) throws(StepFailure) -> PortRow {
        let transformation = try transformation(making: row.port)
        if transformation.isSet {
            try ruled { () throws(Refusal) in try DeletionRules.checkParty(row.port, party) }
            try cancel(transformation, because: "the \(party == .partner ? "partner" : "tenant") deleted the port", step)
            return try knownPort(row.port.id)
        }
        guard try ruled({ () throws(Refusal) in try DeletionRules.check(row.port, by: party) }) == .begins else { return row }
        try tables.sagas.start(
            DeletionSaga.name, about: row.port.connection, context: DeletionSaga.Context(service: row.port.axes.service).bytes, step)
        return try knownPort(row.port.id)
    }

    func carryOutDeletion(
        _ request: SagaRequest, attempt: UInt32, of saga: SagaInstance, _ step: Step
    ) throws(StepFailure) -> SagaOutcome? {
        guard let part = DeletionSaga.Step(rawValue: request.step) else {
            throw .store(.misuse("\(saga.version) has no step \(request.step)"))
        }
        let row = try portRow(of: saga)
        switch (part, request.direction) {
        case (.freeze, .perform):
            _ = try apply(DeletionRules.freeze(row.port, saga: saga.id, attempt: attempt, now: step.now), to: row, step)
            return nil
        case (.freeze, .undo):
            try abortDeletion(saga, row, step)
            return .done
        case (.remove, _):
            let decision =
                attempt == 1
                ? DeletionRules.remove(row.port, policy: policy, now: step.now)
                : DeviceRules.retry(row.port, policy: policy, now: step.now)
            return DeletionRules.isRemoved(try apply(decision, to: row, step).port) ? .done : nil
        case (.settle, _):
            let decision = DeletionRules.settle(row.port, saga: saga.id, attempt: attempt, now: step.now)
            return try apply(decision, to: row, step).port.awaitsRefund ? nil : .done
        case (.finish, _):
            _ = try apply(DeletionRules.finish(row.port, saga: saga.id, now: step.now), to: row, step)
            return .done
        }
    }

    /// A deletion that the tenant's side has refused at once leaves nothing to take back but what the port shows.
    func endedDeletion(_ saga: SagaInstance, _ step: Step) throws(StepFailure) {
        let row = try portRow(of: saga)
        if row.port.change.saga == saga.id { try abortDeletion(saga, row, step) }
    }

    private func abortDeletion(_ saga: SagaInstance, _ row: PortRow, _ step: Step) throws(StepFailure) {
        guard let context = DeletionSaga.Context(saga.context) else { throw .store(.corrupt("\(saga.id) has no context")) }
        let decision = DeletionRules.abort(row.port, saga: saga.id, backTo: context.service, because: saga.reason, now: step.now)
        _ = try apply(decision, to: row, step)
    }

    /// Device and billing answer to what the port shows, not to the saga.
    func followDeletion(_ saga: SagaInstance, _ row: PortRow, _ step: Step) throws(StepFailure) {
        guard saga.phase == .running, let name = tables.sagas.catalogue[saga.version]?.name(ofStep: saga.step),
            let part = DeletionSaga.Step(rawValue: name)
        else { return }
        let isDone =
            switch part {
            case .remove: DeletionRules.isRemoved(row.port)
            case .settle: !row.port.awaitsRefund
            case .freeze, .finish: false
            }
        if isDone { try tables.sagas.reply(to: .perform(name), .done, on: row.port.connection, step) }
    }
}
