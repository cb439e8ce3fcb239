import BillingSimulator
import HostedConnection
import Messaging
import PartnerService
import Schema
import ServiceKit
import ServiceTesting
import TenantService

/// The services and the model side by side, given the same rounds.
final class Walk {
    let world: World
    let policy: Ground
    var eyes: Eyes
    var circuits: [CircuitModel]
    var ports: [Int: PortModel] = [:]
    /// The ports that have not ended, and the latest that have.
    var live: [Int] = []
    var ended: [Int] = []
    var faults = Ground.Faults()
    var locked: Set<AccountID> = []
    /// Until when each partner has the privilege.
    var privileges: [Instant]
    private var lines: [Int: [Int64]] = [:]
    /// Commands given so far.
    private(set) var steps = 0
    private(set) var rounds = 0
    /// How often each kind of command had each answer.
    private(set) var tally: [String: Int] = [:]
    /// The commands of the latest round, for reports.
    private(set) var given: [Given] = []
    /// What was done with each port, for reports.
    private(set) var diary: [Int: [String]] = [:]

    init(_ policy: Ground) throws {
        self.policy = policy
        world = try World(policy)
        eyes = try Eyes(world)
        circuits = World.circuits.map { CircuitModel(partner: World.partners[$0.partner], capacity: $0.capacity) }
        privileges = World.partners.map { _ in Instant(seconds: 0) }
    }

    /// The model and the services say different things.
    struct Disagreement: Error {
        var slot: Int?
        var what: [String]

        /// Whether it is the same one, met on another way.
        func isLike(_ other: Disagreement) -> Bool { slot == other.slot && what.last == other.what.last }
    }

    var ground: Ground {
        var ground = policy
        ground.now = world.clock.now()
        ground.faults = faults
        ground.locked = locked
        return ground
    }

    // MARK: Rounds

    func take(_ round: Round) throws {
        rounds += 1
        switch round {
        case .commands(let items, let gaps): try give(items, gaps)
        case .pass(let time): try pass(time)
        case .breakDevice(let vlan, let mayPass):
            faults = Ground.Faults(vlan: vlan, mayPass: mayPass)
            var faults = DeviceFaults()
            faults.vlanIDs = [vlan]
            faults.transient = mayPass
            try world.refuse(faults)
        case .repairDevice: try repair()
        case .privilege(let partner, let isValid): try changePrivilege(partner, isValid)
        case .expire(let slot): try bill(slot, isPaid: false)
        case .renew(let slot): try bill(slot, isPaid: true)
        case .lock(let account, let isLocked): try lock(account, isLocked)
        }
        countCircuits()
        try lookAround()
        if rounds % 16 == 0 { try lookEverywhere() }
    }

    private func pass(_ time: Duration) throws {
        world.clock.advance(by: time)
        let now = world.clock.now()
        try world.settle()
        for slot in live.sorted() {
            guard let port = ports[slot] else { continue }
            try judge(slot, after: "time has passed", among: port.later(now, ground))
        }
    }

    private func repair() throws {
        faults = Ground.Faults()
        try world.refuse(DeviceFaults())
        let behind = live.filter { ports[$0]?.device.isBehind == true }
        try give(behind.map { Item(slot: $0, deed: .partner(.askDevice), by: .staff) }, [])
    }

    private func changePrivilege(_ partner: Int, _ isValid: Bool) throws {
        let now = world.clock.now()
        let account = World.partners[partner]
        var input = PrivilegeApplicationInput(for: account, dayFrom: now, reason: "200 Mbit/s")
        if !isValid { input.applied = .invalid }
        try world.partner.ok(PartnerCommand(.applyForPrivileges([input]), by: .account(account)))
        privileges[partner] = isValid ? now + .seconds(86_400) : now
        try world.settle()
    }

