/// What one party can ask of the other. The codes stand in the databases and never change.
public enum RequestedAct: UInt8, Sendable, CaseIterable {
    /// The tenant wants a terminated port back.
    case recoverPort = 1
    /// Whoever does not pay wants the port deleted.
    case deletePort = 2
    /// The partner wants the tenant's VBR gone.
    case deleteVBR = 3
    /// The tenant wants another bandwidth.
    case changeBandwidth = 4

    /// The act in words.
    public var name: String {
        switch self {
        case .recoverPort: "recover the port"
        case .deletePort: "delete the port"
        case .deleteVBR: "delete the VBR"
        case .changeBandwidth: "change the bandwidth"
        }
    }
}

/// Where a request stands. The codes stand in the databases and never change.
public enum RequestStanding: UInt8, Sendable, CaseIterable, StateAxis {
    case open = 1
    case fulfilled = 2
    case refused = 3
    case withdrawn = 4

    /// The word in APIs.
    public var name: String {
        switch self {
        case .open: "open"
        case .fulfilled: "fulfilled"
        case .refused: "refused"
        case .withdrawn: "withdrawn"
        }
    }
}

/// What one party has asked of the other: recorded on both sides until it is answered, and kept.
public struct PartyRequest: Equatable, Sendable {
    public var id: PartyRequestID
    public var port: PortID
    public var partner: AccountID
    public var tenant: AccountID
    public var act: RequestedAct
    /// Who asks; the other party is asked.
    public var asker: PayingParty
    /// The bandwidth that is asked for, where one is.
    public var bandwidth: Bandwidth?
    public var reason: String
    public var madeAt: Instant
    public var standing: RequestStanding
    public var closedAt: Instant?
    public var closingReason: String

    public init(
        id: PartyRequestID, port: PortID, partner: AccountID, tenant: AccountID, act: RequestedAct, asker: PayingParty,
        bandwidth: Bandwidth?, reason: String, madeAt: Instant, standing: RequestStanding = .open, closedAt: Instant? = nil,
        closingReason: String = ""
    ) {
        self.id = id
        self.port = port
        self.partner = partner
        self.tenant = tenant
        self.act = act
        self.asker = asker
        self.bandwidth = bandwidth
        self.reason = reason
        self.madeAt = madeAt
        self.standing = standing
        self.closedAt = closedAt
        self.closingReason = closingReason
    }

    /// The account that asks, and the one that is asked.
    public var from: AccountID { asker == .partner ? partner : tenant }
    public var to: AccountID { asker == .partner ? tenant : partner }

    public mutating func close(_ standing: RequestStanding, because reason: String, at now: Instant) {
        self.standing = standing
        closedAt = now
        closingReason = reason
    }
}
