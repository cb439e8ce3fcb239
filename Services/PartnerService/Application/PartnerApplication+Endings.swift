import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Schema
import Store

extension PartnerApplication {
    func withdraw(_ items: [WithdrawalInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "withdraw", step) { row throws(StepFailure) in
                let transformation = try transformation(making: row.port)
                if transformation.isSet {
                    try cancel(transformation, because: item.reason.isEmpty ? "the partner withdrew the offer" : item.reason, step)
                    return try knownPort(row.port.id)
                }
                let decision = try ruled { () throws(Refusal) in
                    try OfferEndingRules.withdraw(row.port, reason: item.reason, policy: policy, now: step.now)
                }
                return try apply(decision, to: row, step)
            }
        }
    }

    func terminate(_ items: [TerminationInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "terminate", step) { row throws(StepFailure) in
                try apply(try ruled { () throws(Refusal) in try TerminationRules.terminate(row.port, now: step.now) }, to: row, step)
            }
        }
    }

    func recover(_ items: [RecoveryInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "recover", step) { row throws(StepFailure) in
                let request = try stored { () throws(StoreError) in try tables.requests.open(on: item.portID, to: .recoverPort) }
                let decision = try ruled { () throws(Refusal) in
                    try TerminationRules.recover(row.port, isRequested: request != nil, now: step.now)
                }
                return try apply(decision, to: row, step)
            }
        }
    }

    /// A paying partner's orders for tenants' VBRs.
    func order(
        _ items: [VBROrderInput], to act: String, _ command: PartnerCommand, _ step: Step,
        _ rule: (SuppliedPort, Instant) throws(Refusal) -> SupplyDecision
    ) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            let vbr = item.vbrID
            guard let id = try stored({ () throws(StoreError) in try tables.portOfVBR(vbr) }), let row = try port(id),
                row.port.vbr == vbr, command.caller.mayActFor(row.port.partner)
            else { throw .refused(.noVBR(vbr)) }
            return try onPort(id, by: command.caller, to: "\(act) VBR \(vbr)", about: vbr.bits, step) { row throws(StepFailure) in
                try apply(try ruled { () throws(Refusal) in try rule(row.port, step.now) }, to: row, step)
            }
        }
    }

    /// The offer's time is over.
    func lapse(_ row: PortRow, _ step: Step) throws(StepFailure) {
        guard row.port.axes.acceptance == .unconfirmed else { return }
        _ = try apply(OfferEndingRules.lapse(row.port, now: step.now), to: row, step)
    }

    /// What a port that has come to its end held of its circuit is free again, once.
    func releaseAllocation(of port: SuppliedPort) throws(StepFailure) {
        // Until it is on the port, a pushed VBR goes on using what the port was to have of it.
        if let vbr = port.origin.vbr, try pushedVBR(vbr)?.vbr.isAttached != true { return }
        let key = AllocationRow.Key(circuit: port.circuit, vlan: port.vlan)
        guard let held = try stored({ () throws(StoreError) in try tables.allocations.row(key) }), held.connection == port.connection
        else { throw .store(.corrupt("port \(port.id) does not hold VLAN \(port.vlan) of its circuit")) }
        var circuit = try circuit(port.circuit)
        circuit.release(bandwidth: held.bandwidth, keeping: port.change.vlan)
        try stored { () throws(StoreError) in
            try tables.circuits.replace(circuit)
            try tables.allocations.delete(key)
        }
    }
}

extension Refusal {
    /// A VBR that is not there, or not for this caller.
    static func noVBR(_ id: VBRID) -> Refusal {
        guard id.isSet else {
            return Refusal(.missingField, "No VBR is named", field: "vbrId", next: "Give the ID of the VBR of one of your ports")
        }
        return Refusal(
            .notFound, "VBR \(id) was not found", field: "vbrId", object: id.description, next: "Look up the VBR of one of your ports")
    }
}
