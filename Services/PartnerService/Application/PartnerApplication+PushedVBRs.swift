import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Schema
import Store

// VBRs of the old model, which the partner has pushed.
extension PartnerApplication {
    func pushedVBR(_ id: VBRID) throws(StepFailure) -> PushedVBRRow? {
        try stored { () throws(StoreError) in try tables.pushedVBRs.row(id) }
    }

    // MARK: Commands

    func pushVBRs(_ items: [PushedVBRInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PushedVBRAnswers.self) { item throws(StepFailure) in
            try push(item, by: command.caller, step)
        }
    }

    private func push(_ item: PushedVBRInput, by caller: Caller, _ step: Step) throws(StepFailure) -> ItemOutcome<PushedVBRView> {
        let form = try ruled { () throws(Refusal) in try PushForm(item) }
        let ground = try parties(on: form.circuit, tenant: form.tenant, by: caller)
        if let circuit = ground.circuit { try step.requireRegion(circuit.region, of: circuit.id.description) }
        let push = try ruled { () throws(Refusal) in try PushRules.check(form, on: ground, policy: policy) }
        guard var circuit = ground.circuit else { throw .store(.misuse("a push was checked without its circuit")) }
        let place = AllocationRow.Key(circuit: circuit.id, vlan: push.vlan)
        let holder = try stored { () throws(StoreError) in try tables.allocations.row(place)?.connection }
        if let known = try holder?.pushedVBR.flatMap({ id throws(StepFailure) in try pushedVBR(id) }), PushRules.repeats(push, known.vbr) {
            return ItemOutcome(PushedVBRView(known.vbr, on: circuit), isNew: false)
        }
        let id = step.mint(VBRKind.self)
        let decision = try ruled { () throws(Refusal) in
            try PushRules.push(push, on: &circuit, holder: holder, id: id, now: step.now)
        }
        var row = PushedVBRRow(decision.vbr)
        perform(decision, on: &row, step)
        try stored { () throws(StoreError) in
            try tables.circuits.replace(circuit)
            try tables.pushedVBRs.insert(row)
            try tables.allocations.insert(
                AllocationRow(circuit.id, push.vlan, connection: row.vbr.connection, bandwidth: push.bandwidth.held))
        }
        return ItemOutcome(PushedVBRView(row.vbr, on: circuit), isNew: true)
    }

