import HostedConnection
import Messaging
import PartnerDomain
import Saga
import SagaRecords
import Store

extension PartnerApplication {
    /// Tells a saga that waits for the port's access device what the device has done. A refusal that may pass is tried again
    /// first, and one that a step can't be turned back for is left to the step's patience.
    /// - Parameter name: the step that asks the device.
    func followDevice(_ saga: SagaInstance, _ name: String, _ row: PortRow, _ step: Step) throws(StepFailure) {
        guard let definition = tables.sagas.catalogue[saga.version], definition.name(ofStep: saga.step) == name else { return }
        let device = row.port.device
        let request = SagaRequest(saga.isTurnedBack ? .undo : .perform, name)
        let outcome: SagaOutcome
        if device.isSettled {
            outcome = .done
        } else if device.isRefusedForGood, saga.isTurnedBack || definition.steps[saga.step].reply?.isRefusable ?? false {
            outcome = .refused(ChangeFailure(.networkFailed, device.failure).reason)
        } else {
            return
        }
        try reply(to: request, outcome, of: saga.id, on: row, step)
    }
}

extension SagaInstance {
    /// Why it turned back.
    var failure: ChangeFailure { ChangeFailure(reason: reason, wasDue: reason.hasPrefix("no answer from ")) }
}
