/// A shared port as either party's side knows it: what the rules of both sides ask of it in the same way.
public protocol ConnectedPort {
    var id: PortID { get }
    var partner: AccountID { get }
    var tenant: AccountID { get }
    var payer: PayingParty { get }
    var bandwidth: Bandwidth { get }
    var axes: PortAxes { get }
    /// The payer's, as far as this side knows it.
    var subscription: PortSubscription { get }
    var vbr: VBRID { get }
    var change: PortChange { get }
    var ending: PortEnding? { get }
    /// What the port waits for, in words for people.
    var waitingFor: String? { get }
}

extension ConnectedPort {
    /// The account of a party.
    public func account(of party: PayingParty) -> AccountID { party == .partner ? partner : tenant }

    /// A port that is accepted and not ended.
    /// - Parameter offerNext: what can be done about an offer that is pending.
    /// - Throws: ``RefusalCode/portNotActive`` while the offer is pending, ``RefusalCode/portEnded`` after the port's end.
    public func requireConfirmed(offerNext: String) throws(Refusal) {
        switch axes.acceptance {
        case .confirmed: return
        case .unconfirmed:
            throw Refusal(
                .portNotActive, "Port \(id) is an offer that the tenant \(tenant) has not accepted", field: "portId",
                object: id.description, next: offerNext)
        case .withdrawn, .deleted, .rejected, .lapsed: throw ended
        }
    }

    /// A port that is, or was, in normal use: nothing is stopped that never ran.
    /// - Throws: ``RefusalCode/portNotActive`` before its activation.
    public func requireActivated() throws(Refusal) {
        guard axes.service == .allocated else { return }
        throw Refusal(
            .portNotActive, "Port \(id) is not in use yet", field: "portId", object: id.description,
            next: waitingFor.map { "It waits for \($0)" })
    }

    /// One change at a time.
    /// - Throws: ``RefusalCode/changeInProgress`` naming the saga.
    public func requireNoChange() throws(Refusal) {
        guard change.isRunning else { return }
        throw Refusal(
            .changeInProgress, "Port \(id) is being changed: \(change.saga) is under way", field: "portId",
            object: change.saga.description, next: "Wait until the change is over")
    }

    /// What an ended port answers.
    public var ended: Refusal {
        let why = ending.map { $0.reason.isEmpty ? "" : ": \($0.reason)" } ?? ""
        return Refusal(
            .portEnded, "Port \(id) is \(axes.acceptance.name)\(why)", field: "portId", object: id.description,
            next: "Only its record is kept; a new offer makes a new port")
    }

    /// Who pays deletes; a tenant deletes an expired port whoever paid (A-38, A-46).
    /// - Throws: ``RefusalCode/notThePayer``, with the request that can be made instead.
    public func requireDeletable(by party: PayingParty) throws(Refusal) {
        // A lock for arrears lies over an expiry, and undoes it as little.
        guard payer != party, !(party == .tenant && subscription.expiredAt != nil) else { return }
        throw Refusal(
            .notThePayer, "\(party == .partner ? "The tenant \(tenant)" : "The partner \(partner)") pays for port \(id)",
            field: "portId", object: id.description,
            next: "Make a request to delete the port to \(party == .partner ? "the tenant \(tenant)" : "the partner \(partner)")")
    }
}
