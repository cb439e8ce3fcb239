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
    /// Gives a partner the privilege for a day, or takes it away.
    case privilege(Int, isValid: Bool)

    enum Work {
        case turn(Int, perPartition: Int)
        case restart(Int)
    }

    /// Without what is about other ports.
    func keeping(_ slots: Set<Int>) -> Round? {
        guard case .commands(let items, let gaps) = self else { return self }
        let kept = items.filter { slots.contains($0.slot) }
        return kept.isEmpty ? nil : .commands(kept, gaps: gaps)
    }

    func isAbout(_ slot: Int) -> Bool {
        guard case .commands(let items, _) = self else { return false }
        return items.contains { $0.slot == slot }
    }
}
