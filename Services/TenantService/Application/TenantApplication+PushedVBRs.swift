import Accounts
import HostedConnection
import Messaging
import PortRecords
import Schema
import Store
import TenantDomain

// VBRs that partners have pushed.
extension TenantApplication {
    func pushed(_ id: VBRID) throws(StepFailure) -> PushedConnectionRow? {
        try stored { () throws(StoreError) in try tables.pushed.row(id) }
    }

    // MARK: What the partner tells

    /// A partner has pushed a VBR, or done something to one.
    func handlePushed(_ message: InboundMessage, under key: ConnectionID, _ step: Step) throws(StepFailure) {
        switch message.type {
        case .vbrPushed: try handlePush(try message.decode(VBRPushed.self), under: key, step)
        case .pushedVBRChanged:
            let event = try message.decode(PushedVBRChanged.self)
            let (router, row) = try pushedVBR(event.vbrID, under: key)
            let decision = try ruled { () throws(Refusal) in try PushedConnectionRules.changed(row.pushed, router, event) }
            _ = try apply(decision, to: row, step)
        case .pushedVBRDeleted:
            let (router, row) = try pushedVBR(try message.decode(PushedVBRDeleted.self).vbrID, under: key)
            let decision = try ruled { () throws(Refusal) in try PushedConnectionRules.deleted(row.pushed, router, now: step.now) }
            _ = try apply(decision, to: row, step)
        default: throw .refused(Self.misplaced(message))
        }
    }

    /// A pushed VBR waits until its tenant's account is held here.
    private func handlePush(_ event: VBRPushed, under key: ConnectionID, _ step: Step) throws(StepFailure) {
        guard event.connectionID == key else { throw .refused(Self.strayVBR(event.vbrID, under: key)) }
        let decision = try ruled { () throws(Refusal) in try PushedConnectionRules.pushed(event, now: step.now) }
        guard try stored({ () throws(StoreError) in try tables.accounts.holds(decision.pushed.tenant) }) else {
            throw .waiting(.account(decision.pushed.tenant))
        }
        guard try pushed(event.vbrID) == nil else {
            throw .refused(Refusal(.contradictsState, "VBR \(event.vbrID) was pushed before", object: key.description))
        }
        var row = PushedConnectionRow(decision.pushed)
        perform(decision, on: &row, step)
        try stored { () throws(StoreError) in
            try tables.vbrs.insert(VBRRow(decision.vbr))
            try tables.pushed.insert(row)
        }
    }

    /// The partner has confirmed a port that is made of a VBR that it had pushed.
    func handleConfirmation(_ message: InboundMessage, under key: ConnectionID, _ step: Step) throws(StepFailure) {
        let event = try message.decode(PortConfirmed.self)
        let row = try port(event.portID, under: key)
        var (router, pushed) = try pushedVBR(event.vbrID, under: key)
        let (decision, after) = try ruled { () throws(Refusal) in
            try AssociationRules.confirmed(row.port, pushed.pushed, router, event, now: step.now)
        }
        pushed.pushed = after
        try stored { () throws(StoreError) in _ = try tables.pushed.replace(pushed) }
        _ = try apply(decision, to: row, step)
    }

    /// The pushed VBR that a message is about: its connection is the message's key.
    private func pushedVBR(
        _ id: VBRID, under key: ConnectionID
    ) throws(StepFailure) -> (router: VirtualBorderRouter, row: PushedConnectionRow) {
        guard ConnectionID(id) == key else { throw .refused(Self.strayVBR(id, under: key)) }
        guard let row = try pushed(id), let router = try vbr(id) else {
            throw .refused(Refusal(.notFound, "VBR \(id) is not known", object: id.description))
        }
        return (router, row)
    }

    private static func strayVBR(_ vbr: VBRID, under key: ConnectionID) -> Refusal {
        Refusal(.contradictsState, "a message about VBR \(vbr) under the key of \(key)", object: key.description)
    }

    // MARK: What the tenant wants

    func refundFees(_ items: [VBRFeeRefundInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: VBRFeeAnswers.self) { item throws(StepFailure) in
            guard item.vbrID.isSet, let router = try vbr(item.vbrID), try pushed(item.vbrID) != nil,
                command.caller.mayActFor(router.account)
            else { throw .refused(.noVBR(item.vbrID)) }
            return try onPushed(router, to: "apply for the fee's refund", step) { row throws(StepFailure) in
                let decision = try ruled { () throws(Refusal) in try PushedConnectionRules.refundFee(row.pushed, router) }
                return ItemOutcome(VBRFeeView(try apply(decision, to: row, step).pushed.fee, of: router.id), isNew: false)
            }
        }
    }

    /// Carries out a command on a pushed VBR of the tenant's. What a rule refuses stands in the connection's history.
    func onPushed<View>(
        _ router: VirtualBorderRouter, to act: String, _ step: Step,
        _ body: (PushedConnectionRow) throws(StepFailure) -> ItemOutcome<View>
    ) throws(StepFailure) -> ItemOutcome<View> {
        guard let row = try pushed(router.id) else { throw .store(.corrupt("VBR \(router.id) is on no port and was not pushed")) }
        if !step.region.isEmpty { try step.requireRegion(row.pushed.region, of: router.id.description) }
        do throws(StepFailure) {
            return try body(row)
        } catch {
            guard case .refused(let refusal) = error else { throw error }
            var refused = PushedConnectionDecision(row.pushed, router)
            refused.history.append(HistoryNote(refusing: act, about: router.id.bits, refusal))
            _ = try apply(refused, to: row, step)
            return .refused(refusal)
        }
    }

    // MARK: Carrying out

    private func perform(_ decision: PushedConnectionDecision, on row: inout PushedConnectionRow, _ step: Step) {
        row.pushed = decision.pushed
        for message in decision.messages { send(message, about: row.pushed.connection, &row.channel, step) }
        tables.history.append(decision.history, of: row.pushed.connection, newest: &row.newestLine, in: step)
    }

    /// Carries out a decision about a pushed VBR that is there already.
    func apply(
        _ decision: PushedConnectionDecision, to row: PushedConnectionRow, _ step: Step
    ) throws(StepFailure) -> PushedConnectionDecision {
        var row = row
        perform(decision, on: &row, step)
        try stored { () throws(StoreError) in
            _ = try tables.pushed.replace(row)
            _ = try tables.vbrs.replace(VBRRow(decision.vbr))
        }
        return decision
    }

    /// Billing tells something about the fee of a pushed VBR. What it makes of the fee by itself is its own affair; only the answer
    /// to a refund is waited for.
    func handleFee(_ event: SubscriptionEvent, of row: PushedConnectionRow, _ step: Step) throws(StepFailure) {
        guard case .refunded(let refund) = event else { return }
        guard row.pushed.fee.payer == .tenant, row.pushed.tenant == event.payerAccountID, let router = try vbr(row.pushed.vbr) else {
            throw .refused(
                Refusal(
                    .contradictsState, "account \(event.payerAccountID) does not pay for \(event.subscriptionID)",
                    object: row.pushed.vbr.description))
        }
        _ = try apply(try ruled { () throws(Refusal) in try PushedConnectionRules.feeRefunded(row.pushed, router, refund) }, to: row, step)
    }
}
