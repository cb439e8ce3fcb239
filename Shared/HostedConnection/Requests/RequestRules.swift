/// A request as its form has it.
public struct RequestForm: Equatable, Sendable {
    public var act: RequestedAct
    /// Mbit/s, where a bandwidth is asked for.
    public var bandwidthMbps: UInt32?
    public var reason: String

    public init(_ act: RequestedAct, bandwidthMbps: UInt32? = nil, reason: String = "") {
        self.act = act
        self.bandwidthMbps = bandwidthMbps
        self.reason = reason
    }
}

/// What one party may ask of the other, and when a request is answered.
public enum RequestRules {
    /// The longest reason in characters.
    public static let reasonLimit = 1_000

    /// One party asks the other.
    /// - Parameter open: the request of this kind that is open on the port.
    /// - Throws: ``RefusalCode/requestExists`` for a second one, and what says why there is nothing to ask for.
    public static func make(
        _ form: RequestForm, id: PartyRequestID, on port: some ConnectedPort, by party: PayingParty, open: PartyRequest?, now: Instant
    ) throws(Refusal) -> PartyRequest {
        try Refusal.check(form.reason, field: "reason", limit: reasonLimit)
        try port.requireConfirmed(
            offerNext: party == .partner ? "Withdraw the offer if it is not wanted any more" : "Accept the offer first")
        switch form.act {
        case .recoverPort: try checkRecovery(port, by: party)
        case .deletePort: try checkDeletion(port, by: party)
        case .deleteVBR: try checkRouterDeletion(port, by: party)
        case .changeBandwidth: try checkBandwidth(form, port, by: party)
        }
        if let open {
            throw Refusal(
                .requestExists, "A request to \(form.act.name) is open already", field: "kind", object: open.id.description,
                next: "Wait for \(open.to) to answer it, or have \(open.from) withdraw it")
        }
        return PartyRequest(
            id: id, port: port.id, partner: port.partner, tenant: port.tenant, act: form.act, asker: party,
            bandwidth: form.act == .changeBandwidth ? form.bandwidthMbps.map { Bandwidth(megabitsPerSecond: $0) } : nil,
            reason: form.reason, madeAt: now)
    }

    /// Whether what is asked for is the case already.
    static func isFulfilled(_ request: PartyRequest, by port: some ConnectedPort) -> Bool {
        switch request.act {
        case .recoverPort: port.axes.service == .enabled
        case .deletePort: port.axes.service == .released
        case .deleteVBR: port.axes.association == .none
        case .changeBandwidth: port.bandwidth == request.bandwidth
        }
    }

    /// How a request is answered by the port's state, if it is.
    public static func answer(
        _ request: PartyRequest, by port: some ConnectedPort
    ) -> (standing: RequestStanding, reason: String)? {
        if isFulfilled(request, by: port) { return (.fulfilled, "") }
        return port.axes.acceptance.isEnded ? (.refused, "The port is \(port.axes.acceptance.name)") : nil
    }

    // MARK: Closing

    /// The party that was asked says no.
    public static func refuse(
        _ request: PartyRequest, by party: PayingParty, reason: String, now: Instant
    ) throws(Refusal) -> PartyRequest {
        try end(request, as: .refused, reason: reason, now: now) {
            party == request.asker ? ("Only \(request.to), which is asked, can refuse it", "Withdraw it instead") : nil
        }
    }

    /// The party that asked takes its request back.
    public static func withdraw(
        _ request: PartyRequest, by party: PayingParty, reason: String, now: Instant
    ) throws(Refusal) -> PartyRequest {
        try end(request, as: .withdrawn, reason: reason, now: now) {
            party == request.asker ? nil : ("Only \(request.from), which asks, can withdraw it", "Refuse it instead")
        }
    }

