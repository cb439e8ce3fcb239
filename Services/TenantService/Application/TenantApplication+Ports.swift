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

    /// Sends what a rule decided, on the port's channel, and takes its new state, VBR and history.
    func perform(_ decision: DemandDecision, on row: inout PortRow, _ step: Step) {
        row.port = decision.port
        let connection = row.port.connection
        for message in decision.messages {
            switch message {
            case .portAccepted(let message): step.send(message, on: .tenant, about: connection, channel: &row.channel)
            case .paymentResult(let message): step.send(message, on: .tenant, about: connection, channel: &row.channel)
            case .vbrCreated(let message): step.send(message, on: .tenant, about: connection, channel: &row.channel)
            case .chargeRequested(var message):
                message.occurredAt = Timestamp(step.now)
                step.send(message, on: .billingRequests, about: message.subscriptionID)
            }
        }
        if let router = decision.vbr { tables.vbrs.append(VBRRow(router)) }
        tables.history.append(decision.history, of: connection, newest: &row.newestLine, in: step)
    }

    /// Carries out a decision about a port that is there already.
    func apply(_ decision: DemandDecision, to row: PortRow, _ step: Step) throws(StepFailure) -> PortRow {
        var row = row
        perform(decision, on: &row, step)
        try stored { () throws(StoreError) in _ = try tables.ports.replace(row) }
        return row
    }
}
