import HostedConnection
import Messaging
import PortRecords
import Schema
import Store
import TenantDomain

extension TenantApplication {
    func port(_ id: PortID) throws(StepFailure) -> PortRow? {
        try stored { () throws(StoreError) in try tables.ports.row(id) }
    }

    /// A port that a command names, if it is the caller's.
    func port(_ id: PortID, of caller: Caller) throws(StepFailure) -> PortRow {
        guard let row = try id.isSet ? port(id) : nil, caller.mayActFor(row.port.tenant) else { throw .refused(.noPort(id)) }
        return row
    }

    /// Sends what a rule decided, on the port's channel, and takes its new state and history into the row.
    func perform(_ decision: DemandDecision, on row: inout PortRow, _ step: Step) throws(StepFailure) {
        guard decision.port.isFromTransformation else { return carryOut(decision, on: &row, step) }
        var decision = decision
        AssociationRules.settleEnd(&decision, since: row.port)
        // A connection that began with a pushed VBR keeps its channel and history in that one's row, whatever becomes of its ports.
        guard var pushed = try pushed(decision.port.origin) else {
            throw .store(.corrupt("VBR \(decision.port.origin) of port \(row.port.id) is gone"))
        }
        row.channel = pushed.channel
        row.newestLine = pushed.newestLine
        carryOut(decision, on: &row, step)
        pushed.channel = row.channel
        pushed.newestLine = row.newestLine
        row.channel = ChannelState()
        row.newestLine = 0
        try stored { () throws(StoreError) in _ = try tables.pushed.replace(pushed) }
    }

    private func carryOut(_ decision: DemandDecision, on row: inout PortRow, _ step: Step) {
        row.port = decision.port
        for message in decision.messages { send(message, about: row.port.connection, &row.channel, step) }
        tables.history.append(decision.history, of: row.port.connection, newest: &row.newestLine, in: step)
    }

    /// Sends a message about a connection, to partner-service on the connection's channel.
    func send(_ message: consuming DemandMessage, about connection: ConnectionID, _ channel: inout ChannelState, _ step: Step) {
        func tell(_ message: consuming some EventMessage) { step.send(message, on: .tenant, about: connection, channel: &channel) }
        switch consume message {
        case .portAccepted(let message): tell(message)
        case .vbrCreated(let message): tell(message)
        case .paymentResult(let message): tell(message)
        case .subscriptionChanged(let message): tell(message)
        case .offerRejected(let message): tell(message)
        case .terminationAsked(let message): tell(message)
        case .deletionAsked(let message): tell(message)
        case .vbrChanged(let message): tell(message)
        case .vbrDeleted(let message): tell(message)
        case .vbrOrderRefused(let message): tell(message)
        case .deletionAgreed(let message): tell(message)
        case .deletionRefused(let message): tell(message)
        case .vlanChangeReady(let message): tell(message)
        case .vlanChangeRefused(let message): tell(message)
        case .vlanChangeDone(let message): tell(message)
        case .bandwidthChangeRejected(let message): tell(message)
        case .requestMade(let message): tell(message)
        case .requestClosed(let message): tell(message)
        case .vbrAssociated(let message): tell(message)
        case .offerEndSettled(let message): tell(message)
        case .chargeRequested(let message): step.askBilling(message)
        case .refundRequested(let message): step.askBilling(message)
        case .stopRequested(let message): step.askBilling(message)
        }
    }

    /// Carries out a decision about a port that is there already, and about its VBR.
    func apply(_ decision: DemandDecision, to row: PortRow, _ step: Step) throws(StepFailure) -> PortRow {
        let before = PortStanding(row.port)
        var row = row
        try perform(decision, on: &row, step)
        try answerRequests(from: before, on: &row, step)
        try stored { () throws(StoreError) in
            _ = try tables.ports.replace(row)
            guard let router = decision.vbr else { return }
            if decision.isNewVBR {
                try tables.vbrs.insert(VBRRow(router))
            } else {
                _ = try tables.vbrs.replace(VBRRow(router))
            }
        }
        return row
    }

    /// A port as the answer to a command shows it.
    func shown(_ port: DemandedPort, _ step: Step) -> PortView {
        step.answersMinimally ? PortView(portID: port.id) : PortView(port)
    }

    /// A VBR as the answer to a command shows it.
    /// - Parameter pushed: its connection, if a partner has pushed it.
    func shown(_ router: VirtualBorderRouter, pushed: PushedConnection? = nil, _ step: Step) -> VBRView {
        step.answersMinimally ? VBRView(vbrID: router.id) : VBRView(router, pushed)
    }

    /// Carries out a command of the tenant's on one of its ports. What a rule refuses stands in the port's history, for as
    /// long as that is kept; for anybody else the port does not exist.
    /// - Parameters:
    ///   - act: what is to be done, in words for the history.
    ///   - body: decides first and changes rows last.
    func onPort<View>(
        _ id: PortID, by caller: Caller, to act: String, _ step: Step,
        _ body: (PortRow) throws(StepFailure) -> ItemOutcome<View>
    ) throws(StepFailure) -> ItemOutcome<View> {
        let row = try port(id, of: caller)
        try step.requireRegion(row.port.region, of: id.description)
        do throws(StepFailure) {
            return try body(row)
        } catch {
            guard case .refused(let refusal) = error else { throw error }
            var refused = DemandDecision(row.port)
            refused.history.append(HistoryNote(refusing: act, refusal))
            _ = try apply(refused, to: row, step)
            return .refused(refusal)
        }
    }
}
