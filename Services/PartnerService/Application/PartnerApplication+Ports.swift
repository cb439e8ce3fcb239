import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Schema
import Store

extension PartnerApplication {
    func port(_ id: PortID) throws(StepFailure) -> PortRow? {
        try stored { () throws(StoreError) in try tables.ports.row(id) }
    }

    /// A port that a message is about.
    func knownPort(_ id: PortID) throws(StepFailure) -> PortRow {
        guard let row = try port(id) else {
            throw .refused(Refusal(.notFound, "Port \(id) is not known", object: id.description))
        }
        return row
    }

    func circuit(_ id: CircuitID) throws(StepFailure) -> Circuit {
        guard let circuit = try stored({ () throws(StoreError) in try tables.circuits.circuit(id) }) else {
            throw .store(.corrupt("circuit \(id) of a port is gone"))
        }
        return circuit
    }

    /// Sends what a rule decided, on the port's channel, and takes its new state and history into the row. The access device
    /// follows.
    func perform(_ decision: consuming SupplyDecision, on row: inout PortRow, _ step: Step) throws(StepFailure) {
        guard let vbr = decision.port.origin.vbr else { return carryOut(decision, on: &row, step) }
        // A connection that began with a pushed VBR keeps its channel and history in that one's row, whatever becomes of its ports.
        guard var pushed = try pushedVBR(vbr) else { throw .store(.corrupt("VBR \(vbr) of port \(row.port.id) is gone")) }
        row.channel = pushed.channel
        row.newestLine = pushed.newestLine
        carryOut(decision, on: &row, step)
        pushed.channel = row.channel
        pushed.newestLine = row.newestLine
        row.channel = ChannelState()
        row.newestLine = 0
        try stored { () throws(StoreError) in _ = try tables.pushedVBRs.replace(pushed) }
    }

    private func carryOut(_ decision: consuming SupplyDecision, on row: inout PortRow, _ step: Step) {
        let before = row.port
        DeviceRules.settle(&decision, policy: policy, now: step.now)
        DeviceRules.goOn(&decision, from: before, now: step.now)
        SubscriptionRules.watchGrace(&decision, since: before, policy: policy)
        row.port = decision.port
        for message in decision.messages { send(message, about: row.port.connection, &row.channel, step) }
        tables.history.append(decision.history, of: row.port.connection, newest: &row.newestLine, in: step)
        for change in decision.timers {
            let key = TimerKey(owner: row.port.id.bits, name: change.timer.rawValue)
            if let due = change.due { step.arm(key, due: due) } else { step.disarm(key) }
        }
    }

    /// Sends a message about a connection, to tenant-service on the connection's channel.
    func send(_ message: consuming SupplyMessage, about connection: ConnectionID, _ channel: inout ChannelState, _ step: Step) {
        func tell(_ message: consuming some EventMessage) { step.send(message, on: .partner, about: connection, channel: &channel) }
        switch consume message {
        case .portOffered(let message): tell(message)
        case .acceptRefused(let message): tell(message)
        case .portActivated(let message): tell(message)
        case .paymentResult(let message): tell(message)
        case .subscriptionChanged(let message): tell(message)
        case .offerEnded(let message): tell(message)
        case .portTerminated(let message): tell(message)
        case .portRecovered(let message): tell(message)
        case .deletionBegun(let message): tell(message)
        case .deletionCommitted(let message): tell(message)
        case .deletionAborted(let message): tell(message)
        case .portDeleted(let message): tell(message)
        case .vlanChangeAnnounced(let message): tell(message)
        case .vlanChanged(let message): tell(message)
        case .vlanChangeUndone(let message): tell(message)
        case .bandwidthReserved(let message): tell(message)
        case .bandwidthInForce(let message): tell(message)
        case .bandwidthRefused(let message): tell(message)
        case .bandwidthCancelAsked(let message): tell(message)
        case .vbrOrdered(let message): tell(message)
        case .requestMade(let message): tell(message)
        case .requestClosed(let message): tell(message)
        case .commandRefused(let message): tell(message)
        case .chargeRequested(let message): step.askBilling(message)
        case .refundRequested(let message): step.askBilling(message)
        case .stopRequested(let message): step.askBilling(message)
        case .networkStateDesired(let message): step.send(message, on: .networkCommands, about: connection)
        case .offerToAccept(let message): step.send(message, on: .notifications, about: message.accountID)
        case .interruptionAhead(let message): step.send(message, on: .notifications, about: message.accountID)
        case .interruptionOver(let message): step.send(message, on: .notifications, about: message.accountID)
        case .vbrPushed(let message): tell(message)
        case .pushedVBRChanged(let message): tell(message)
        case .pushedVBRDeleted(let message): tell(message)
        case .portConfirmed(let message): tell(message)
        }
    }

    /// Carries out a decision about a port that is there already.
    func apply(_ decision: consuming SupplyDecision, to row: PortRow, _ step: Step) throws(StepFailure) -> PortRow {
        let before = PortStanding(row.port)
        var row = row
        try perform(decision, on: &row, step)
        try answerRequests(from: before, on: &row, step)
        try stored { () throws(StoreError) in _ = try tables.ports.replace(row) }
        if before.axes.service != .released, row.port.axes.service == .released { try releaseAllocation(of: row.port) }
        return row
    }

    /// Carries out a command of the partner's on one of its ports. What a rule refuses stands in the port's history, for as
    /// long as that is kept; for anybody else the port does not exist.
    /// - Parameters:
    ///   - act: what is to be done, in words for the history.
    ///   - subject: what it is about, besides the port.
    ///   - body: decides first and changes rows last.
    func onPort(
        _ id: PortID, by caller: Caller, to act: String, about subject: ID128 = .none, _ step: Step,
        _ body: (PortRow) throws(StepFailure) -> PortRow
    ) throws(StepFailure) -> ItemOutcome<PortView> {
        try onOwnPort(id, by: caller, to: act, about: subject, step) { row throws(StepFailure) in
            ItemOutcome(try shown(try body(row), step), isNew: false)
        }
    }

    /// A port as the partner sees it.
    func shown(_ row: PortRow, _ step: Step) throws(StepFailure) -> PortView {
        guard !step.answersMinimally else { return PortView(portID: row.key) }
        let circuit = try circuit(row.port.circuit)
        return PortView(row.port, region: circuit.region, accessPoint: circuit.accessPoint)
    }

    /// The same for commands that are answered by something else than the port.
    func onOwnPort<View>(
        _ id: PortID, by caller: Caller, to act: String, about subject: ID128 = .none, _ step: Step,
        _ body: (PortRow) throws(StepFailure) -> ItemOutcome<View>
    ) throws(StepFailure) -> ItemOutcome<View> {
        guard let row = try id.isSet ? port(id) : nil, caller.mayActFor(row.port.partner) else { throw .refused(.noPort(id)) }
        if !step.region.isEmpty { try step.requireRegion(try circuit(row.port.circuit).region, of: id.description) }
        do throws(StepFailure) {
            return try body(row)
        } catch {
            guard case .refused(let bare) = error else { throw error }
            let refusal = try explained(bare, row.port)
            var refused = SupplyDecision(row.port)
            refused.history.append(HistoryNote(refusing: act, about: subject, refusal))
            _ = try apply(refused, to: row, step)
            return .refused(refusal)
        }
    }
}