    private func bill(_ slot: Int, isPaid: Bool) throws {
        guard var port = ports[slot], !port.isEnded, port.money.settled > 0 else { return }
        let subscription = SubscriptionID(of: port.id)
        try world.billing.ok(BillingCommand(isPaid ? .renew(subscription) : .expire(subscription), by: World.staff))
        port.expiredAt = isPaid ? nil : port.expiredAt ?? world.clock.now()
        try world.settle()
        port.follow(ground)
        note(slot, isPaid ? "renewed" : "expired")
        try judge(slot, after: isPaid ? "its renewal" : "its expiry", among: [port])
    }

    private func lock(_ account: AccountID, _ isLocked: Bool) throws {
        try world.billing.ok(BillingCommand(.lock(account, isLocked), by: World.staff))
        if isLocked { locked.insert(account) } else { locked.remove(account) }
        try world.settle()
        for slot in live.sorted() {
            guard var port = ports[slot], port.payingAccount == account else { continue }
            port.isLocked = isLocked
            port.follow(ground)
            note(slot, isLocked ? "locked" : "unlocked")
            try judge(slot, after: "the lock", among: [port])
        }
    }

    // MARK: Commands

    /// A command that was given, with what came of it.
    struct Given {
        var item: Item
        var ground: Ground
        var answer = Answer.done
        var body: [UInt8] = []
        /// What the model answers a command that meets nothing else.
        var expected: Answer?
    }

    private func give(_ items: [Item], _ gaps: [[Round.Work]]) throws {
        var given: [Given] = []
        var held = circuits
        for phase in 0...(items.map(\.phase).max() ?? 0) {
            if phase > 0 {
                for work in phase <= gaps.count ? gaps[phase - 1] : [] { try carryOut(work) }
            }
            try givePartner(items.filter { $0.phase == phase && $0.isPartners }, &given, &held)
            try giveTenant(items.filter { $0.phase == phase && !$0.isPartners }, &given)
        }
        do {
            try world.settle()
        } catch is World.Unrest {
            throw Disagreement(slot: items.first?.slot, what: ["the services do not come to rest"])
        }
        self.given = given
        steps += items.count
        for (slot, ofSlot) in Dictionary(grouping: given, by: \.item.slot).sorted(by: { $0.key < $1.key }) { try judge(slot, ofSlot) }
    }

    /// What the circuits have given away follows from their ports.
    private func countCircuits() {
        for place in circuits.indices { circuits[place].held.removeAll(keepingCapacity: true) }
        for slot in live {
            if let port = ports[slot] { circuits[port.circuit].hold(port, slot) }
        }
    }

    private func carryOut(_ work: Round.Work) throws {
        switch work {
        case .turn(let who, let limit): try world.turn(who, perPartition: limit)
        case .restart(let who):
            try world.restart(who)
            eyes = try Eyes(world)
        }
    }

    private func caller(_ item: Item, _ owner: AccountID) -> Caller {
        switch item.by {
        case .owner: .account(owner)
        case .staff: World.staff
        case .other(let account): .account(account)
        }
    }

    private func givePartner(_ items: [Item], _ given: inout [Given], _ held: inout [CircuitModel]) throws {
        var commands: [PartnerCommand] = []
        var mine: [Given] = []
        for item in items {
            var entry = Given(item: item, ground: ground)
            switch item.deed {
            case .offer(let offer):
                let owner = World.partners[World.circuits[offer.circuit ?? 0].partner]
                commands.append(world.command(offer, by: caller(item, owner)))
                entry.expected = judgeOffer(offer, item.by, held)
                if entry.expected == .done, let circuit = offer.circuit, let vlan = offer.vlan, let bandwidth = offer.bandwidth {
                    held[circuit].held[vlan] = CircuitModel.Place(port: item.slot, bandwidth: bandwidth)
                }
            case .partner(let act):
                guard let port = ports[item.slot] else { continue }
                commands.append(World.command(act, on: port, by: caller(item, port.partner)))
                entry.ground.hasPrivilege = hasPrivilege(port.partner)
                entry.ground.objection = objection(to: act, port, item.slot, held)
                hold(act, item, port, entry.ground, &held)
            case .tenant: continue
            }
            mine.append(entry)
        }
        guard !commands.isEmpty else { return }
        for (place, answer) in try world.partner.answers(commands, crossing: true).enumerated() { try mine[place].take(answer) }
        given += mine
    }

