// The four axes of a connection's state. They move independently; the words that each party sees are derived from them in
// one place (`PortWording`). Raw values stand in the databases and never change.

/// One of the four axes, which APIs name by words.
public protocol StateAxis: CaseIterable, Sendable {
    var name: String { get }
}

extension StateAxis {
    /// The state of this name; nil if there is none.
    public init?(name: String) {
        guard let state = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = state
    }
}

/// Whether the tenant has taken the offer.
public enum Acceptance: UInt8, Sendable, CaseIterable, StateAxis {
    case unconfirmed = 1
    case confirmed = 2
    /// The partner took the offer back, or refused an acceptance that met its end.
    case withdrawn = 3
    case deleted = 4
    /// The tenant did not want it.
    case rejected = 5
    /// Nobody took it in time.
    case lapsed = 6

    /// The word in APIs.
    public var name: String {
        switch self {
        case .unconfirmed: "unconfirmed"
        case .confirmed: "confirmed"
        case .withdrawn: "withdrawn"
        case .deleted: "deleted"
        case .rejected: "rejected"
        case .lapsed: "lapsed"
        }
    }

    /// Whether the port has come to an end: it holds nothing of its circuit any more, and only its record is kept.
    public var isEnded: Bool {
        switch self {
        case .unconfirmed, .confirmed: false
        case .withdrawn, .deleted, .rejected, .lapsed: true
        }
    }
}

/// Whether the port carries traffic.
public enum ServiceState: UInt8, Sendable, CaseIterable, StateAxis {
    /// Circuit, VLAN and bandwidth are reserved; nothing passes yet.
    case allocated = 1
    /// In normal use.
    case enabled = 2
    /// Stopped, still allocated and billed, can be recovered.
    case terminated = 3
    /// On the way to `terminated`: the access device has not confirmed yet.
    case terminating = 4
    /// On the way back to `enabled`: the access device has not confirmed yet.
    case recovering = 5
    /// Being deleted over both owners; `released` comes when billing has confirmed.
    case deleting = 6
    /// Holds nothing of its circuit any more.
    case released = 7

    /// The word in APIs.
    public var name: String {
        switch self {
        case .allocated: "allocated"
        case .enabled: "enabled"
        case .terminated: "terminated"
        case .terminating: "terminating"
        case .recovering: "recovering"
        case .deleting: "deleting"
        case .released: "released"
        }
    }
}

/// Where the port's subscription stands with billing.
public enum BillingState: UInt8, Sendable, CaseIterable, StateAxis {
    case unpaid = 1
    case paid = 2
    case locked = 3
    case expired = 4
    case refunded = 5

    /// The word in APIs.
    public var name: String {
        switch self {
        case .unpaid: "unpaid"
        case .paid: "paid"
        case .locked: "locked"
        case .expired: "expired"
        case .refunded: "refunded"
        }
    }
}

/// Whether a VBR uses the port.
public enum VBRAssociation: UInt8, Sendable, CaseIterable, StateAxis {
    case none = 1
    case associated = 2

    /// The word in APIs.
    public var name: String {
        switch self {
        case .none: "none"
        case .associated: "associated"
        }
    }
}

/// What state a VBR is in. Only `deleted` frees its port for another one.
public enum RouterState: UInt8, Sendable, CaseIterable, StateAxis {
    case enabled = 1
    /// Disabled by the paying partner; kept, can be recovered.
    case terminated = 2
    case deleted = 3
    /// On the way to `terminated`: access device or tenant-service has not confirmed yet.
    case terminating = 4
    /// On the way back to `enabled`.
    case recovering = 5
    /// The partner's deletion waits for tenant-service.
    case deleting = 6

    /// The word in APIs.
    public var name: String {
        switch self {
        case .enabled: "enabled"
        case .terminated: "terminated"
        case .deleted: "deleted"
        case .terminating: "terminating"
        case .recovering: "recovering"
        case .deleting: "deleting"
        }
    }

    /// The word people read.
    public var status: String {
        switch self {
        case .enabled: "Active"
        case .terminated: "Disabled"
        case .deleted: "Deleted"
        case .terminating: "Terminating"
        case .recovering: "Recovering"
        case .deleting: "Deleting"
        }
    }
}

/// The account that pays the port resource usage fee; fixed by the offer.
public enum PayingParty: UInt8, Sendable, CaseIterable {
    case partner = 1
    case tenant = 2
}

/// The four axes together.
public struct PortAxes: Equatable, Sendable {
    public var acceptance: Acceptance
    public var service: ServiceState
    public var billing: BillingState
    public var association: VBRAssociation

    public init(acceptance: Acceptance, service: ServiceState, billing: BillingState, association: VBRAssociation) {
        self.acceptance = acceptance
        self.service = service
        self.billing = billing
        self.association = association
    }

    /// A port as it is offered.
    public static let offered = PortAxes(acceptance: .unconfirmed, service: .allocated, billing: .unpaid, association: .none)

    /// Accepted, paid and carrying traffic.
    public var isActive: Bool { acceptance == .confirmed && billing == .paid && service == .enabled }
}
