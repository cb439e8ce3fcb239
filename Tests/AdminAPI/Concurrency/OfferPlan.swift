import HostedConnection
import Schema
import ServiceKit

/// Random offers on one circuit, from a seed.
struct OfferPlan {
    static let rates: [UInt32] = [50, 100, 200, 300, 400, 500, 1_000]

    private var random: SeededRandom
    let tenants: [AccountID]
    /// Tenants to whom the circuit's carrier can't offer anything: on another site, or not there.
    let strangers: [AccountID]

    init(seed: UInt64, tenants: [AccountID], strangers: [AccountID]) {
        random = SeededRandom(seed: seed)
        self.tenants = tenants
        self.strangers = strangers
    }

    /// What each client sends: `count` offers in all, one in fifty of them with the key and the body of another, and besides
    /// these `rehearsals` dry runs.
    ///
    /// Each client begins with an offer of a VLAN that nothing else is wrong with: the circuit has a connection when the first
    /// offer of VLAN 0 comes, and stays open to VLANs.
    mutating func queues(on circuit: CircuitID, clients: Int, count: Int, rehearsals: Int) -> [[PlannedOffer]] {
        var queues = [[PlannedOffer]](repeating: [], count: clients)
        let repeated = count / 50
        for number in 0..<(count - repeated) {
            var offer =
                number < clients
                ? PlannedOffer(input: offer(on: circuit, vlan: anyVLAN()))
                : PlannedOffer(input: anyOffer(on: circuit), sender: anySender())
            if number < repeated { offer.idempotencyKey = "order-\(number)" }
            queues[number % clients].append(offer)
        }
        for client in queues.indices { queues[client][1...].shuffle(using: &random) }
        // At about the same time as the first, from any client.
        let repetitions = queues.flatMap { queue in queue.enumerated().filter { $0.element.idempotencyKey != nil } }
        for (place, offer) in repetitions { insert(offer, at: place + 1, into: &queues) }
        for _ in 0..<rehearsals {
            let offer = PlannedOffer(input: anyOffer(on: circuit), sender: anySender(), isDryRun: true)
            insert(offer, at: Int.random(in: 1...(count / clients), using: &random), into: &queues)
        }
        return queues
    }

    private mutating func insert(_ offer: PlannedOffer, at place: Int, into queues: inout [[PlannedOffer]]) {
        let client = Int.random(in: queues.indices, using: &random)
        queues[client].insert(offer, at: min(place, queues[client].count))
    }

    /// An offer on a circuit for which VLAN 0 and a few VLANs compete.
    mutating func rivalling(on circuit: CircuitID) -> PlannedOffer {
        let vlan: UInt32 = Bool.random(using: &random) ? 0 : UInt32.random(in: 1...3, using: &random)
        return PlannedOffer(input: offer(on: circuit, vlan: vlan), sender: Bool.random(using: &random) ? .staff : .carrier)
    }

    private mutating func anyVLAN() -> UInt32 { UInt32.random(in: 1...2_999, using: &random) }

    private mutating func anyOffer(on circuit: CircuitID) -> OfferInput {
        var input = offer(on: circuit, vlan: anyVLAN())
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<3: input.vlanID = 0
        case 3: input.vlanID = UInt32.random(in: 3_000...4_094, using: &random)
        case 4: input.bandwidthMbps = 150
        case 5: input.tenantAccountID = strangers[Int.random(in: strangers.indices, using: &random)]
        default: break
        }
        return input
    }

    private mutating func offer(on circuit: CircuitID, vlan: UInt32) -> OfferInput {
        OfferInput(
            circuitID: circuit, tenantAccountID: tenants[Int.random(in: tenants.indices, using: &random)], vlanID: vlan,
            bandwidthMbps: Self.rates[Int.random(in: Self.rates.indices, using: &random)],
            payer: Bool.random(using: &random) ? .partner : .tenant, name: "port \(vlan)")
    }

    private mutating func anySender() -> PlannedOffer.Sender {
        switch Int.random(in: 0..<100, using: &random) {
        case 0: .rival
        case 1..<50: .carrier
        default: .staff
        }
    }
}
