public import HostedConnection
public import Messaging
public import Schema
import Store

// How requests between the parties are made and end, on both sides alike.
extension RequestTable {
    /// One party asks the other for what only that one may do.
    public func make(
        _ input: RequestInput, on port: some ConnectedPort, by party: PayingParty, _ step: Step
    ) throws(StepFailure) -> PartyRequest {
        let form = try ruled { () throws(Refusal) in try RequestForm(input) }
        let open = try stored { () throws(StoreError) in try self.open(on: port.id, to: form.act) }
        let id = step.mint(PartyRequestKind.self)
        let request = try ruled { () throws(Refusal) in
            try RequestRules.make(form, id: id, on: port, by: party, open: open, now: step.now)
        }
        try stored { () throws(StoreError) in try insert(request) }
        return request
    }

    /// The other party has asked for something.
    public func take(
        _ event: RequestMade, on port: some ConnectedPort, by asker: PayingParty, _ step: Step
    ) throws(StepFailure) -> PartyRequest {
        let request = try ruled { () throws(Refusal) in try PartyRequest(event, on: port, by: asker, now: step.now) }
        if let open = try stored({ () throws(StoreError) in try self.open(on: port.id, to: request.act) }) {
            throw .refused(Refusal(.contradictsState, "a second request to \(request.act.name)", object: open.id.description))
        }
        try stored { () throws(StoreError) in try insert(request) }
        return request
    }

    /// The other party has withdrawn its request, or answered one of this side's.
    /// - Returns: nil if that changes nothing.
    public func take(_ event: RequestClosed, on port: PortID, _ step: Step) throws(StepFailure) -> PartyRequest? {
        guard let request = try stored({ () throws(StoreError) in try self.request(event.requestID) }), request.port == port else {
            throw .refused(Refusal(.contradictsState, "the end of an unknown request \(event.requestID)", object: port.description))
        }
        let closed = try ruled { () throws(Refusal) in
            try RequestRules.closed(request, as: RequestStanding(event), reason: event.reason, now: step.now)
        }
        if let closed { try stored { () throws(StoreError) in try replace(closed) } }
        return closed
    }

    /// Closes those of one party's requests that the port's state answers.
    /// - Returns: the closed ones.
    public func answer(
        _ requests: [PartyRequest], of asker: PayingParty, by port: some ConnectedPort, _ step: Step
    ) throws(StepFailure) -> [PartyRequest] {
        var closed: [PartyRequest] = []
        for var request in requests where request.asker == asker {
            guard let answer = RequestRules.answer(request, by: port) else { continue }
            request.close(answer.standing, because: answer.reason, at: step.now)
            try stored { () throws(StoreError) in try replace(request) }
            closed.append(request)
        }
        return closed
    }
}
