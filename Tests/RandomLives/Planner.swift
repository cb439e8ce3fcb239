import HostedConnection
import ServiceKit

/// Draws rounds by lot: often what makes sense in a port's state, often anything.
struct Planner {
    var random: SeededRandom
    private var offers = 0

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    static let vlans: [UInt32] = [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 2999]
    static let bandwidths: [UInt32] = [50, 50, 100, 100, 200, 200, 300, 400, 500, 1000]

    private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }
    private mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    private mutating func any<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

    /// What a world's operators have decided, and what its billing declines.
    mutating func policy() -> Ground {
        var ground = Ground(now: Instant(seconds: 0))
        ground.mayWithdraw = chance(75)
        ground.mayReject = chance(75)
        if chance(50) { ground.lifetime = .seconds(7 * 3_600) }
        if chance(70) {
            ground.declining.bandwidths = [any(Self.bandwidths), any(Self.bandwidths)]
            if chance(40) { ground.declining.accounts = [any(World.tenants + World.partners)] }
            ground.declining.attempts = UInt8(1 + below(3))
        }
        return ground
    }

    // MARK: Rounds

    mutating func round(_ walk: Walk) -> Round {
        let now = walk.world.clock.now()
        if let close = deadlines(walk).first(where: { $0 > now && $0 < now + .seconds(60) }) { return .pass(close - now + .seconds(60)) }
        for partner in walk.privileges.indices where walk.privileges[partner] <= now && chance(30) {
            return .privilege(partner, isValid: true)
        }
        switch below(100) {
        case ..<3:
            return .pass(any([.seconds(10), .seconds(600), .seconds(7_200), .seconds(32_400), .seconds(90_000), .seconds(16 * 86_400)]))
        case ..<6:
            if walk.faults.vlan == nil { return .breakDevice(vlan: UInt32(1 + below(5)), mayPass: chance(50)) }
            return commands(walk)
        case ..<10: return walk.faults.vlan == nil ? commands(walk) : .repairDevice
        case ..<12:
            if let account = walk.locked.first { return .lock(account, false) }
            return .lock(any(World.tenants + World.partners), true)
        case ..<16:
            let paid = walk.live.filter { walk.ports[$0].map { $0.money.settled > 0 } ?? false }
            if paid.isEmpty { return commands(walk) }
            let over = paid.filter { walk.ports[$0]?.expiredAt != nil }
            return over.isEmpty || chance(40) ? .expire(any(paid)) : .renew(any(over))
        case ..<17: return .privilege(below(World.partners.count), isValid: chance(40))
        default: return commands(walk)
        }
    }

    private func deadlines(_ walk: Walk) -> [Instant] {
        walk.live.compactMap { slot in
            guard let port = walk.ports[slot] else { return nil }
            if case .unpaid(_, let until) = port.change { return until }
            return port.acceptance == .unconfirmed ? port.lapsesAt : nil
        } + walk.live.compactMap { walk.ports[$0]?.expiredAt.map { $0 + Ground.grace } } + walk.privileges
    }

    private mutating func commands(_ walk: Walk) -> Round {
        var items: [Item] = []
        var left = walk.live
        if chance(25), !walk.ended.isEmpty { left.append(any(walk.ended)) }
        for _ in 0..<(4 + below(8)) where !left.isEmpty {
            let slot = left.remove(at: below(left.count))
            guard let port = walk.ports[slot] else { continue }
            if chance(25) {
                cross(slot, port, &items)
            } else {
                items.append(item(slot, port, isPartners: chance(50)))
            }
        }
        for _ in 0..<(walk.live.count < 8 ? 1 + below(3) : below(2)) {
            items.append(Item(slot: offers, deed: .offer(offer()), by: giver(other: World.partners + World.tenants)))
            offers += 1
        }
        let gaps = (0..<(items.map(\.phase).max() ?? 0)).map { _ in gap() }
        return .commands(items, gaps: gaps)
    }

    private mutating func gap() -> [Round.Work] {
        if chance(3) { return [.restart(below(4))] }
        return (0..<below(5)).map { _ in .turn(below(4), perPartition: any([1, 2, 500])) }
    }

    /// Two or three commands that meet each other.
    private mutating func cross(_ slot: Int, _ port: PortModel, _ items: inout [Item]) {
        var phase = 0
        for place in 0..<(2 + below(2)) {
            var item = item(slot, port, isPartners: place == 0 ? chance(50) : !(items.last?.isPartners ?? true))
            if place > 0, chance(40) { phase += 1 }
            item.phase = phase
            // What it takes of its circuit is foreseen only for a side's first command.
            let isFirst = !items.contains { $0.slot == slot && $0.isPartners }
            if case .partner(let act) = item.deed, act.takesOfCircuit, !isFirst || phase > 0 { item.deed = .partner(.tag) }
            items.append(item)
        }
    }

    private mutating func giver(other: [AccountID]) -> Item.Giver {
        switch below(100) {
        case ..<5: .other(any(other + [World.stranger]))
        case ..<9: .staff
        default: .owner
        }
    }

    // MARK: Commands

    private mutating func offer() -> OfferShape {
        var offer = OfferShape(
            circuit: below(World.circuits.count), tenant: any(World.tenants), vlan: any(Self.vlans), bandwidth: any(Self.bandwidths),
            payer: chance(50) ? .partner : .tenant)
        switch below(40) {
        case 0: offer.circuit = nil
        case 1: offer.tenant = World.distantTenant
        case 2: offer.tenant = any([.none, World.stranger, World.partners[0]])
        case 3: offer.vlan = any([nil, 3_000, 4_000_000])
        case 4: offer.bandwidth = any([nil, 0, 150, 2_000])
        case 5, 6: offer.hasTags = true
        default: break
        }
        return offer
    }

    private mutating func item(_ slot: Int, _ port: PortModel, isPartners: Bool) -> Item {
        isPartners
            ? Item(slot: slot, deed: .partner(partnerAct(port)), by: giver(other: World.partners + World.tenants))
            : Item(slot: slot, deed: .tenant(tenantAct(port)), by: giver(other: World.partners + World.tenants))
    }

    private mutating func partnerAct(_ port: PortModel) -> PartnerAct {
        let sensible = sensiblePartnerActs(port)
        if !sensible.isEmpty, chance(60) { return any(sensible) }
        var acts: [PartnerAct] = [
            .withdraw, .pay, .terminate, .recover, .delete, .changeVLAN(any(Self.vlans)), .changeVLAN(any([nil, 3_000])),
            .changeBandwidth(any(Self.bandwidths)), .changeBandwidth(any([nil, 0, 150, 2_000])), .cancelBandwidth, .tag,
            .setPayer(any([.partner, .tenant])), .ask(any(RequestedAct.allCases)), .ask(.deletePort), .ask(.deleteVBR),
        ]
        if port.lastVBR.isSet { acts += [.terminateVBR, .recoverVBR, .deleteVBR] }
        if !port.wishes.isEmpty {
            acts += [.refuse(below(port.wishes.count)), .takeBack(below(port.wishes.count))]
        }
        return any(acts)
    }

    private mutating func sensiblePartnerActs(_ port: PortModel) -> [PartnerAct] {
        if port.acceptance == .unconfirmed {
            return port.money.wasDeclined ? [.pay, .pay, .withdraw] : [.withdraw, .changeVLAN(any(Self.vlans))]
        }
        if port.isEnded { return [] }
        var acts: [PartnerAct] = []
        switch port.change {
        case .unpaid, .paid, .less: acts.append(.cancelBandwidth)
        case .vlan, .deletion, nil: break
        }
        if port.service == .terminated || port.service == .terminating { acts += [.recover, .recover, .recover] }
        if port.isInUse {
            acts += [
                .terminate, .changeVLAN(any(Self.vlans)), .changeBandwidth(any(Self.bandwidths)), .changeBandwidth(any(Self.bandwidths)),
            ]
        }
        if let router = port.router {
            acts += router.state == .enabled ? [.terminateVBR] : [.recoverVBR, .deleteVBR, .deleteVBR]
        } else if port.service != .allocated {
            acts.append(.delete)
        }
        return acts
    }

    private mutating func tenantAct(_ port: PortModel) -> TenantAct {
        let sensible = sensibleTenantActs(port)
        if !sensible.isEmpty, chance(60) { return any(sensible) }
        var acts: [TenantAct] = [
            .accept, .reject, .pay, .createVBR(.asThePort), .createVBR(any([.otherVLAN, .oneAddress, .narrow(0), .narrow(2_000)])),
            .terminate, .recover, .delete, .declineBandwidth, .tag, .ask(any(RequestedAct.allCases), any(Self.bandwidths)),
            .ask(.deletePort, nil), .ask(.changeBandwidth, nil),
        ]
        if port.lastVBR.isSet { acts += [.changeVBR(any([0, 50, 100, 2_000])), .deleteVBR] }
        if !port.wishes.isEmpty {
            acts += [.refuse(below(port.wishes.count)), .takeBack(below(port.wishes.count))]
        }
        return any(acts)
    }

    private mutating func sensibleTenantActs(_ port: PortModel) -> [TenantAct] {
        if port.acceptance == .unconfirmed { return [.accept, .accept, .accept, .accept, .reject] }
        if port.isEnded { return [] }
        var acts: [TenantAct] = []
        if port.money.wasDeclined { acts += [.pay, .pay] }
        if case .unpaid = port.change { acts += [.pay, .pay, .declineBandwidth] }
        if port.isInUse {
            acts += [.ask(.changeBandwidth, any(Self.bandwidths))]
            if port.router == nil { acts += [.createVBR(.asThePort), .createVBR(.asThePort), .createVBR(.narrow(50)), .terminate] }
        }
        if port.service == .terminated { acts.append(.ask(.recoverPort, nil)) }
        if port.router != nil { acts += [.deleteVBR, .changeVBR(any(Self.bandwidths))] }
        if port.service != .allocated, port.router == nil { acts.append(.delete) }
        return acts
    }
}

extension PartnerAct {
    var takesOfCircuit: Bool {
        switch self {
        case .changeVLAN, .changeBandwidth: true
        default: false
        }
    }
}
