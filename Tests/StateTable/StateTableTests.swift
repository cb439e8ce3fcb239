import FoundationEssentials
import HostedConnection
import PartnerService
import Schema
import TenantService
import Testing

@Suite("Every command has an answer in every state")
struct StateTableTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Services/STATES.md")
    private static let isWriting = ProcessInfo.processInfo.environment["WRITE_STATES"] != nil

    @Test("Services/STATES.md is what the rules do") func page() throws {
        if Self.isWriting { try Data(StatePage.text.utf8).write(to: Self.file) }
        let written = lines(String(decoding: try Data(contentsOf: Self.file), as: UTF8.self))
        let isCurrent = lines(StatePage.text) == written
        #expect(isCurrent, "WRITE_STATES=1 swift test --filter StateTableTests writes it anew")
    }

    private func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    @Test("Each request of the APIs that can move a port has a row") func requests() {
        let supply: [PartnerCommand.Action] = [
            .retryCharges([]), .tellTenants([]), .tagPorts([]), .changePayers([]), .changeVLANs([]), .changeBandwidths([]),
            .cancelBandwidthChanges([]), .withdraw([]), .terminate([]), .recover([]), .delete([]), .terminateVBRs([]), .recoverVBRs([]),
            .deleteVBRs([]), .request([]),
        ]
        let variants: Set<SupplyCommand> = [.recoverOnRequest, .decreaseBandwidth]
        #expect(supply.compactMap(SupplyCommand.row) == SupplyCommand.allCases.filter { $0.message == nil && !variants.contains($0) })
        let demand: [TenantCommand.Action] = [
            .accept([]), .retryCharges([]), .createVBRs([]), .changeVBRs([]), .deleteVBRs([]), .tagPorts([]), .rejectBandwidthChanges([]),
            .reject([]), .terminate([]), .recover([]),
            .delete([]), .request([]),
        ]
        #expect(demand.compactMap(DemandCommand.row) == DemandCommand.allCases.filter { $0.message == nil })
    }

    @Test("Each message that a service reads has a row, or moves no port") func messages() {
        expectRows(SupplyCommand.self)
        expectRows(DemandCommand.self)
    }

    private func expectRows<Command: StateCommand>(_ commands: Command.Type) {
        let rows = Set(Command.allCases.compactMap(\.message))
        let read = Set(MessageType.allCases.filter { Command.topics.contains($0.hundreds) })
        #expect(read.subtracting(rows) == Command.withoutRow)
    }

    @Test("No request is answered as if the caller's message contradicted, and nothing fails inside") func answers() {
        expectAnswers(SupplyCommand.self)
        expectAnswers(DemandCommand.self)
    }

    private func expectAnswers<Command: StateCommand>(_ commands: Command.Type) {
        let axes: [any TabulatedState] =
            Acceptance.allCases + ServiceState.allCases + BillingState.allCases + VBRAssociation.allCases + ChargeState.allCases
        for command in Command.allCases {
            for state in axes {
                for payer in PayingParty.allCases {
                    let answer = command.answer(in: state.usual, payer: payer)
                    #expect(answer != .refused(.internalError), "\(command) when \(state)")
                    #expect(command.message != nil || answer != .refused(.contradictsState), "\(command) when \(state)")
                }
            }
        }
    }
}