    private func giveTenant(_ items: [Item], _ given: inout [Given]) throws {
        var commands: [TenantCommand] = []
        var mine: [Given] = []
        for item in items {
            guard case .tenant(let act) = item.deed, let port = ports[item.slot] else { continue }
            commands.append(World.command(act, on: port, by: caller(item, port.tenant)))
            mine.append(Given(item: item, ground: ground))
        }
        guard !commands.isEmpty else { return }
        for (place, answer) in try world.tenant.answers(commands, crossing: true).enumerated() { try mine[place].take(answer) }
        given += mine
    }

    private func hasPrivilege(_ partner: AccountID) -> Bool {
        World.partners.firstIndex(of: partner).map { world.clock.now() < privileges[$0] } ?? false
    }

    // MARK: Circuits

    /// What the circuit says to a change of one of its ports.
    private func objection(to act: PartnerAct, _ port: PortModel, _ slot: Int, _ held: [CircuitModel]) -> RefusalCode? {
        switch act {
        case .changeVLAN(let vlan?): held[port.circuit].objection(to: vlan, for: slot)
        case .changeBandwidth(let wide?) where wide > port.bandwidth:
            held[port.circuit].objection(toMore: wide - port.bandwidth)
        default: nil
        }
    }

    /// What a command takes of its circuit, or gives back, before anybody else works.
    private func hold(_ act: PartnerAct, _ item: Item, _ port: PortModel, _ ground: Ground, _ held: inout [CircuitModel]) {
        // A change that has begun before keeps others off the port.
        let place = held[port.circuit].held[port.vlan]
        let isChanging = held[port.circuit].held.count { $0.value.port == item.slot } != 1 || place?.bandwidth != port.held
        guard item.by.mayActFor(port.partner), port.change != nil || !isChanging else { return }
        var after = port
        guard after.partner(act, ground) == .done else { return }
        switch act {
        case .withdraw where after.isEnded: held[port.circuit].release(item.slot)
        case .changeVLAN(let vlan?) where vlan != port.vlan:
            held[port.circuit].held[vlan] = CircuitModel.Place(port: item.slot, bandwidth: 0)
        case .changeBandwidth(let wide?) where wide > port.bandwidth: held[port.circuit].held[port.vlan]?.bandwidth = wide
        default: break
        }
    }

    /// The order of A-10.
    private func judgeOffer(_ offer: OfferShape, _ giver: Item.Giver, _ held: [CircuitModel]) -> Answer {
        guard offer.tenant.isSet else { return .refused(.missingField) }
        guard let place = offer.circuit, giver.mayActFor(held[place].partner) else { return .refused(.notFound) }
        if offer.tenant == World.distantTenant { return .refused(.crossSite) }
        guard World.tenants.contains(offer.tenant) else { return .refused(.accountUnknown) }
        guard hasPrivilege(held[place].partner) else { return .refused(.privilegeExpired) }
        guard let vlan = offer.vlan else { return .refused(.missingField) }
        guard vlan <= 2999 else { return .refused(.invalidValue) }
        guard let bandwidth = offer.bandwidth else { return .refused(.missingField) }
        guard Ground.offered.contains(bandwidth) else { return .refused(.bandwidthNotOffered) }
        if offer.hasTags, offer.payer == .tenant { return .refused(.tagsBelongToPayer) }
        if let objection = held[place].objection(to: vlan, bandwidth) { return .refused(objection) }
        return .done
    }

    // MARK: Judging

    func note(_ slot: Int, _ text: String) { diary[slot, default: []].append("round \(rounds): \(text)") }

