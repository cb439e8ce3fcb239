import HostedConnection

/// What both sides, the access device and billing show of a port: once as the services do, once as the rules want it.
struct Sight: Equatable {
    /// A side's view by its fields' names.
    var partner: [String: String] = [:]
    var tenant: [String: String] = [:]
    var device: [String: String] = [:]
    var money: [String: String] = [:]
    /// What the parties have asked of each other, as each side keeps it.
    var partnerWishes: [PartyRequestID: String] = [:]
    var tenantWishes: [PartyRequestID: String] = [:]

    /// What the other one has otherwise, in words.
    func differences(to other: Sight) -> [String] {
        func compare<Key: Hashable>(_ what: String, _ mine: [Key: String], _ others: [Key: String]) -> [String] {
            Set(mine.keys).union(others.keys).compactMap { key in
                mine[key] == others[key] ? nil : "\(what).\(key): \(mine[key] ?? "-") instead of \(others[key] ?? "-")"
            }
        }
        return
            (compare("partner", partner, other.partner) + compare("tenant", tenant, other.tenant) + compare("device", device, other.device)
            + compare("money", money, other.money) + compare("partner's requests", partnerWishes, other.partnerWishes)
            + compare("tenant's requests", tenantWishes, other.tenantWishes)).sorted()
    }
}

// As the rules want it.
extension Sight {
    init(_ port: PortModel) {
        let association: VBRAssociation = port.router == nil ? .none : .associated
        let both = [
            "acceptance": port.acceptance.name, "billing": port.billing.name, "association": association.name, "vlan": "\(port.vlan)",
            "bandwidth": "\(port.bandwidth)", "vbr": port.router?.id.description ?? "",
        ]
        partner = both
        partner["service"] = port.service.name
        partner["status"] = Self.word(port, port.service, for: .partner)
        partner["stage"] =
            switch port.acceptance {
            case .unconfirmed: "Pending for Acceptance"
            case .confirmed: "Hosted"
            default: "Ended"
            }
        partner["isChanging"] = "\(port.change != nil)"
        if case .less(_, .back) = port.change { partner["isChanging"] = "back" }
        partner["requested"] = Self.requested(port.change)
        partner["router"] = port.router.map { "\($0.state.name)\($0.wentWithPort ? " with the port" : "")" } ?? ""
        partner["terminatedBy"] = Self.name(port.terminatedBy)
        tenant = both
        tenant["service"] = port.told.name
        tenant["status"] = Self.word(port, port.told, for: .tenant)
        tenant["stage"] = port.isEnded ? "Ended" : port.told == .allocated ? "In Progress" : "Complete"
        tenant["isChanging"] = "\(port.tenantSeesChange)"
        tenant["requested"] = port.tenantSeesChange ? Self.requested(port.change) : ""
        tenant["router"] =
            port.router.map { "\($0.told.name)\($0.wentWithPort ? " with the port" : "") \(port.vlan) \($0.bandwidth)" } ?? ""
        tenant["terminatedBy"] = Self.name(port.toldTerminatedBy)
        device = Self.device(of: port)
        money = [
            "attempts": "\(port.money.attempts)", "settled": "\(port.money.settled)",
            "refunded": port.money.isRefunded ? "\(port.money.settled)" : "0",
            "foreign": "0",
        ]
        for wish in port.wishes { partnerWishes[wish.id] = "\(wish.act.name) \(wish.standing.name)" }
        tenantWishes = partnerWishes
    }

    private static func name(_ party: PayingParty?) -> String {
        switch party {
        case .partner: "partner"
        case .tenant: "tenant"
        case nil: ""
        }
    }

    private static func requested(_ change: PortModel.Change?) -> String {
        switch change {
        case .vlan(let vlan): "VLAN \(vlan)"
        case .unpaid(let mbps, _), .paid(let mbps), .less(let mbps, _): "\(mbps) Mbit/s"
        case .deletion, nil: ""
        }
    }

    /// The words of section 10.
    private static func word(_ port: PortModel, _ service: ServiceState, for party: PayingParty) -> String {
        switch port.acceptance {
        case .unconfirmed where party == .tenant: return "Pending"
        case .unconfirmed where port.billing != .expired && port.billing != .locked: return "Hosted"
        case .withdrawn: return "Withdrawn"
        case .rejected: return "Rejected"
        case .lapsed: return "Offer Expired"
        case .deleted: return "Deleted"
        case .unconfirmed, .confirmed: break
        }
        switch service {
        case .deleting: return "Deleting"
        case .terminating: return "Terminating"
        case .recovering: return "Recovering"
        case .terminated: return "Disabled"
        case .allocated, .enabled, .released: break
        }
        switch port.billing {
        case .expired: return "Expired"
        case .locked: return "FinancialLocked"
        case .unpaid: return "Pending Payment"
        case .refunded: return "Refunded"
        case .paid: return "Active"
        }
    }

    /// While it is behind, what the device has is open; but nothing passes for what is shown as stopped (A-28).
    private static func device(of port: PortModel) -> [String: String] {
        guard let asked = port.device.asked else { return [:] }
        if port.device.isBehind { return ["isBehind": "true"] }
        var shown = ["isBehind": "false", "traffic": asked.traffic.rawValue]
        if asked.traffic != .removed {
            shown["vlan"] = "\(asked.vlan)"
            shown["rate"] = "\(asked.rate)"
        }
        return shown
    }
}
