import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Schema
import Store

extension PartnerApplication {
    /// The partner asks tenants for what only they may do.
    func request(_ items: [RequestInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: RequestAnswers.self) { item throws(StepFailure) in
            try onOwnPort(item.portID, by: command.caller, to: "make a request", step) { row throws(StepFailure) in
                let request = try tables.requests.make(item, on: row.port, by: .partner, step)
                var decision = SupplyDecision(row.port)
                decision.messages.append(.requestMade(request.made(on: row.port.connection)))
                decision.history.append(request.madeNote)
                _ = try apply(decision, to: row, step)
                return ItemOutcome(RequestView(request), isNew: true)
            }
        }
    }

    /// Ends a request: the partner refuses a tenant's, or withdraws its own.
    func endRequest(
        _ id: PartyRequestID, _ rule: (PartyRequest, PayingParty, Instant) throws(Refusal) -> PartyRequest, _ command: PartnerCommand,
        _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        guard let request = try stored({ () throws(StoreError) in try tables.requests.request(id) }),
            command.caller.mayActFor(request.partner)
        else { throw .refused(.noRequest(id)) }
        let outcome = try onOwnPort(request.port, by: command.caller, to: "end request \(id)", step) { row throws(StepFailure) in
            let ended = try ruled { () throws(Refusal) in try rule(request, .partner, step.now) }
            if ended != request { try close(ended, on: row, step) }
            return ItemOutcome(RequestView(ended), isNew: false)
        }
        switch outcome {
        case .done(let view, _): return CommandAnswer(status: 200, view)
        case .refused(let refusal): return refusal.answer
        }
    }

    private func close(_ request: PartyRequest, on row: PortRow, _ step: Step) throws(StepFailure) {
        try stored { () throws(StoreError) in try tables.requests.replace(request) }
        var decision = SupplyDecision(row.port)
        decision.messages.append(.requestClosed(request.closed(on: row.port.connection)))
        decision.history.append(request.closedNote)
        _ = try apply(decision, to: row, step)
    }

    // MARK: The tenant's side

    /// The tenant asks for something; what is the case already is answered at once.
    func handleRequestMade(_ event: RequestMade, _ row: PortRow, _ step: Step) throws(StepFailure) {
        let request = try tables.requests.take(event, on: row.port, by: .tenant, step)
        var decision = SupplyDecision(row.port)
        decision.history.append(request.madeNote)
        var row = row
        try perform(decision, on: &row, step)
        try answerRequests([request], on: &row, step)
        try stored { () throws(StoreError) in _ = try tables.ports.replace(row) }
    }

    /// The tenant has withdrawn its request, or answered the partner's.
    func handleRequestClosed(_ event: RequestClosed, _ row: PortRow, _ step: Step) throws(StepFailure) {
        guard let closed = try tables.requests.take(event, on: row.port.id, step) else { return }
        var decision = SupplyDecision(row.port)
        decision.history.append(closed.closedNote)
        _ = try apply(decision, to: row, step)
    }

    /// Answers the tenant's open requests that a change of the port has answered.
    func answerRequests(from before: PortStanding, on row: inout PortRow, _ step: Step) throws(StepFailure) {
        let after = PortStanding(row.port)
        let isBack = after.axes.service == .enabled && before.axes.service != .enabled && before.axes.service != .allocated
        let isEnded = after.axes.service == .released && before.axes.acceptance == .confirmed
        guard isBack || isEnded || before.bandwidth != after.bandwidth else { return }
        try answerRequests(try stored { () throws(StoreError) in try tables.requests.open(on: row.key) }, on: &row, step)
    }

    private func answerRequests(_ requests: [PartyRequest], on row: inout PortRow, _ step: Step) throws(StepFailure) {
        let closed = try tables.requests.answer(requests, of: .tenant, by: row.port, step)
        guard !closed.isEmpty else { return }
        var decision = SupplyDecision(row.port)
        for request in closed {
            decision.messages.append(.requestClosed(request.closed(on: row.port.connection)))
            decision.history.append(request.closedNote)
        }
        try perform(decision, on: &row, step)
    }
}
