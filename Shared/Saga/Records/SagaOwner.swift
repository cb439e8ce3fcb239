public import Messaging
public import Saga

/// Who carries out what sagas ask for: a service's application.
public protocol SagaOwner: AnyObject {
    /// Makes a request of a saga: sends the message, or does the work where it is the owner's own.
    ///
    /// What throws here undoes the whole input that led to it; an answer that says no is returned.
    /// - Parameter attempt: counts from 1 and never repeats for one request.
    /// - Returns: the reply, where it is known at once.
    func carryOut(
        _ request: SagaRequest, attempt: UInt32, of saga: SagaInstance, _ step: Step
    ) throws(StepFailure) -> SagaOutcome?

    /// A person wants to cancel the saga, or to direct it on, and its definition allows that.
    /// - Returns: whether it may take the input now; false where the owner has asked a party that decides: its reply moves the saga.
    /// - Throws: a refusal where it must not.
    func permits(_ input: SagaInput, for saga: SagaInstance, _ step: Step) throws(StepFailure) -> Bool

    /// The saga has waited longer than it should for what it waits for, or needs an operator.
    func raiseAlarm(for saga: SagaInstance, _ step: Step) throws(StepFailure)

    /// The saga is over. Its connection is free for the next one, which may be started here.
    func ended(_ saga: SagaInstance, _ step: Step) throws(StepFailure)
}
