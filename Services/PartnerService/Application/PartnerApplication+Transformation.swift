import Accounts
import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Saga
import SagaRecords
import Schema
import Store
import TransformationSaga

// The transformation of pushed VBRs to shared ports.
extension PartnerApplication {
    // MARK: Commands

    func transform(_ items: [TransformationInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PushedVBRAnswers.self) { item throws(StepFailure) in
            let payer = try ruled { () throws(Refusal) in try PayingParty(transforming: item.payer) }
            return try onPushedVBR(item.vbrID, by: command.caller, to: "transform", step) { row throws(StepFailure) in
                _ = try begin(row, payer: payer, in: .none, step)
            }
        }
    }

    /// Begins the transformation of a VBR.
    /// - Parameter batch: the batch that it belongs to; unset for none.
    func begin(
        _ row: PushedVBRRow, payer: PayingParty, in batch: TransformationBatchID, _ step: Step
    ) throws(StepFailure) -> SagaInstance {
        let ground = try ground(of: row.vbr)
        _ = try ruled { () throws(Refusal) in
            try TransformationRules.check(row.vbr, payer: payer, on: ground, policy: policy, now: step.now)
        }
        let context = TransformationSaga.Context(port: step.mint(), payer: payer, batch: batch)
        return try tables.sagas.start(
            TransformationSaga.name, about: row.vbr.connection, context: context.bytes,
            timeLimits: TransformationSaga.timeLimits(policy), step)
    }

    /// What a VBR's transformation is judged by.
    func ground(of vbr: PushedVBR) throws(StepFailure) -> TransformationGround {
        TransformationGround(
            partner: try heldAccount(vbr.partner), circuit: try circuit(vbr.circuit),
            tenant: try stored { () throws(StoreError) in try tables.accounts.facts(of: vbr.tenant) },
            privilege: try privilege(of: vbr.partner), readiness: try enforcedReadiness(of: vbr.partner))
    }

    func confirm(_ items: [ConfirmationInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PushedVBRAnswers.self) { item throws(StepFailure) in
            try onPushedVBR(item.vbrID, by: command.caller, to: "confirm", step) { row throws(StepFailure) in
                guard let port = try port(row.vbr.port) else { throw .refused(.notTransformed(row.vbr)) }
                guard try ruled({ () throws(Refusal) in try ConfirmationRules.check(port.port) }) == .confirms else { return }
                try reply(
                    to: .perform(TransformationSaga.Step.confirmation.rawValue), .done, of: row.vbr.saga, on: port, step)
            }
        }
    }