    private func judge(_ slot: Int, _ given: [Given]) throws {
        for entry in given {
            note(slot, "\(entry.item.text): \(entry.answer)")
            tally["\(entry.item.name): \(entry.answer)", default: 0] += 1
        }
        if given.count == 1, case .offer(let offer) = given[0].item.deed { return try judge(slot, offer, given[0]) }
        guard let before = ports[slot] else { return }
        try judge(slot, after: "\(given.count) commands", among: given.count == 1 ? try atRest(before, given[0]) : crossing(before, given))
        try checkLines(slot, given)
    }

    private func judge(_ slot: Int, _ offer: OfferShape, _ entry: Given) throws {
        guard entry.answer == entry.expected else {
            throw Disagreement(slot: slot, what: ["answered \(entry.answer) instead of \(entry.expected ?? .done)"])
        }
        guard entry.answer == .done, let circuit = offer.circuit, let vlan = offer.vlan, let bandwidth = offer.bandwidth else { return }
        var port = PortModel(
            id: try PortView(json: entry.body).portID, circuit: circuit, partner: World.partners[World.circuits[circuit].partner],
            tenant: offer.tenant, payer: offer.payer, vlan: vlan, bandwidth: bandwidth)
        port.isLocked = locked.contains(port.payingAccount)
        port.lapsesAt = policy.lifetime.map { entry.ground.now + $0 }
        if port.payer == .partner { port.payForPort(entry.ground) }
        live.append(slot)
        try judge(slot, after: "the offer", among: [port])
    }

    /// What one command at rest may come to.
    private func atRest(_ before: PortModel, _ entry: Given) throws -> [PortModel] {
        var after = before
        let answer = try entry.apply(to: &after)
        guard answer == entry.answer else {
            throw Disagreement(slot: slot(of: before.id), what: ["answered \(entry.answer) instead of \(answer)"])
        }
        return [after]
    }

    private func slot(of id: PortID) -> Int? { ports.first { $0.value.id == id }?.key }

    /// Takes over the state among the allowed ones that the services show.
    func judge(_ slot: Int, after what: String, among allowed: [PortModel]) throws {
        guard let first = allowed.first else { return }
        let sight = try eyes.sight(of: first.id, first)
        guard let port = allowed.first(where: { Sight($0) == sight }) else {
            let nearest = allowed.map { sight.differences(to: Sight($0)) }.min { $0.count < $1.count } ?? []
            throw Disagreement(slot: slot, what: ["after \(what), nearest of \(allowed.count) allowed states:"] + nearest)
        }
        if port.isStopped, try eyes.passes(port.id) { throw Disagreement(slot: slot, what: ["traffic passes after \(what)"]) }
        ports[slot] = port
        guard port.isEnded, let place = live.firstIndex(of: slot) else { return }
        live.remove(at: place)
        ended.append(slot)
        if ended.count > 4 { ended.removeFirst() }
    }

    /// Histories only grow, and refusals stand in them.
    private func checkLines(_ slot: Int, _ given: [Given]) throws {
        guard let port = ports[slot] else { return }
        let now = try eyes.newestLines(of: port.id)
        let before = lines[slot] ?? [0, 0]
        lines[slot] = now
        for side in 0...1 {
            let isRefused = given.contains { entry in
                guard case .refused(let code) = entry.answer else { return false }
                return code != .notFound && entry.item.isPartners == (side == 0)
            }
            guard isRefused ? now[side] > before[side] : now[side] >= before[side] else {
                throw Disagreement(slot: slot, what: ["the history on side \(side) goes from line \(before[side]) to \(now[side])"])
            }
        }
    }

    // MARK: Looking

