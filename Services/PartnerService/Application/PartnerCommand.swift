public import HostedConnection
public import Messaging
public import Saga
public import Schema

/// What somebody wants partner-service to do.
public struct PartnerCommand: Sendable {
    public enum Action: Sendable {
        case registerAccounts([AccountInput])
        /// Keeps the hash (SHA-256) of a token; the text only goes into the answer. To be given without an idempotency claim,
        /// which would keep the answer.
        case storeToken(AccountID, hash: [UInt8], text: String)
        case registerCircuits([CircuitInput])
        case offer([OfferInput])
        /// The same from the circuit's own place.
        case offerOn(CircuitID, OfferInput)
        case applyForPrivileges([PrivilegeApplicationInput])
        case registerAccessDevices([AccessDeviceInput])
        case createResourceGroups([ResourceGroupInput])
        case changeCircuits([CircuitChangeInput])
        case changeAccounts([AccountChangeInput])
        case closeAccounts([AccountClosureInput])
        case tellTenants([NoticeInput])
        case tagPorts([TagChangeInput])
        case changePayers([PayerChangeInput])
        case retryCharges([ChargeInput])
        case retryDevices([DeviceRetryInput])
        /// An operator's input for a saga.
        case direct(SagaID, SagaInput)
        case withdraw([WithdrawalInput])
        case terminate([TerminationInput])
        case recover([RecoveryInput])
        case delete([DeletionInput])
        case terminateVBRs([VBROrderInput])
        case recoverVBRs([VBROrderInput])
        case deleteVBRs([VBROrderInput])
        case request([RequestInput])
        case refuseRequest(PartyRequestID, reason: String)
        case withdrawRequest(PartyRequestID, reason: String)
        case changeVLANs([VLANChangeInput])
        case changeBandwidths([BandwidthChangeInput])
        case cancelBandwidthChanges([BandwidthChangeEndInput])
        case transform([TransformationInput])
        case confirm([ConfirmationInput])
        case cancelTransformations([TransformationEndInput])
        case transformMany(TransformationBatchInput)
        case pauseBatch(TransformationBatchID)
        case resumeBatch(TransformationBatchID)
        case pushVBRs([PushedVBRInput])
        case setPushedBandwidths([PushedVBRBandwidthInput])
        case attest([AttestationInput])
        case terminatePushed([PushedVBROrderInput])
        case recoverPushed([PushedVBROrderInput])
        case deletePushed([PushedVBROrderInput])
        case retryPushedDevices([PushedVBROrderInput])
        case refundFees([VBRFeeRefundInput])
    }

    public var caller: Caller
    public var shape: CommandShape
    public var action: Action

    public init(_ action: Action, by caller: Caller, as shape: CommandShape = .single) {
        self.action = action
        self.caller = caller
        self.shape = shape
    }
}
