import HostedConnection

/// A port as a column of the table has it: in the state that the column is about, and otherwise as such a port usually is.
struct Situation {
    var axes: PortAxes
    /// Where the charge stands if that is not what follows from the axes.
    var charge: ChargeState?

    init(
        _ acceptance: Acceptance, _ service: ServiceState, _ billing: BillingState, _ association: VBRAssociation = .none,
        charge: ChargeState? = nil
    ) {
        axes = PortAxes(acceptance: acceptance, service: service, billing: billing, association: association)
        self.charge = charge
    }

    static let offered = Situation(.unconfirmed, .allocated, .unpaid)
    static let accepted = Situation(.confirmed, .allocated, .unpaid)
    static let active = Situation(.confirmed, .enabled, .paid)

    /// A paying partner is charged at the offer, a paying tenant when it accepts.
    func charge(paidBy payer: PayingParty) -> ChargeState {
        if let charge { return charge }
        switch axes.billing {
        case .unpaid: return payer == .partner || axes.acceptance == .confirmed ? .requested : .none
        case .paid, .locked, .expired: return .settled
        case .refunded: return .refunded
        }
    }

    /// The axes' words, as the page has them.
    var words: String { [axes.acceptance.name, axes.service.name, axes.billing.name, axes.association.name].joined(separator: " · ") }
}

/// A state that has a column; a new one does not compile before it says what a port in it usually is.
protocol TabulatedState: CaseIterable {
    var name: String { get }
    var usual: Situation { get }
}

extension Acceptance: TabulatedState {
    var usual: Situation {
        switch self {
        case .unconfirmed: .offered
        case .confirmed: .active
        case .withdrawn: Situation(.withdrawn, .released, .unpaid)
        case .rejected: Situation(.rejected, .released, .unpaid)
        case .lapsed: Situation(.lapsed, .released, .unpaid)
        case .deleted: Situation(.deleted, .released, .refunded)
        }
    }
}

extension ServiceState: TabulatedState {
    var usual: Situation {
        switch self {
        case .allocated: .accepted
        case .enabled: .active
        case .terminated: Situation(.confirmed, .terminated, .paid)
        case .terminating: Situation(.confirmed, .terminating, .paid)
        case .recovering: Situation(.confirmed, .recovering, .paid)
        case .deleting: Situation(.confirmed, .deleting, .paid)
        case .released: Situation(.deleted, .released, .refunded)
        }
    }
}

extension BillingState: TabulatedState {
    var usual: Situation {
        switch self {
        case .unpaid: .accepted
        case .paid: .active
        case .locked: Situation(.confirmed, .enabled, .locked)
        case .expired: Situation(.confirmed, .enabled, .expired)
        case .refunded: Situation(.confirmed, .enabled, .refunded)
        }
    }
}

extension VBRAssociation: TabulatedState {
    var usual: Situation {
        switch self {
        case .none: .active
        case .associated: Situation(.confirmed, .enabled, .paid, .associated)
        }
    }
}

extension ChargeState: TabulatedState {
    var usual: Situation {
        switch self {
        case .none: .offered
        case .requested: .accepted
        case .settled: .active
        case .declined: Situation(.confirmed, .allocated, .unpaid, charge: .declined)
        case .refunding: Situation(.confirmed, .deleting, .paid, charge: .refunding)
        case .refunded: Situation(.deleted, .released, .refunded)
        }
    }
}
