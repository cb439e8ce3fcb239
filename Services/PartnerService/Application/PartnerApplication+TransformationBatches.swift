import HostedConnection
import Messaging
import PartnerDomain
import Saga
import Schema
import Store
import TransformationSaga

// Many transformations as one.
extension PartnerApplication {
    /// Begins a batch. What something is in the way of is refused at once; the others are judged again when it is their turn.
    func transformMany(
        _ input: TransformationBatchInput, _ command: PartnerCommand, _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        let payer = try ruled { () throws(Refusal) in try PayingParty(transforming: input.payer) }
        let (scope, partner) = try scope(of: input, by: command.caller)
        let vbrs = try stored { () throws(StoreError) in
            // VBRs of this batch are not in the database yet.
            try tables.flush()
            return try tables.batches.vbrs(scope, of: partner)
        }
        let limit = input.atOnce.map(Int.init) ?? TransformationBatch.usualLimit
        var batch = try ruled { () throws(Refusal) in try TransformationBatch(scope, payer: payer, limit: limit, vbrs) }
        for vbr in vbrs {
            guard let row = try pushedVBR(vbr) else { continue }
            batch.refused(
                vbr,
                TransformationRules.obstacles(row.vbr, payer: payer, on: try ground(of: row.vbr), policy: policy, now: step.now))
        }
        let row = TransformationBatchRow(step.mint(), of: partner, batch, startedAt: step.now)
        try stored { () throws(StoreError) in try tables.batches.insert(row, batch) }
        try advance(row.id, step)
        return CommandAnswer(status: 201, try shown(row.id))
    }

    /// Whose VBRs are meant.
    private func scope(
        of input: TransformationBatchInput, by caller: Caller
    ) throws(StepFailure) -> (scope: TransformationScope, partner: AccountID) {
        guard input.circuitID.isSet != input.tenantAccountID.isSet else {
            throw .refused(
                Refusal(
                    .missingField, "A batch is about the VBRs of a circuit or of a tenant", field: "circuitId",
                    next: "Name a circuit or a tenant, not both"))
        }
        if input.circuitID.isSet {
            guard let circuit = try stored({ () throws(StoreError) in try tables.circuits.circuit(input.circuitID) }),
                caller.mayActFor(circuit.partner)
            else {
                throw .refused(
                    Refusal(
                        .notFound, "Circuit \(input.circuitID) was not found", field: "circuitId", object: input.circuitID.description,
                        next: "List your circuits and choose one of them"))
            }
            return (.circuit(circuit.id), circuit.partner)
        }
        let partner = try heldPartner(input.partnerAccountID, for: caller, field: "partnerAccountId")
        return (.tenant(input.tenantAccountID), partner.id)
    }

    func orderBatch(
        _ id: TransformationBatchID, _ command: PartnerCommand, _ step: Step,
        _ rule: (inout TransformationBatch) throws(Refusal) -> Void
    ) throws(StepFailure) -> CommandAnswer {
        guard let row = try stored({ () throws(StoreError) in try tables.batches.row(id) }), command.caller.mayActFor(row.partner),
            var batch = try stored({ () throws(StoreError) in try tables.batches.batch(id) })
        else {
            throw .refused(
                Refusal(
                    .notFound, "Batch \(id) was not found", object: id.description, next: "List your batches and choose one of them"))
        }
        try ruled { () throws(Refusal) in try rule(&batch) }
        try stored { () throws(StoreError) in try tables.batches.replace(id, batch, at: step.now) }
        try advance(id, step)
        return CommandAnswer(status: 200, try shown(id))
    }

    private func shown(_ id: TransformationBatchID) throws(StepFailure) -> TransformationBatchView {
        let (row, batch) = try stored { () throws(StoreError) in (try tables.batches.row(id), try tables.batches.batch(id)) }
        guard let row, let batch else { throw .store(.corrupt("batch \(id) is gone")) }
        return TransformationBatchView(row, batch)
    }

    /// Begins as many transformations as may run.
    private func advance(_ id: TransformationBatchID, _ step: Step) throws(StepFailure) {
        guard var batch = try stored({ () throws(StoreError) in try tables.batches.batch(id) }) else { return }
        while let vbr = batch.next {
            guard let row = try pushedVBR(vbr) else { throw .store(.corrupt("VBR \(vbr) of \(id) is gone")) }
            do throws(StepFailure) {
                batch.begun(vbr, saga: try begin(row, payer: batch.payer, in: id, step).id)
            } catch {
                guard case .refused(let refusal) = error else { throw error }
                // Whoever has the privilege renewed goes on with the batch then.
                if refusal.code == .privilegeExpired {
                    try ruled { () throws(Refusal) in try batch.pause() }
                } else {
                    batch.refused(vbr, [refusal])
                }
            }
        }
        try stored { () throws(StoreError) in try tables.batches.replace(id, batch, at: step.now) }
    }

    /// A transformation has ended or is stuck: its batch hears of it, and the next one begins.
    func followBatch(of saga: SagaInstance, _ step: Step) throws(StepFailure) {
        guard let id = TransformationSaga.Context(saga.context)?.batch, id.isSet, let vbr = saga.subject.pushedVBR,
            var batch = try stored({ () throws(StoreError) in try tables.batches.batch(id) })
        else { return }
        switch saga.phase {
        case .completed: batch.completed(vbr, saga: saga.id)
        case .compensated: batch.compensated(vbr, saga: saga.id, because: saga.reason)
        case .needsOperator: batch.needsOperator(vbr, saga: saga.id)
        case .running, .compensating: return
        }
        try stored { () throws(StoreError) in try tables.batches.replace(id, batch, at: step.now) }
        try advance(id, step)
    }
}
