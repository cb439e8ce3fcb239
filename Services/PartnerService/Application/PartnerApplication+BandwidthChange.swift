import HostedConnection
import Messaging
import PartnerDomain
import Saga
import SagaRecords
import Schema
import Store

extension PartnerApplication {
    func changeBandwidths(
        _ items: [BandwidthChangeInput], _ command: PartnerCommand, _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "change the bandwidth", step) { row throws(StepFailure) in
                let circuit = try circuit(row.port.circuit)
                let privilege = try privilege(of: row.port.partner)
                let extra = try heldAccount(row.port.partner)?.extraBandwidths ?? []
                let bandwidth = try ruled { () throws(Refusal) in
                    try BandwidthChangeRules.check(
                        row.port, to: item.bandwidthMbps, on: circuit, catalogue: policy.catalogue.opened(with: extra),
                        privilege: privilege, now: step.now)
                }
                guard bandwidth != row.port.bandwidth else { return row }
                let context = BandwidthChangeSaga.Context(bandwidth: bandwidth)
                try tables.sagas.start(
                    bandwidth > row.port.bandwidth ? BandwidthChangeSaga.increase : BandwidthChangeSaga.decrease,
                    about: row.port.connection, context: context.bytes, step)
                return try knownPort(row.port.id)
            }
        }
    }

    /// The partner does not want the bandwidth after all. Of an increase that a tenant pays for the tenant's side is asked; the
    /// port shows that it waits for that.
    func cancelBandwidthChanges(
        _ items: [BandwidthChangeEndInput], _ command: PartnerCommand, _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "cancel the bandwidth change", step) { row throws(StepFailure) in
                try ruled { () throws(Refusal) in try BandwidthChangeRules.requireChange(row.port) }
                let failure = ChangeFailure(
                    .changeCancelled, item.reason.isEmpty ? "the partner cancelled it" : "the partner cancelled it: \(item.reason)")
                try tables.sagas.take(.cancel(reason: failure.reason), for: row.port.change.saga, step)
                return try knownPort(row.port.id)
            }
        }
    }

    /// Whether a person may direct a change. While it waits for its payment the payer's side decides, and it may be called off
    /// alone.
    func permitsBandwidthChange(_ input: SagaInput, _ saga: SagaInstance, _ step: Step) throws(StepFailure) -> Bool {
        guard isAt(.pay, saga) else { return true }
        let row = try portRow(of: saga)
        switch input {
        case .cancel(let reason): return try !askToCancel(row, because: ChangeFailure(reason: reason, wasDue: false), step)
        case .resume, .markDone, .skip: throw .refused(BandwidthChangeRules.undirected(row.port))
        case .start, .reply, .timer: return true
        }
    }

    /// - Returns: whether the tenant's side has to say if an increase is called off.
    private func askToCancel(_ row: PortRow, because failure: ChangeFailure, _ step: Step) throws(StepFailure) -> Bool {
        let question = try ruled { () throws(Refusal) in try BandwidthChangeRules.cancel(row.port, because: failure, now: step.now) }
        guard let question else { return false }
        _ = try apply(question, to: row, step)
        return true
    }

    /// A paying tenant's time is over.
    func endBandwidthPayment(_ row: PortRow, _ step: Step) throws(StepFailure) {
        guard row.port.change.bandwidth != nil,
            let saga = try stored({ () throws(StoreError) in try tables.sagas.saga(row.port.change.saga) }),
            isAt(.pay, saga)
        else { return }
        let failure = ChangeFailure(.changeTimedOut, "the tenant \(row.port.tenant) did not pay in time")
        _ = try askToCancel(row, because: failure, step)
    }

    /// Nothing is charged for the bandwidth: the tenant does not want to pay for it, or it was called off.
    func handleBandwidthRejection(_ event: BandwidthChangeRejected, _ row: PortRow, _ step: Step) throws(StepFailure) {
        let failure = BandwidthChangeRules.rejection(of: row.port, reason: event.reason)
        try reply(to: .perform(BandwidthChangeSaga.Step.pay.rawValue), .refused(failure.reason), of: event.sagaID, on: row, step)
    }

    /// Carries out a step of a bandwidth change, or takes it back.
    func carryOutBandwidthChange(
        _ request: SagaRequest, attempt: UInt32, of saga: SagaInstance, _ step: Step
    ) throws(StepFailure) -> SagaOutcome? {
        let bandwidth = try context(of: saga).bandwidth
        let row = try portRow(of: saga)
        let port = row.port
        switch (BandwidthChangeSaga.Step(rawValue: request.step), request.direction) {
        case (.reserve, .perform):
            try hold(bandwidth, for: port)
            _ = try apply(BandwidthChangeRules.begin(port, saga: saga.id, to: bandwidth, now: step.now), to: row, step)
        case (.reserve, .undo): try hold(port.bandwidth, for: port)
        case (.begin, _): _ = try apply(BandwidthChangeRules.begin(port, saga: saga.id, to: bandwidth, now: step.now), to: row, step)
        case (.pay, _):
            let region = try circuit(port.circuit).region
            let decision = try ruled { () throws(Refusal) in
                try BandwidthChangeRules.pay(port, for: bandwidth, region: region, policy: policy, now: step.now)
            }
            _ = try apply(decision, to: row, step)
        case (.device, _):
            let wanted = request.direction == .perform ? bandwidth : port.bandwidth
            let asked = try apply(BandwidthChangeRules.ask(port, for: wanted, policy: policy, now: step.now), to: row, step).port
            return asked.device.isSettled ? .done : nil
        case (.finish, _):
            try hold(bandwidth, for: port)
            _ = try apply(BandwidthChangeRules.finish(port, to: bandwidth, now: step.now), to: row, step)
        case (nil, _): throw .store(.corrupt("\(saga.id) asks for \(request.step)"))
        }
        return nil
    }

    /// A change that was taken back, or refused, leaves the port its bandwidth.
    func endedBandwidthChange(_ saga: SagaInstance, _ step: Step) throws(StepFailure) {
        guard saga.phase == .compensated else { return }
        let row = try portRow(of: saga)
        _ = try apply(BandwidthChangeRules.giveUp(row.port, because: saga.failure, now: step.now), to: row, step)
    }

    /// The payment has an outcome, or the access device has answered.
    func followBandwidthChange(_ saga: SagaInstance, _ row: PortRow, _ step: Step) throws(StepFailure) {
        guard isAt(.pay, saga) else { return try followDevice(saga, BandwidthChangeSaga.Step.device.rawValue, row, step) }
        let request = SagaRequest.perform(BandwidthChangeSaga.Step.pay.rawValue)
        switch row.port.subscription.payment(after: row.port.change.attempts) {
        case .notAsked, .atBilling: return
        case .settled: try reply(to: request, .done, of: saga.id, on: row, step)
        case .declined:
            try reply(to: request, .refused(BandwidthChangeRules.failedPayment(of: row.port).reason), of: saga.id, on: row, step)
        }
    }

    private func isAt(_ place: BandwidthChangeSaga.Step, _ saga: SagaInstance) -> Bool {
        !saga.isTurnedBack && tables.sagas.catalogue[saga.version]?.name(ofStep: saga.step) == place.rawValue
    }

    private func context(of saga: SagaInstance) throws(StepFailure) -> BandwidthChangeSaga.Context {
        guard let context = BandwidthChangeSaga.Context(saga.context) else { throw .store(.corrupt("\(saga.id) has no context")) }
        return context
    }

    /// The port holds this much of its circuit from now on.
    private func hold(_ bandwidth: Bandwidth, for port: SuppliedPort) throws(StepFailure) {
        let key = AllocationRow.Key(circuit: port.circuit, vlan: port.vlan)
        guard var row = try stored({ () throws(StoreError) in try tables.allocations.row(key) }) else {
            throw .store(.corrupt("port \(port.id) holds nothing of its circuit"))
        }
        var circuit = try circuit(port.circuit)
        let (before, after) = (row.bandwidth.megabitsPerSecond, bandwidth.megabitsPerSecond)
        if after > before {
            try ruled { () throws(Refusal) in try circuit.widen(by: after - before) }
        } else {
            circuit.narrow(by: before - after)
        }
        row.bandwidth = bandwidth
        try stored { () throws(StoreError) in
            try tables.circuits.replace(circuit)
            _ = try tables.allocations.replace(row)
        }
    }
}
