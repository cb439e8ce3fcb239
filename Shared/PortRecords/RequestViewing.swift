public import HostedConnection
public import Schema

extension RequestView {
    /// A request as both sides show it.
    public init(_ request: PartyRequest) {
        self.init(
            requestID: request.id, portID: request.port, kind: RequestKind(request.act),
            bandwidthMbps: request.bandwidth?.megabitsPerSecond, fromAccountID: request.from, toAccountID: request.to,
            reason: request.reason, state: request.standing.name, madeAt: Timestamp(request.madeAt),
            closedAt: request.closedAt.map(Timestamp.init), closingReason: request.closingReason)
    }
}

extension Refusal {
    /// A request that is not there, or not for this caller.
    public static func noRequest(_ id: PartyRequestID) -> Refusal {
        Refusal(.notFound, "Request \(id) was not found", object: id.description, next: "List the requests and choose one of them")
    }
}

extension RequestForm {
    /// - Throws: ``RefusalCode/missingField`` for a request that asks for nothing that is known.
    public init(_ input: RequestInput) throws(Refusal) {
        guard let act = RequestedAct(input.kind) else {
            throw Refusal(
                .missingField, "The request does not say what is asked for", field: "kind",
                next: "Use REQUEST_KIND_RECOVER_PORT, _DELETE_PORT, _DELETE_VBR or _CHANGE_BANDWIDTH")
        }
        self.init(act, bandwidthMbps: input.bandwidthMbps, reason: input.reason)
    }
}

extension RequestKind {
    public init(_ act: RequestedAct) {
        switch act {
        case .recoverPort: self = .recoverPort
        case .deletePort: self = .deletePort
        case .deleteVBR: self = .deleteVBR
        case .changeBandwidth: self = .changeBandwidth
        }
    }
}

extension RequestedAct {
    /// nil for what is no kind of request.
    public init?(_ kind: RequestKind) {
        switch kind {
        case .recoverPort: self = .recoverPort
        case .deletePort: self = .deletePort
        case .deleteVBR: self = .deleteVBR
        case .changeBandwidth: self = .changeBandwidth
        case .unspecified, .unrecognized: return nil
        }
    }
}

extension PartyRequest {
    /// A request that the other party's message makes.
    /// - Throws: ``RefusalCode/contradictsState`` for one without an id or a known kind.
    public init(_ message: RequestMade, on port: some ConnectedPort, by asker: PayingParty, now: Instant) throws(Refusal) {
        guard message.requestID.isSet, let act = RequestedAct(message.kind),
            (message.bandwidthMbps > 0) == (act == .changeBandwidth)
        else {
            throw Refusal(.contradictsState, "a request without an id, a known kind or its bandwidth", object: port.id.description)
        }
        try Refusal.check(message.reason, field: "reason", limit: RequestRules.reasonLimit)
        self.init(
            id: message.requestID, port: port.id, partner: port.partner, tenant: port.tenant, act: act, asker: asker,
            bandwidth: message.bandwidthMbps > 0 ? Bandwidth(megabitsPerSecond: message.bandwidthMbps) : nil, reason: message.reason,
            madeAt: now)
    }

    /// What tells the other party of the request.
    public func made(on connection: ConnectionID) -> RequestMade {
        var message = RequestMade()
        message.connectionID = connection
        message.portID = port
        message.requestID = id
        message.kind = RequestKind(act)
        message.bandwidthMbps = bandwidth?.megabitsPerSecond ?? 0
        message.reason = reason
        return message
    }

    /// What tells the other party how the request has ended.
    public func closed(on connection: ConnectionID) -> RequestClosed {
        var message = RequestClosed()
        message.connectionID = connection
        message.portID = port
        message.requestID = id
        message.state =
            switch standing {
            case .open: .open
            case .fulfilled: .fulfilled
            case .refused: .refused
            case .withdrawn: .withdrawn
            }
        message.reason = closingReason
        return message
    }

    /// The lines of history that go with making and closing it.
    public var madeNote: HistoryNote { HistoryNote(.requestMade, subject: id.bits, detail: note(reason)) }
    public var closedNote: HistoryNote {
        HistoryNote(
            .requestClosed, subject: id.bits, detail: note(closingReason.isEmpty ? standing.name : "\(standing.name): \(closingReason)"))
    }

    private func note(_ text: String) -> String {
        let wish = bandwidth.map { "\(act.name) to \($0)" } ?? act.name
        return text.isEmpty ? wish : "\(wish): \(text)"
    }
}

extension RequestStanding {
    /// How the other party says that a request has ended.
    /// - Throws: ``RefusalCode/contradictsState`` for what is no end.
    public init(_ message: RequestClosed) throws(Refusal) {
        switch message.state {
        case .fulfilled: self = .fulfilled
        case .refused: self = .refused
        case .withdrawn: self = .withdrawn
        case .open, .unspecified, .unrecognized:
            throw Refusal(.contradictsState, "a request without a known end", object: message.requestID.description)
        }
    }
}