    private static func end(
        _ request: PartyRequest, as standing: RequestStanding, reason: String, now: Instant,
        objection: () -> (text: String, next: String)?
    ) throws(Refusal) -> PartyRequest {
        if let objection = objection() {
            throw Refusal(.forbidden, objection.text, object: request.id.description, next: objection.next)
        }
        try Refusal.check(reason, field: "reason", limit: reasonLimit)
        if request.standing == standing { return request }
        guard request.standing == .open else {
            throw Refusal(
                .requestClosed, "Request \(request.id) is \(request.standing.name)", object: request.id.description,
                next: "Make another request if it is needed")
        }
        var request = request
        request.close(standing, because: reason, at: now)
        return request
    }

    /// The other party has closed the request. The word of the party that was asked counts where both have closed it.
    /// - Returns: nil when it changes nothing.
    public static func closed(
        _ request: PartyRequest, as standing: RequestStanding, reason: String, now: Instant
    ) throws(Refusal) -> PartyRequest? {
        guard standing != .open else {
            throw Refusal(.contradictsState, "a request closed as open", object: request.id.description)
        }
        switch (request.standing, standing) {
        case (.open, _), (.withdrawn, .fulfilled), (.withdrawn, .refused): break
        case _ where request.standing == standing: return nil
        case (_, .withdrawn): return nil
        default:
            throw Refusal(
                .contradictsState, "a request that is \(request.standing.name) closed as \(standing.name)", object: request.id.description)
        }
        var request = request
        request.close(standing, because: reason, at: now)
        return request
    }

    // MARK: What may be asked

    private static func checkRecovery(_ port: some ConnectedPort, by party: PayingParty) throws(Refusal) {
        guard party == .tenant else {
            throw refusal("The partner recovers a port itself", on: port.id, next: "Use recoveries")
        }
        guard port.axes.service == .terminated || port.axes.service == .terminating else {
            throw Refusal(
                .portNotTerminated, "Port \(port.id) is not terminated: it is \(PortWording.tenantStatus(port.axes))", field: "portId",
                object: port.id.description)
        }
    }

    private static func checkDeletion(_ port: some ConnectedPort, by party: PayingParty) throws(Refusal) {
        guard port.payer != party else {
            throw refusal("Whoever pays for a port deletes it itself", on: port.id, next: "Use deletions")
        }
    }

    private static func checkRouterDeletion(_ port: some ConnectedPort, by party: PayingParty) throws(Refusal) {
        guard party == .partner else {
            throw refusal("The tenant deletes its VBR itself", on: port.id, next: "Use vbr-deletions")
        }
        guard port.axes.association == .associated else {
            throw Refusal(
                .portHasNoVBR, "Port \(port.id) has no VBR", field: "portId", object: port.id.description, next: "Nothing is to be done")
        }
    }

    private static func checkBandwidth(
        _ form: RequestForm, _ port: some ConnectedPort, by party: PayingParty
    ) throws(Refusal) {
        guard party == .tenant else {
            throw refusal("The partner changes a port's bandwidth itself", on: port.id, next: "Use bandwidth-changes")
        }
        guard let megabits = form.bandwidthMbps, megabits > 0 else {
            throw Refusal(
                .missingField, "The request does not say which bandwidth", field: "bandwidthMbps", next: "Give the wanted Mbit/s")
        }
        guard port.axes.isActive else {
            throw Refusal(
                .portNotActive, "Port \(port.id) is not in the normal state: it is \(PortWording.tenantStatus(port.axes))", field: "portId",
                object: port.id.description, next: port.waitingFor.map { "It waits for \($0)" })
        }
        guard megabits != port.bandwidth.megabitsPerSecond else {
            throw Refusal(
                .invalidValue, "Port \(port.id) has \(port.bandwidth) already", field: "bandwidthMbps", object: port.id.description,
                next: "Ask for another bandwidth")
        }
    }

    private static func refusal(_ text: String, on port: PortID, next: String) -> Refusal {
        Refusal(.invalidValue, text, field: "kind", object: port.description, next: next)
    }
}
