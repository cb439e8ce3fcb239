public import HostedConnection
public import Messaging
public import Schema

/// What somebody wants tenant-service to do.
public struct TenantCommand: Sendable {
    public enum Action: Sendable {
        case registerAccounts([AccountInput])
        /// Keeps the hash (SHA-256) of a token; the text only goes into the answer. To be given without an idempotency claim,
        /// which would keep the answer.
        case storeToken(AccountID, hash: [UInt8], text: String)
        case accept([AcceptanceInput])
        case retryCharges([ChargeInput])
        case createVBRs([VBRInput])
        case changeVBRs([VBRChangeInput])
        case deleteVBRs([VBRDeletionInput])
        case tagPorts([TagChangeInput])
        case changeAccounts([AccountChangeInput])
        case closeAccounts([AccountClosureInput])
        case reject([RejectionInput])
        case terminate([TerminationInput])
        case recover([RecoveryInput])
        case delete([DeletionInput])
        case request([RequestInput])
        case refuseRequest(PartyRequestID, reason: String)
        case withdrawRequest(PartyRequestID, reason: String)
        case rejectBandwidthChanges([BandwidthChangeEndInput])
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
