import HostedConnection
import Messaging
import PortRecords
import Schema
import Store
import TenantDomain

extension TenantApplication {
    /// The VBR that is on a port.
    private func router(on port: DemandedPort) throws(StepFailure) -> VirtualBorderRouter? {
        guard port.vbr.isSet else { return nil }
        return try stored { () throws(StoreError) in try tables.vbrs.row(port.vbr)?.router }
    }

    /// Whether the tenant has an open request for this bandwidth: it pays for what it has asked for.
    private func hasAsked(for mbps: UInt32, on port: PortID) throws(StepFailure) -> Bool {
        let request = try stored { () throws(StoreError) in try tables.requests.open(on: port, to: .changeBandwidth) }
        return request?.asker == .tenant && request?.bandwidth?.megabitsPerSecond == mbps
    }

    func rejectBandwidthChanges(
        _ items: [BandwidthChangeEndInput], _ command: TenantCommand, _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "reject the bandwidth change", step) { row throws(StepFailure) in
                let decision = try ruled { () throws(Refusal) in
                    try BandwidthChangeRules.reject(row.port, reason: item.reason, now: step.now)
                }
                return ItemOutcome(shown(try apply(decision, to: row, step).port, step), isNew: false)
            }
        }
    }

    /// A step of a change that partner-service coordinates.
    func handleChange(_ message: InboundMessage, under key: ConnectionID, _ step: Step) throws(StepFailure) {
        let row: PortRow
        let decision: DemandDecision
        switch message.type {
        case .vlanChangeAnnounced:
            let event = try message.decode(VLANChangeAnnounced.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try VLANChangeRules.announced(row.port, event, now: step.now) }
        case .vlanChanged:
            let event = try message.decode(VLANChanged.self)
            row = try port(event.portID, under: key)
            let router = try router(on: row.port)
            decision = try ruled { () throws(Refusal) in try VLANChangeRules.changed(row.port, vbr: router, event, now: step.now) }
        case .vlanChangeUndone:
            let event = try message.decode(VLANChangeUndone.self)
            row = try port(event.portID, under: key)
            decision = VLANChangeRules.undone(row.port, event, now: step.now)
        case .bandwidthReserved:
            let event = try message.decode(BandwidthReserved.self)
            row = try port(event.portID, under: key)
            let hasConsent = try hasAsked(for: event.bandwidthMbps, on: row.port.id)
            decision = try ruled { () throws(Refusal) in
                try BandwidthChangeRules.reserved(row.port, event, hasConsent: hasConsent, now: step.now)
            }
        case .bandwidthInForce:
            let event = try message.decode(BandwidthInForce.self)
            row = try port(event.portID, under: key)
            let router = try router(on: row.port)
            decision = try ruled { () throws(Refusal) in
                try BandwidthChangeRules.inForce(row.port, vbr: router, event, now: step.now)
            }
        case .bandwidthRefused:
            let event = try message.decode(BandwidthRefused.self)
            row = try port(event.portID, under: key)
            decision = BandwidthChangeRules.refused(row.port, event, now: step.now)
        case .bandwidthCancelAsked:
            let event = try message.decode(BandwidthCancelAsked.self)
            row = try port(event.portID, under: key)
            decision = try ruled { () throws(Refusal) in try BandwidthChangeRules.cancelAsked(row.port, event, now: step.now) }
        default: throw .refused(Self.misplaced(message))
        }
        _ = try apply(decision, to: row, step)
    }
}
