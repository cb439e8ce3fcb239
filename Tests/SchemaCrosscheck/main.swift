import Glibc
import Schema

// Reads frames from standard input until it ends, each a message in one encoding, and answers with the message in both.
// Driven by crosscheck.py, which compares with what Python's Protobuf makes of it.
//
// Frame: 1 byte encoding (0 Protobuf, 1 JSON), 1 byte length of the type's name, the name, 4 bytes little-endian length, body.
// Answer: 1 byte (0 read, 1 refused), then two bodies with lengths (Protobuf and JSON), or one with the error.

func readAll() -> [UInt8] {
    var input: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(0, &room, room.count)
        guard count > 0 else { return input }
        input += room[..<count]
    }
}

func writeAll(_ output: [UInt8]) {
    var start = 0
    while start < output.count {
        let count = output.withUnsafeBytes { write(1, $0.baseAddress.map { $0 + start }, output.count - start) }
        guard count > 0 else { return }
        start += count
    }
}

func append(_ body: [UInt8], to output: inout [UInt8]) {
    withUnsafeBytes(of: UInt32(body.count).littleEndian) { output += $0 }
    output += body
}

func answer<Message: WireMessage>(_: Message.Type, _ body: [UInt8], isJSON: Bool, to output: inout [UInt8]) {
    do {
        let message = isJSON ? try Message(json: body) : try Message(protobuf: body)
        output.append(0)
        append(message.protobufBytes(), to: &output)
        append(message.jsonBytes(), to: &output)
    } catch {
        output.append(1)
        append(Array("\(error)".utf8), to: &output)
    }
}

/// The bodies of the admin API.
let adminMessages: [any WireMessage.Type] = [
    AcceptanceInput.self, AcceptancesInput.self, AccessDeviceAnswer.self, AccessDeviceAnswers.self,
    AccessDeviceInput.self, AccessDeviceList.self, AccessDeviceView.self, AccessDevicesInput.self,
    AccountAnswer.self, AccountAnswers.self, AccountChangeInput.self, AccountChangesInput.self,
    AccountClosureInput.self, AccountClosuresInput.self, AccountInput.self, AccountList.self,
    AccountView.self, AccountsInput.self, AttestationInput.self, AttestationsInput.self,
    BandwidthChangeEndInput.self, BandwidthChangeEndsInput.self, BandwidthChangeInput.self,
    BandwidthChangesInput.self, BandwidthValues.self, BilledAccountView.self, BilledSubscriptionList.self,
    BilledSubscriptionView.self, ChargeInput.self, ChargesInput.self, CircuitAnswer.self, CircuitAnswers.self,
    CircuitChangeInput.self, CircuitChangesInput.self, CircuitInput.self, CircuitList.self, CircuitView.self,
    CircuitsInput.self, ConfirmationInput.self, ConfirmationsInput.self, DeadLetterList.self,
    DeadLetterView.self, DeletionAnswer.self, DeletionAnswers.self, DeletionInput.self, DeletionView.self,
    DeletionsInput.self, DeviceChange.self, DeviceChanges.self, DeviceFaults.self, DeviceList.self,
    DeviceRetriesInput.self, DeviceRetryInput.self, DeviceView.self, ErrorBody.self, ErrorDetail.self,
    HeldChannelList.self, HeldChannelView.self, History.self, HistoryEntry.self, Ledger.self,
    LedgerEntry.self, MessagingView.self, NoticeInput.self, NoticesInput.self, OfferInput.self,
    OffersInput.self, PartitionView.self, PayerChangeInput.self, PayerChangesInput.self, PortAnswer.self,
    PortAnswers.self, PortList.self, PortView.self, PrivilegeApplicationAnswer.self,
    PrivilegeApplicationAnswers.self, PrivilegeApplicationInput.self, PrivilegeApplicationList.self,
    PrivilegeApplicationView.self, PrivilegeApplicationsInput.self, PrivilegeView.self, PushedVBRAnswer.self,
    PushedVBRAnswers.self, PushedVBRBandwidthInput.self, PushedVBRBandwidthsInput.self, PushedVBRInput.self,
    PushedVBRList.self, PushedVBROrderInput.self, PushedVBROrdersInput.self, PushedVBRView.self,
    PushedVBRsInput.self, ReadinessClause.self, ReadinessView.self, RecoveriesInput.self, RecoveryInput.self,
    RedundancyPlace.self, RedundancyView.self, RegionNames.self, RejectionInput.self, RejectionsInput.self,
    RequestAnswer.self, RequestAnswers.self, RequestEnding.self, RequestInput.self, RequestList.self,
    RequestView.self, RequestsInput.self, ResourceGroupAnswer.self, ResourceGroupAnswers.self,
    ResourceGroupInput.self, ResourceGroupList.self, ResourceGroupView.self, ResourceGroupsInput.self,
    SagaJournal.self, SagaJournalLine.self, SagaList.self, SagaOrder.self, SagaView.self, TagChangeInput.self,
    TagChangesInput.self, TerminationInput.self, TerminationsInput.self, TokenView.self,
    TransformationBatchInput.self, TransformationBatchItem.self, TransformationBatchList.self,
    TransformationBatchOrder.self, TransformationBatchView.self, TransformationEndInput.self,
    TransformationInput.self, TransformationsInput.self, VBRAnswer.self, VBRAnswers.self, VBRChangeInput.self,
    VBRChangesInput.self, VBRDeletionInput.self, VBRDeletionsInput.self, VBRFeeAnswer.self,
    VBRFeeAnswers.self, VBRFeeRefundInput.self, VBRFeeRefundsInput.self, VBRFeeView.self, VBRInput.self,
    VBRList.self, VBROrderInput.self, VBROrdersInput.self, VBRView.self, VBRsInput.self, VLANChangeInput.self,
    VLANChangesInput.self, WithdrawalInput.self, WithdrawalsInput.self,
]

func run() {
    var types: [String: any WireMessage.Type] = [Probe.fullName: Probe.self, Empty.fullName: Empty.self]
    for type in MessageType.allCases { types[type.fullName] = type.message }
    for type in adminMessages { types[type.fullName] = type }
    let input = readAll()
    var output: [UInt8] = []
    var position = 0
    while position + 2 <= input.count {
        let isJSON = input[position] == 1
        let nameEnd = position + 2 + Int(input[position + 1])
        let name = String(decoding: input[position + 2..<nameEnd], as: UTF8.self)
        let count = input.withUnsafeBytes { Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: nameEnd, as: UInt32.self))) }
        let body = Array(input[nameEnd + 4..<nameEnd + 4 + count])
        position = nameEnd + 4 + count
        if let type = types[name] {
            answer(type, body, isJSON: isJSON, to: &output)
        } else {
            output.append(1)
            append(Array("unknown type \(name)".utf8), to: &output)
        }
    }
    writeAll(output)
}

run()
