import HostedConnection
import Messaging
import PartnerDomain
import Saga
import SagaRecords
import Schema
import Store

extension PartnerApplication {
    func changeVLANs(_ items: [VLANChangeInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "change the VLAN", step) { row throws(StepFailure) in
                let circuit = try circuit(row.port.circuit)
                let holder = try holder(of: item.vlanID, on: circuit.id)
                let vlan = try ruled { () throws(Refusal) in
                    try VLANChangeRules.check(row.port, to: item.vlanID, on: circuit, holder: holder)
                }
                guard vlan != row.port.vlan else { return row }
                try tables.sagas.start(
                    VLANChangeSaga.name, about: row.port.connection, context: VLANChangeSaga.Context(vlan: vlan).bytes, step)
                return try knownPort(row.port.id)
            }
        }
    }

    /// Carries out a step of a VLAN change, or takes it back.
    func carryOutVLANChange(
        _ request: SagaRequest, attempt: UInt32, of saga: SagaInstance, _ step: Step
    ) throws(StepFailure) -> SagaOutcome? {
        guard let place = VLANChangeSaga.Step(rawValue: request.step), let vlan = VLANChangeSaga.Context(saga.context)?.vlan else {
            throw .store(.corrupt("\(saga.id) asks for \(request.step)"))
        }
        let row = try portRow(of: saga)
        let port = row.port
        switch (place, request.direction) {
        case (.reserve, .perform):
            try hold(vlan, for: port)
            _ = try apply(VLANChangeRules.begin(port, saga: saga.id, to: vlan, now: step.now), to: row, step)
        case (.reserve, .undo): try release(vlan, keeping: port.vlan, of: port)
        case (.announce, .perform): _ = try apply(VLANChangeRules.announce(port, to: vlan, attempt: attempt), to: row, step)
        case (.announce, .undo): _ = try apply(VLANChangeRules.recall(port, because: saga.failure), to: row, step)
        case (.device, .perform), (.device, .undo):
            let wanted = request.direction == .perform ? vlan : port.vlan
            let asked = try apply(VLANChangeRules.ask(port, for: wanted, policy: policy, now: step.now), to: row, step).port
            return asked.device.isSettled ? .done : nil
        case (.commit, _): _ = try apply(VLANChangeRules.commit(port, to: vlan), to: row, step)
        case (.finish, _):
            try release(port.vlan, keeping: vlan, of: port)
            _ = try apply(VLANChangeRules.finish(port, to: vlan, now: step.now), to: row, step)
        }
        return nil
    }

    /// A change that was taken back leaves the port its VLAN.
    func endedVLANChange(_ saga: SagaInstance, _ step: Step) throws(StepFailure) {
        guard saga.phase == .compensated else { return }
        let row = try portRow(of: saga)
        _ = try apply(VLANChangeRules.giveUp(row.port, because: saga.failure, now: step.now), to: row, step)
    }

    /// The tenant's side answers a step of a VLAN change.
    func handleVLANChange(_ message: InboundMessage, under key: ConnectionID, _ step: Step) throws(StepFailure) -> PortID {
        let row: PortRow
        switch message.type {
        case .vlanChangeReady:
            let event = try message.decode(VLANChangeReady.self)
            row = try port(event.portID, under: key)
            try reply(to: .perform(VLANChangeSaga.Step.announce.rawValue), .done, of: event.sagaID, on: row, step)
        case .vlanChangeRefused:
            let event = try message.decode(VLANChangeRefused.self)
            row = try port(event.portID, under: key)
            try reply(
                to: .perform(VLANChangeSaga.Step.announce.rawValue), .refused("\(event.code): \(event.text)"), of: event.sagaID, on: row,
                step)
        case .vlanChangeDone:
            let event = try message.decode(VLANChangeDone.self)
            row = try port(event.portID, under: key)
            try reply(to: .perform(VLANChangeSaga.Step.commit.rawValue), .done, of: event.sagaID, on: row, step)
        default: throw .refused(Self.misplaced(message))
        }
        return row.port.id
    }

    // MARK: Allocations

    /// The connection that has a VLAN on a circuit; nil if none has, or if it is no VLAN.
    private func holder(of number: UInt32?, on circuit: CircuitID) throws(StepFailure) -> ConnectionID? {
        guard let vlan = number.flatMap({ VLANID($0) }) else { return nil }
        return try allocation(of: circuit, vlan)?.connection
    }

    private func allocation(of circuit: CircuitID, _ vlan: VLANID) throws(StepFailure) -> AllocationRow? {
        try stored { () throws(StoreError) in try tables.allocations.row(AllocationRow.Key(circuit: circuit, vlan: vlan)) }
    }

    /// A second VLAN for the port; its bandwidth stays with the first.
    private func hold(_ vlan: VLANID, for port: SuppliedPort) throws(StepFailure) {
        var circuit = try circuit(port.circuit)
        let holder = try allocation(of: circuit.id, vlan)?.connection
        try ruled { () throws(Refusal) in try circuit.reserve(vlan: vlan, besides: port.vlan, holder: holder) }
        let row = AllocationRow(circuit.id, vlan, connection: port.connection, bandwidth: Bandwidth(megabitsPerSecond: 0))
        try stored { () throws(StoreError) in
            try tables.circuits.replace(circuit)
            try tables.allocations.insert(row)
        }
    }

    /// Gives one of the port's two VLANs back; the other one holds its bandwidth.
    private func release(_ vlan: VLANID, keeping kept: VLANID, of port: SuppliedPort) throws(StepFailure) {
        var circuit = try circuit(port.circuit)
        // A port whose offer has ended meanwhile keeps none.
        if port.axes.service == .released { circuit.isRouted = circuit.isRouted && !vlan.isRouted } else { circuit.settle(vlan: kept) }
        let row = AllocationRow(circuit.id, kept, connection: port.connection, bandwidth: port.bandwidth)
        try stored { () throws(StoreError) in
            try tables.circuits.replace(circuit)
            _ = try tables.allocations.delete(AllocationRow.Key(circuit: circuit.id, vlan: vlan))
            _ = try tables.allocations.replace(row)
        }
    }
}
