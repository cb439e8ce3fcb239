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

    /// Sends what a rule decided, on the port's channel, and takes its new state and history into the row.
    func perform(_ decision: SupplyDecision, on row: inout PortRow, _ step: Step) {
        row.port = decision.port
        let connection = row.port.connection
        for message in decision.messages {
            switch message {
            case .portOffered(let message): step.send(message, on: .partner, about: connection, channel: &row.channel)
            case .paymentResult(let message): step.send(message, on: .partner, about: connection, channel: &row.channel)
            case .portActivated(let message): step.send(message, on: .partner, about: connection, channel: &row.channel)
            case .acceptRefused(let message): step.send(message, on: .partner, about: connection, channel: &row.channel)
            case .chargeRequested(var message):
                message.occurredAt = Timestamp(step.now)
                step.send(message, on: .billingRequests, about: message.subscriptionID)
            }
        }
        tables.history.append(decision.history, of: connection, newest: &row.newestLine, in: step)
    }

    /// Carries out a decision about a port that is there already.
    func apply(_ decision: SupplyDecision, to row: PortRow, _ step: Step) throws(StepFailure) -> PortRow {
        var row = row
        perform(decision, on: &row, step)
        try stored { () throws(StoreError) in _ = try tables.ports.replace(row) }
        return row
    }
}
