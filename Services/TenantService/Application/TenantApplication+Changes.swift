import HostedConnection
import Messaging
import Schema
import Store
import TenantDomain

extension TenantApplication {
    /// The VBR that is on a port.
    private func router(on port: DemandedPort) throws(StepFailure) -> VirtualBorderRouter? {
        guard port.vbr.isSet else { return nil }
        return try stored { () throws(StoreError) in try tables.vbrs.row(port.vbr)?.router }
    }

    /// A step of a change that partner-service coordinates.
    func handleChange(_ message: InboundMessage, _ row: PortRow, _ step: Step) throws(StepFailure) {
        let decision: DemandDecision
        switch message.type {
        case .vlanChangeAnnounced:
            let event = try message.decode(VLANChangeAnnounced.self)
            try check(event.portID, under: row.port.id)
            decision = try ruled { () throws(Refusal) in try VLANChangeRules.announced(row.port, event, now: step.now) }
        case .vlanChanged:
            let event = try message.decode(VLANChanged.self)
            try check(event.portID, under: row.port.id)
            let router = try router(on: row.port)
            decision = try ruled { () throws(Refusal) in try VLANChangeRules.changed(row.port, vbr: router, event, now: step.now) }
        case .vlanChangeUndone:
            let event = try message.decode(VLANChangeUndone.self)
            try check(event.portID, under: row.port.id)
            decision = VLANChangeRules.undone(row.port, event, now: step.now)
        default: throw .refused(Self.misplaced(message))
        }
        _ = try apply(decision, to: row, step)
    }
}