    func setBandwidths(
        _ items: [PushedVBRBandwidthInput], _ command: PartnerCommand, _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PushedVBRAnswers.self) { item throws(StepFailure) in
            try onPushedVBR(item.vbrID, by: command.caller, to: "set the bandwidth", step) { row throws(StepFailure) in
                var circuit = try circuit(row.vbr.circuit)
                let decision = try ruled { () throws(Refusal) in
                    try PushedVBRRules.setBandwidth(row.vbr, to: item.bandwidthMbps, on: &circuit, now: step.now)
                }
                if decision.vbr.bandwidth != row.vbr.bandwidth {
                    let held = AllocationRow(
                        circuit.id, row.vbr.vlan, connection: row.vbr.connection, bandwidth: decision.vbr.bandwidth.held)
                    try stored { () throws(StoreError) in
                        try tables.circuits.replace(circuit)
                        _ = try tables.allocations.replace(held)
                    }
                }
                return decision
            }
        }
    }

    func attest(_ items: [AttestationInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PushedVBRAnswers.self) { item throws(StepFailure) in
            try onPushedVBR(item.vbrID, by: command.caller, to: "attest that the tenant was informed", step) { row throws(StepFailure) in
                try ruled { () throws(Refusal) in
                    try PushedVBRRules.attest(
                        row.vbr, at: item.informedAt?.instant, how: item.how, by: step.actor, now: step.now)
                }
            }
        }
    }

    /// Terminates, recovers or deletes pushed VBRs.
    func orderPushed(
        _ items: [PushedVBROrderInput], to act: String, _ command: PartnerCommand, _ step: Step,
        _ rule: (PushedVBR, Instant) throws(Refusal) -> PushedVBRDecision
    ) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PushedVBRAnswers.self) { item throws(StepFailure) in
            try onPushedVBR(item.vbrID, by: command.caller, to: act, step) { row throws(StepFailure) in
                try ruled { () throws(Refusal) in try rule(row.vbr, step.now) }
            }
        }
    }

    func retryPushedDevices(
        _ items: [PushedVBROrderInput], _ command: PartnerCommand, _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        try command.caller.requireStaff(to: "ask access devices again")
        return try orderPushed(items, to: "ask the access device again", command, step) { vbr, now throws(Refusal) in
            try PushedVBRDevice.retry(vbr, policy: policy, now: now)
        }
    }

    func refundFees(_ items: [VBRFeeRefundInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: VBRFeeAnswers.self) { item throws(StepFailure) in
            try onOwnPushedVBR(item.vbrID, by: command.caller, to: "apply for the fee's refund", step) { row throws(StepFailure) in
                let decision = try ruled { () throws(Refusal) in try PushedVBRRules.refundFee(row.vbr) }
                return ItemOutcome(VBRFeeView(try apply(decision, to: row, step).vbr.fee, of: item.vbrID), isNew: false)
            }
        }
    }

    // MARK: Carrying out

    private func onPushedVBR(
        _ id: VBRID, by caller: Caller, to act: String, _ step: Step,
        _ decide: (PushedVBRRow) throws(StepFailure) -> PushedVBRDecision
    ) throws(StepFailure) -> ItemOutcome<PushedVBRView> {
        try onPushedVBR(id, by: caller, to: act, step) { row throws(StepFailure) in _ = try apply(try decide(row), to: row, step) }
    }

    /// The same for what changes more than the VBR.
    func onPushedVBR(
        _ id: VBRID, by caller: Caller, to act: String, _ step: Step, _ body: (PushedVBRRow) throws(StepFailure) -> Void
    ) throws(StepFailure) -> ItemOutcome<PushedVBRView> {
        try onOwnPushedVBR(id, by: caller, to: act, step) { row throws(StepFailure) in
            try body(row)
            guard let after = try pushedVBR(id)?.vbr else { throw .store(.corrupt("VBR \(id) is gone")) }
            return ItemOutcome(PushedVBRView(after, on: try circuit(after.circuit)), isNew: false)
        }
    }

    /// Carries out a command of the partner's on a VBR that it has pushed. What a rule refuses stands in the connection's history;
    /// for anybody else the VBR does not exist.
    private func onOwnPushedVBR<View>(
        _ id: VBRID, by caller: Caller, to act: String, _ step: Step, _ body: (PushedVBRRow) throws(StepFailure) -> ItemOutcome<View>
    ) throws(StepFailure) -> ItemOutcome<View> {
        guard let row = try id.isSet ? pushedVBR(id) : nil, caller.mayActFor(row.vbr.partner) else { throw .refused(.noPushedVBR(id)) }
        if !step.region.isEmpty { try step.requireRegion(try circuit(row.vbr.circuit).region, of: id.description) }
        do throws(StepFailure) {
            return try body(row)
        } catch {
            guard case .refused(let refusal) = error else { throw error }
            var refused = PushedVBRDecision(row.vbr)
            refused.history.append(HistoryNote(refusing: act, about: id.bits, refusal))
            _ = try apply(refused, to: row, step)
            return .refused(refusal)
        }
    }

    /// Sends what a rule decided, on the connection's channel, and takes its new state and history into the row. The access device
    /// follows.
    func perform(_ decision: PushedVBRDecision, on row: inout PushedVBRRow, _ step: Step) {
        var decision = decision
        PushedVBRDevice.settle(&decision, policy: policy, now: step.now)
        row.vbr = decision.vbr
        for message in decision.messages { send(message, about: row.vbr.connection, &row.channel, step) }
        tables.history.append(decision.history, of: row.vbr.connection, newest: &row.newestLine, in: step)
        for change in decision.timers {
            let key = TimerKey(owner: row.vbr.id.bits, name: change.timer.rawValue)
            if let due = change.due { step.arm(key, due: due) } else { step.disarm(key) }
        }
    }

    /// Carries out a decision about a pushed VBR that is there already.
    func apply(_ decision: PushedVBRDecision, to row: PushedVBRRow, _ step: Step) throws(StepFailure) -> PushedVBRRow {
        let before = row.vbr
        var row = row
        perform(decision, on: &row, step)
        try stored { () throws(StoreError) in _ = try tables.pushedVBRs.replace(row) }
        if before.state != .deleted, row.vbr.state == .deleted { try releaseAllocation(of: row.vbr) }
        return row
    }

    /// What a deleted VBR held of its circuit is free again.
    private func releaseAllocation(of vbr: PushedVBR) throws(StepFailure) {
        let key = AllocationRow.Key(circuit: vbr.circuit, vlan: vbr.vlan)
        guard let held = try stored({ () throws(StoreError) in try tables.allocations.row(key) }), held.connection == vbr.connection
        else { throw .store(.corrupt("VBR \(vbr.id) does not hold VLAN \(vbr.vlan) of its circuit")) }
        var circuit = try circuit(vbr.circuit)
        circuit.release(pushed: vbr.bandwidth)
        try stored { () throws(StoreError) in
            try tables.circuits.replace(circuit)
            try tables.allocations.delete(key)
        }
    }

    // MARK: What others say

    /// An access device has taken the state of a pushed VBR, or has not.
    func handleNetwork(_ answer: DeviceAnswer, about row: PushedVBRRow, _ step: Step) throws(StepFailure) {
        let decision: PushedVBRDecision
        if let refusal = answer.refusal {
            decision = PushedVBRDevice.failed(
                row.vbr, version: answer.version, reason: refusal.reason, isTransient: refusal.isTransient, now: step.now)
        } else {
            decision = try ruled { () throws(Refusal) in
                try PushedVBRDevice.applied(row.vbr, version: answer.version, policy: policy, now: step.now)
            }
        }
        _ = try apply(decision, to: row, step)
    }

    /// Asks a device again whose refusal may have passed.
    func retryDevice(ofPushed id: VBRID, _ step: Step) throws(StepFailure) {
        guard let row = try pushedVBR(id) else { return }
        if row.vbr.isAttached {
            if let port = try port(row.vbr.port) { try retryDevice(port, step) }
            return
        }
        guard !row.vbr.device.isSettled, !row.vbr.device.failure.isEmpty else { return }
        let decision = try ruled { () throws(Refusal) in try PushedVBRDevice.retry(row.vbr, policy: policy, now: step.now) }
        _ = try apply(decision, to: row, step)
    }

    /// Billing tells something about the fee of a pushed VBR. What it makes of the fee by itself is its own affair; only the answer
    /// to a refund is waited for.
    func handleFee(_ event: SubscriptionEvent, of row: PushedVBRRow, _ step: Step) throws(StepFailure) {
        guard case .refunded(let refund) = event else { return }
        guard row.vbr.fee.payer == .partner, row.vbr.partner == event.payerAccountID else {
            throw .refused(
                Refusal(
                    .contradictsState, "account \(event.payerAccountID) does not pay for \(event.subscriptionID)",
                    object: row.vbr.id.description))
        }
        _ = try apply(try ruled { () throws(Refusal) in try PushedVBRRules.feeRefunded(row.vbr, refund) }, to: row, step)
    }
}