    private func lookAround() throws {
        let troubles = eyes.troubles()
        guard troubles.isEmpty else { throw Disagreement(slot: nil, what: troubles + (try eyes.deadLetters())) }
        let slots = Dictionary(uniqueKeysWithValues: live.compactMap { slot in ports[slot].map { ($0.id, slot) } })
        let allocation = try eyes.allocation(slots)
        for (place, circuit) in circuits.enumerated() {
            let sums = [Int64(circuit.allocated), Int64(circuit.connections), circuit.held[0] == nil ? 0 : 1]
            guard circuit.allocated <= circuit.capacity, allocation.held[place] == circuit.held, allocation.sums[place] == sums else {
                let odd = Set(allocation.held[place].values.map(\.port)).symmetricDifference(circuit.held.values.map(\.port)).first
                let other = circuit.held.first { allocation.held[place][$0.key] != $0.value }?.value.port
                throw Disagreement(
                    slot: odd ?? other,
                    what: [
                        "circuit \(place): \(allocation.held[place]) with sums \(allocation.sums[place])",
                        "instead of \(circuit.held) with sums \(sums)",
                    ])
            }
        }
        let changing = Int64(live.count { ports[$0]?.change != nil })
        let sagas = try eyes.sagasUnderWay()
        guard sagas == changing else { throw Disagreement(slot: nil, what: ["\(sagas) sagas are under way instead of \(changing)"]) }
    }

    /// Nothing has changed that was left alone, and nobody sees what is not his.
    private func lookEverywhere() throws {
        for slot in live + ended {
            guard let port = ports[slot] else { continue }
            try judge(slot, after: "nothing", among: [port])
            let others = [World.stranger] + (World.partners + World.tenants).filter { $0 != port.partner && $0 != port.tenant }
            for account in others where try eyes.isSeen(port.id, by: account) {
                throw Disagreement(slot: slot, what: ["\(account) sees it"])
            }
        }
    }

    /// Each history tells a whole life.
    func checkHistories() throws {
        for (slot, port) in ports {
            for history in try eyes.histories(of: port.id) {
                let actions = history.items.map(\.action)
                let isOnce = ["activated", "refunded"].allSatisfy { action in actions.count(where: { $0 == action }) <= 1 }
                guard actions.first == "offered", isOnce, actions.contains("deleted") == (port.acceptance == .deleted) else {
                    throw Disagreement(slot: slot, what: ["its history is \(actions)"])
                }
            }
        }
    }
}

extension Item.Giver {
    func mayActFor(_ account: AccountID) -> Bool {
        switch self {
        case .owner, .staff: true
        case .other(let other): other == account
        }
    }
}

extension Item {
    /// The command in a line, for reports.
    var text: String {
        let act: String =
            switch deed {
            case .offer(let offer): "partner: \(offer)"
            case .partner(let act): "partner: \(act)"
            case .tenant(let act): "tenant: \(act)"
            }
        return "\(act)\(by == .owner ? "" : " by \(by)")\(phase == 0 ? "" : " in phase \(phase)")"
    }

    /// The command without its arguments.
    var name: String { String(text.prefix { $0 != "(" }) }
}

extension Walk.Given {
    mutating func take(_ given: CommandAnswer) throws {
        body = given.body
        guard given.status >= 400 else { return }
        let code = try ErrorBody(json: given.body).error?.code ?? ""
        answer = .refused(RefusalCode(rawValue: code) ?? .internalError)
    }

    /// Has the model do the same.
    func apply(to port: inout PortModel, isLate: Bool = false) throws -> Answer {
        var ground = ground
        ground.isLate = isLate
        let before = port
        let answer: Answer
        switch item.deed {
        case .offer: return .done
        case .partner(let act):
            guard item.by.mayActFor(port.partner) else { return .refused(.notFound) }
            answer = port.partner(act, ground)
        case .tenant(let act):
            guard item.by.mayActFor(port.tenant) else { return .refused(.notFound) }
            answer = port.tenant(act, ground)
        }
        if port.wishes.count > before.wishes.count, self.answer == .done {
            port.wishes[port.wishes.count - 1].id = try RequestView(json: body).requestID
        }
        if port.router?.id == VBRID.none, self.answer == .done {
            let id = try VBRView(json: body).vbrID
            port.router?.id = id
            port.lastVBR = id
        }
        return answer
    }
}
