import HostedConnection
public import Messaging
import PartnerDomain
public import Saga
public import SagaRecords
import Schema
import Store
import TransformationSaga

extension PartnerApplication: SagaOwner {
    public func carryOut(
        _ request: SagaRequest, attempt: UInt32, of saga: SagaInstance, _ step: Step
    ) throws(StepFailure) -> SagaOutcome? {
        switch saga.version.name {
        case DeletionSaga.name: try carryOutDeletion(request, attempt: attempt, of: saga, step)
        case VLANChangeSaga.name: try carryOutVLANChange(request, attempt: attempt, of: saga, step)
        case BandwidthChangeSaga.increase, BandwidthChangeSaga.decrease:
            try carryOutBandwidthChange(request, attempt: attempt, of: saga, step)
        case TransformationSaga.name: try carryOutTransformation(request, attempt: attempt, of: saga, step)
        default: throw .store(.misuse("nobody carries out \(saga.version)"))
        }
    }

    public func permits(_ input: SagaInput, for saga: SagaInstance, _ step: Step) throws(StepFailure) -> Bool {
        switch saga.version.name {
        case BandwidthChangeSaga.increase: try permitsBandwidthChange(input, saga, step)
        case TransformationSaga.name: try permitsTransformation(input, saga)
        default: true
        }
    }

    /// The alarm is the saga's own mark, which the lists of sagas show. One that needs an operator gives its place in a batch to the
    /// next.
    public func raiseAlarm(for saga: SagaInstance, _ step: Step) throws(StepFailure) {
        if saga.version.name == TransformationSaga.name { try followBatch(of: saga, step) }
    }

    public func ended(_ saga: SagaInstance, _ step: Step) throws(StepFailure) {
        switch saga.version.name {
        case DeletionSaga.name: try endedDeletion(saga, step)
        case VLANChangeSaga.name: try endedVLANChange(saga, step)
        case BandwidthChangeSaga.increase, BandwidthChangeSaga.decrease: try endedBandwidthChange(saga, step)
        case TransformationSaga.name: try endedTransformation(saga, step)
        default: break
        }
    }

    /// Gives a saga an operator's input.
    func take(_ input: SagaInput, for id: SagaID, _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try command.caller.requireStaff(to: "direct sagas")
        return CommandAnswer(status: 200, SagaView(try tables.sagas.take(input, for: id, step), tables.sagas.catalogue))
    }

    /// The port that a saga is about.
    func portRow(of saga: SagaInstance) throws(StepFailure) -> PortRow {
        guard let row = try port(on: saga.subject) else {
            throw .store(.corrupt("the port of \(saga.id) is gone"))
        }
        return row
    }

    /// The port that a connection has now; one that began with a pushed VBR can have none.
    private func port(on connection: ConnectionID) throws(StepFailure) -> PortRow? {
        guard let vbr = connection.pushedVBR else { return try port(PortID(bits: connection.bits)) }
        return try pushedVBR(vbr).flatMap { pushed throws(StepFailure) in try port(pushed.vbr.port) }
    }

    /// Tells the saga under way on a port what has become of the port.
    func followSaga(of id: PortID, _ step: Step) throws(StepFailure) {
        let isChanging = try stored { () throws(StoreError) in try tables.ports.read(id) { $0.port.change.isRunning } ?? false }
        guard isChanging, let row = try port(id),
            let saga = try stored({ () throws(StoreError) in try tables.sagas.saga(row.port.change.saga) })
        else { return }
        switch saga.version.name {
        case DeletionSaga.name: try followDeletion(saga, row, step)
        case VLANChangeSaga.name: try followDevice(saga, VLANChangeSaga.Step.device.rawValue, row, step)
        case BandwidthChangeSaga.increase, BandwidthChangeSaga.decrease: try followBandwidthChange(saga, row, step)
        case TransformationSaga.name: try followTransformation(saga, row, step)
        default: break
        }
    }

    /// Takes what a party says of a saga's step, if that saga is under way on the port.
    func reply(to request: SagaRequest, _ outcome: SagaOutcome, of saga: SagaID, on row: PortRow, _ step: Step) throws(StepFailure) {
        guard row.port.change.saga == saga else { return }
        try tables.sagas.reply(to: request, outcome, on: row.port.connection, step)
    }

    /// A refusal because of a change under way also says what that change waits for.
    func explained(_ refusal: Refusal, _ port: SuppliedPort) throws(StepFailure) -> Refusal {
        guard refusal.code == .changeInProgress, refusal.object == port.change.saga.description,
            let saga = try stored({ () throws(StoreError) in try tables.sagas.saga(port.change.saga) }),
            let wait = tables.sagas.catalogue.waitingFor(saga)
        else { return refusal }
        var refusal = refusal
        refusal.text = "Port \(port.id) is being changed: \(saga.version.name) \(saga.id) waits for \(wait.what)"
        return refusal
    }
}