extension Bandwidth? {
    /// What a pushed VBR counts for on its circuit.
    fileprivate var held: Bandwidth { self ?? Bandwidth(megabitsPerSecond: 0) }
}

extension PushForm {
    /// - Throws: ``RefusalCode/invalidValue`` for a payer that is neither side.
    init(_ item: PushedVBRInput) throws(Refusal) {
        let payer: PayingParty
        switch item.feePayer {
        case .unspecified, .tenant: payer = .tenant
        case .partner: payer = .partner
        case .unrecognized:
            throw Refusal(
                .invalidValue, "The payer is the partner or the tenant", field: "feePayer", next: "Use PAYER_PARTNER or PAYER_TENANT")
        }
        self.init(
            circuit: item.circuitID, tenant: item.tenantAccountID, name: item.name, vlan: item.vlanID, bandwidthMbps: item.bandwidthMbps,
            supportsBandwidth: item.supportsBandwidth ?? true, cloudIPv4: item.cloudIPv4, clientIPv4: item.clientIPv4,
            subnetMask: item.subnetMask, feePayer: payer, isFeePrepaid: item.feePrepaid)
    }
}

extension Refusal {
    /// A pushed VBR that is not there, or not for this caller.
    static func noPushedVBR(_ id: VBRID) -> Refusal {
        guard id.isSet else {
            return Refusal(.missingField, "No VBR is named", field: "vbrId", next: "Give the ID of a VBR that you have pushed")
        }
        return Refusal(
            .notFound, "VBR \(id) was not found", field: "vbrId", object: id.description, next: "List the VBRs that you have pushed")
    }
}
