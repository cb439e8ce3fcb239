import HostedConnection
import Messaging
import Schema
import Store
import TenantDomain

extension TenantApplication {
    func createVBRs(_ items: [VBRInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: VBRAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "create a VBR", step) { row throws(StepFailure) in
                let id = step.mint(VBRKind.self)
                let decision = try ruled { () throws(Refusal) in
                    try VBRRules.create(VBRForm(item), on: row.port, id: id, now: step.now)
                }
                guard let router = decision.vbr else { throw .store(.misuse("a VBR was decided without one")) }
                _ = try apply(decision, to: row, step)
                return ItemOutcome(shown(router, step), isNew: true)
            }
        }
    }

    func changeVBRs(_ items: [VBRChangeInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: VBRAnswers.self) { item throws(StepFailure) in
            try onVBR(item.vbrID, by: command.caller, to: "change the VBR", step) { router, row throws(StepFailure) in
                try ruled { () throws(Refusal) in try VBRRules.modify(router, VBRChange(item), on: row.port) }
            } pushed: { router, pushed throws(StepFailure) in
                try ruled { () throws(Refusal) in try PushedConnectionRules.modify(pushed, router, VBRChange(item)) }
            }
        }
    }

    func deleteVBRs(_ items: [VBRDeletionInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: VBRAnswers.self) { item throws(StepFailure) in
            try onVBR(item.vbrID, by: command.caller, to: "delete the VBR", step) { router, row throws(StepFailure) in
                try ruled { () throws(Refusal) in try VBRRules.delete(router, on: row.port, now: step.now) }
            } pushed: { router, pushed throws(StepFailure) in
                try ruled { () throws(Refusal) in try PushedConnectionRules.delete(pushed, router) }
            }
        }
    }

    /// Carries out a command of the tenant's on one of its VBRs. What a rule refuses stands in the VBR's history; for anybody
    /// else the VBR does not exist.
    /// - Parameters:
    ///   - decide: decides about a VBR on a port.
    ///   - decidePushed: decides about one that a partner has pushed and that is on none.
    private func onVBR(
        _ id: VBRID, by caller: Caller, to act: String, _ step: Step,
        _ decide: (VirtualBorderRouter, PortRow) throws(StepFailure) -> DemandDecision,
        pushed decidePushed: (VirtualBorderRouter, PushedConnection) throws(StepFailure) -> PushedConnectionDecision
    ) throws(StepFailure) -> ItemOutcome<VBRView> {
        let found = try stored { () throws(StoreError) in id.isSet ? try tables.vbrs.row(id)?.router : nil }
        guard let router = found, caller.mayActFor(router.account) else { throw .refused(.noVBR(id)) }
        if !router.port.isSet {
            return try onPushed(router, to: act, step) { pushed throws(StepFailure) in
                let after = try apply(try decidePushed(router, pushed.pushed), to: pushed, step)
                return ItemOutcome(shown(after.vbr, pushed: after.pushed, step), isNew: false)
            }
        }
        guard let row = try port(router.port) else { throw .store(.corrupt("the port of VBR \(id) is gone")) }
        do throws(StepFailure) {
            let decision = try decide(router, row)
            _ = try apply(decision, to: row, step)
            return ItemOutcome(shown(decision.vbr ?? router, pushed: try pushed(id)?.pushed, step), isNew: false)
        } catch {
            guard case .refused(let refusal) = error else { throw error }
            var refused = DemandDecision(row.port)
            refused.history.append(HistoryNote(refusing: act, about: id.bits, refusal))
            _ = try apply(refused, to: row, step)
            return .refused(refusal)
        }
    }
}

extension VBRForm {
    init(_ item: VBRInput) {
        self.init(
            port: item.portID, account: item.accountID, kind: item.connectionKind, region: item.region, name: item.name,
            vlan: item.vlanID, bandwidthMbps: item.bandwidthMbps, cloudIPv4: item.cloudIPv4, clientIPv4: item.clientIPv4,
            subnetMask: item.subnetMask, cloudIPv6: item.cloudIPv6, clientIPv6: item.clientIPv6, ipv6Prefix: item.ipv6Prefix,
            enablesIPv6: item.enableIPv6 ?? false,
            detection: FailureDetection(
                multiplier: item.detectMultiplier, minRx: item.minRxIntervalMs, minTx: item.minTxIntervalMs))
    }
}

extension VBRChange {
    init(_ item: VBRChangeInput) {
        self.init()
        region = item.region
        name = item.name
        vlan = item.vlanID
        bandwidthMbps = item.bandwidthMbps
        cloudIPv4 = item.cloudIPv4
        clientIPv4 = item.clientIPv4
        subnetMask = item.subnetMask
        cloudIPv6 = item.cloudIPv6
        clientIPv6 = item.clientIPv6
        ipv6Prefix = item.ipv6Prefix
        enablesIPv6 = item.enableIPv6
        detection = FailureDetection(multiplier: item.detectMultiplier, minRx: item.minRxIntervalMs, minTx: item.minTxIntervalMs)
    }
}
