import HostedConnection
import Messaging
import PortRecords
import Schema
import Store
import TenantDomain

extension TenantApplication {
    /// The tenant asks partners for what only they may do.
    func request(_ items: [RequestInput], _ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: RequestAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "make a request", step) { row throws(StepFailure) in
                let request = try tables.requests.make(item, on: row.port, by: .tenant, step)
                var decision = DemandDecision(row.port)
                decision.messages.append(.requestMade(request.made(on: row.port.connection)))
                decision.history.append(request.madeNote)
                _ = try apply(decision, to: row, step)
                return ItemOutcome(RequestView(request), isNew: true)
            }
        }
    }

    /// Ends a request: the tenant refuses a partner's, or withdraws its own.
    func endRequest(
        _ id: PartyRequestID, _ rule: (PartyRequest, PayingParty, Instant) throws(Refusal) -> PartyRequest, _ command: TenantCommand,
        _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        guard let request = try stored({ () throws(StoreError) in try tables.requests.request(id) }),
            command.caller.mayActFor(request.tenant)
        else { throw .refused(.noRequest(id)) }
        let outcome = try onPort(request.port, by: command.caller, to: "end request \(id)", step) { row throws(StepFailure) in
            let ended = try ruled { () throws(Refusal) in try rule(request, .tenant, step.now) }
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
        var decision = DemandDecision(row.port)
        decision.messages.append(.requestClosed(request.closed(on: row.port.connection)))
        decision.history.append(request.closedNote)
        _ = try apply(decision, to: row, step)
    }

    // MARK: The partner's side

    /// The partner asks for something; what is the case already is answered at once.
    func handleRequestMade(_ event: RequestMade, _ row: PortRow, _ step: Step) throws(StepFailure) {
        let request = try tables.requests.take(event, on: row.port, by: .partner, step)
        var decision = DemandDecision(row.port)
        decision.history.append(request.madeNote)
        var row = row
        try perform(decision, on: &row, step)
        try answerRequests([request], on: &row, step)
        try stored { () throws(StoreError) in _ = try tables.ports.replace(row) }
    }

    /// The partner has withdrawn its request, or answered the tenant's.
    func handleRequestClosed(_ event: RequestClosed, _ row: PortRow, _ step: Step) throws(StepFailure) {
        guard let closed = try tables.requests.take(event, on: row.port.id, step) else { return }
        var decision = DemandDecision(row.port)
        decision.history.append(closed.closedNote)
        _ = try apply(decision, to: row, step)
    }

    /// Answers the partner's open requests that a change of the port has answered.
    func answerRequests(from before: PortStanding, on row: inout PortRow, _ step: Step) throws(StepFailure) {
        let after = PortStanding(row.port)
        let isWithoutVBR = before.axes.association == .associated && after.axes.association == .none
        let isEnded = after.axes.service == .released && before.axes.acceptance == .confirmed
        guard isWithoutVBR || isEnded else { return }
        try answerRequests(try stored { () throws(StoreError) in try tables.requests.open(on: row.key) }, on: &row, step)
    }

    private func answerRequests(_ requests: [PartyRequest], on row: inout PortRow, _ step: Step) throws(StepFailure) {
        let closed = try tables.requests.answer(requests, of: .partner, by: row.port, step)
        guard !closed.isEmpty else { return }
        var decision = DemandDecision(row.port)
        for request in closed {
            decision.messages.append(.requestClosed(request.closed(on: row.port.connection)))
            decision.history.append(request.closedNote)
        }
        try perform(decision, on: &row, step)
    }
}
