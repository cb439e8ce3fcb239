import HostedConnection

/// One command of a walk: by whom, on which port, and when within its round.
struct Item {
    /// The port's number: the place of its offer among all offers.
    var slot: Int
    var deed: Deed
    var by: Giver
    /// The commands of a later phase meet what those of the earlier ones have sent on its way.
    var phase = 0

    enum Deed {
        case offer(OfferShape)
        case partner(PartnerAct)
        case tenant(TenantAct)
    }

    enum Giver: Equatable {
        case owner
        case staff
        case other(AccountID)
    }

    var isPartners: Bool {
        switch deed {
        case .offer, .partner: true
        case .tenant: false
        }
    }
}

/// A round of a walk: what is given while nothing else is under way. A script of rounds can be walked again, also without the
/// commands of some of its ports.
enum Round {
    /// Commands, and who works how much between the phases.
    case commands([Item], gaps: [[Work]])
    /// Lets time pass.
    case pass(Duration)
    /// The access device refuses a VLAN from now on.
    case breakDevice(vlan: UInt32, mayPass: Bool)
    /// The access device takes everything again.
    case repairDevice
    /// The paid time of a port runs out, or is extended.
    case expire(Int)
    case renew(Int)
    /// Billing locks an account for arrears, or unlocks it.
    case lock(AccountID, Bool)
    /// Gives a partner the privilege for a day, or takes it away.
    case privilege(Int, isValid: Bool)

    enum Work {
        case turn(Int, perPartition: Int)
        case restart(Int)
    }

    /// Without what is about other ports.
    func keeping(_ slots: Set<Int>) -> Round? {
        switch self {
        case .expire(let slot), .renew(let slot): return slots.contains(slot) ? self : nil
        default: break
        }
        guard case .commands(let items, let gaps) = self else { return self }
        let kept = items.filter { slots.contains($0.slot) }
        return kept.isEmpty ? nil : .commands(kept, gaps: gaps)
    }
}