    func cancelTransformations(
        _ items: [TransformationEndInput], _ command: PartnerCommand, _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PushedVBRAnswers.self) { item throws(StepFailure) in
            try onPushedVBR(item.vbrID, by: command.caller, to: "cancel the transformation", step) { row throws(StepFailure) in
                guard row.vbr.saga.isSet else { throw .refused(.notTransformed(row.vbr)) }
                try cancel(row.vbr.saga, because: item.reason.isEmpty ? "the partner cancelled it" : item.reason, step)
            }
        }
    }

    /// The transformation under way that makes a port; unset for none.
    func transformation(making port: SuppliedPort) throws(StepFailure) -> SagaID {
        guard let vbr = port.origin.vbr, let row = try pushedVBR(vbr), row.vbr.port == port.id else { return .none }
        return row.vbr.saga
    }

    /// Whoever withdraws or deletes a port that is being made of a VBR calls its transformation off.
    func cancel(_ saga: SagaID, because reason: String, _ step: Step) throws(StepFailure) {
        try tables.sagas.take(.cancel(reason: reason), for: saga, step)
    }

    // MARK: Carrying out

    func carryOutTransformation(
        _ request: SagaRequest, attempt: UInt32, of saga: SagaInstance, _ step: Step
    ) throws(StepFailure) -> SagaOutcome? {
        guard let vbr = saga.subject.pushedVBR, let pushed = try pushedVBR(vbr) else {
            throw .store(.corrupt("the VBR of \(saga.id) is gone"))
        }
        guard let part = TransformationSaga.Step(rawValue: request.step) else {
            throw .store(.misuse("\(saga.version) has no step \(request.step)"))
        }
        if (part, request.direction) == (.offer, .perform) {
            try offer(pushed, for: saga, step)
            return nil
        }
        let row = try portRow(of: saga)
        switch (part, request.direction) {
        case (.offer, _):
            let decision = OfferEndingRules.retract(
                row.port, as: TransformationSaga.ending(of: row.port, in: saga, at: step.now), reason: saga.reason, attempt: attempt,
                now: step.now)
            return TransformationProgress.isTakenBack(try apply(decision, to: row, step).port) ? .done : nil
        case (.acceptance, _) where attempt > 1:
            let region = try circuit(row.port.circuit).region
            _ = try apply(try ruled { () throws(Refusal) in try NoticeRules.tellAgain(row.port, region: region) }, to: row, step)
        case (.acceptance, _), (.confirmation, _): break
        case (.payment, _): return TransformationProgress.outcome(of: part, row.port)
        case (.association, _):
            let decision = ConfirmationRules.confirm(row.port, of: vbr, saga: saga.id, attempt: attempt, now: step.now)
            _ = try apply(decision, to: row, step)
        case (.fee, _):
            var decision = PushedVBRDecision(pushed.vbr)
            decision.stopFee(because: "transformed")
            _ = try apply(decision, to: pushed, step)
        }
        return nil
    }

    /// Offers the port.
    private func offer(_ pushed: PushedVBRRow, for saga: SagaInstance, _ step: Step) throws(StepFailure) {
        guard let context = TransformationSaga.Context(saga.context), let bandwidth = pushed.vbr.bandwidth else {
            throw .store(.corrupt("\(saga.id) has no context, or its VBR no bandwidth"))
        }
        let circuit = try circuit(pushed.vbr.circuit)
        let decision = try ruled { () throws(Refusal) in
            try OfferRules.offer(
                pushed.vbr, at: bandwidth, paidBy: context.payer, on: circuit, id: context.port, saga: saga.id, now: step.now)
        }
        try change(pushed.vbr.id) { vbr in
            vbr.port = context.port
            vbr.saga = saga.id
            vbr.waitingSince = step.now
        }
        var row = PortRow(decision.port)
        try perform(decision, on: &row, step)
        try stored { () throws(StoreError) in try tables.ports.insert(row) }
        if row.port.subscription.id.isSet { step.release(.subscription(row.port.subscription.id)) }
    }

    /// Changes what a pushed VBR says of its transformation.
    private func change(_ id: VBRID, _ body: (inout PushedVBR) -> Void) throws(StepFailure) {
        try stored { () throws(StoreError) in _ = try tables.pushedVBRs.change(id) { row in body(&row.vbr) } }
    }

    /// A person may cancel a transformation, have it ask again, and go on from what could not be taken back. Everything else is the
    /// parties' alone.
    func permitsTransformation(_ input: SagaInput, _ saga: SagaInstance) throws(StepFailure) -> Bool {
        switch input {
        case .markDone, .skip:
            guard saga.isTurnedBack else {
                throw .refused(
                    Refusal(
                        .contradictsState, "Nobody can take the place of whom \(saga.id) waits for", object: saga.id.description,
                        next: "Have it ask again, or cancel it"))
            }
            return true
        case .cancel, .resume, .start, .reply, .timer: return true
        }
    }

    // MARK: What others say

    /// The port of a transformation has moved: the step that waits for it is done, hindered or refused.
    func followTransformation(_ saga: SagaInstance, _ row: PortRow, _ step: Step) throws(StepFailure) {
        guard let part = TransformationSaga.step(of: saga, tables.sagas.catalogue) else { return }
        if saga.isTurnedBack {
            guard TransformationProgress.isTakenBack(row.port) else { return }
            return try reply(to: .undo(TransformationSaga.Step.offer.rawValue), .done, of: saga.id, on: row, step)
        }
        switch TransformationProgress.outcome(of: part, row.port) {
        case nil: return
        case .hindered(let reason)? where reason == saga.trouble: return
        case let outcome?: try reply(to: .perform(part.rawValue), outcome, of: saga.id, on: row, step)
        }
    }

    /// The tenant's side has associated VBR and port.
    func handleAssociation(_ event: VBRAssociated, under key: ConnectionID, _ step: Step) throws(StepFailure) -> PortRow {
        let row = try port(event.portID, under: key)
        guard let pushed = try pushedVBR(event.vbrID) else { throw .refused(.noPushedVBR(event.vbrID)) }
        let (decision, vbr) = try ruled { () throws(Refusal) in
            try ConfirmationRules.associated(row.port, pushed.vbr, event, now: step.now)
        }
        try change(vbr.id) { $0 = vbr }
        return try apply(decision, to: row, step)
    }

    /// The transformation is over: its port is in use with the VBR, or has ended and the VBR is free for another one.
    func endedTransformation(_ saga: SagaInstance, _ step: Step) throws(StepFailure) {
        let row = try portRow(of: saga)
        var decision = SupplyDecision(row.port)
        decision.port.change = .none
        _ = try apply(decision, to: row, step)
        guard let vbr = saga.subject.pushedVBR else { return }
        try change(vbr) { vbr in
            vbr.saga = .none
            if saga.phase == .compensated { vbr.port = .none }
            vbr.waitingSince = step.now
        }
        try followBatch(of: saga, step)
    }
}

extension PayingParty {
    /// The payer of a transformed port: the tenant by default.
    /// - Throws: ``RefusalCode/invalidValue`` for a payer that is neither side.
    init(transforming payer: Payer) throws(Refusal) {
        switch payer {
        case .unspecified, .tenant: self = .tenant
        case .partner: self = .partner
        case .unrecognized:
            throw Refusal(
                .invalidValue, "The payer is the partner or the tenant", field: "payer", next: "Use PAYER_PARTNER or PAYER_TENANT")
        }
    }
}

extension Refusal {
    /// A VBR of which no port is being made, and none was.
    fileprivate static func notTransformed(_ vbr: PushedVBR) -> Refusal {
        Refusal(
            .noChangeInProgress, "VBR \(vbr.id) is not being transformed", field: "vbrId", object: vbr.id.description,
            next: "Transform it first")
    }
}
