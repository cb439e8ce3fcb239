import HostedConnection
import Messaging
import PartnerDomain
import Schema
import ServiceKit

/// Judges a service's answers by the pure rules: the same commands, one after the other, on a circuit of its own.
///
/// The order is the service's: the ids in the answers' headers. That it is the order in which things happened is checked by the
/// clients' clocks: no command stands before another one that was answered before it was sent. Answers that the rules give in
/// such an order are answers of one service that does one thing at a time, whatever goes on inside.
struct OfferReferee {
    /// A command with all answers that were given to it: repeated requests get the first one's.
    private struct Case {
        var exchange: Exchange
        var repetitions: [Exchange] = []

        var sentAt: MonotonicInstant { repetitions.reduce(exchange.sentAt) { min($0, $1.sentAt) } }
        var receivedAt: MonotonicInstant { repetitions.reduce(exchange.receivedAt) { min($0, $1.receivedAt) } }
    }

    private let accounts: [AccountID: KnownAccount]
    private let carrier: AccountID
    private let rival: AccountID
    private let now: Instant

    private(set) var circuit: Circuit
    /// The ports that the rules have let through, by VLAN.
    private(set) var ports: [VLANID: PortView] = [:]
    /// What the circuit has allocated with 0, 1, 2 … connections.
    private(set) var allocated: [UInt32] = [0]
    /// Refusals that were carried out, not rehearsed, by code.
    private(set) var refused: [RefusalCode: Int] = [:]
    private(set) var rehearsals = 0
    private(set) var repetitions = 0
    /// What is not as the rules have it.
    private(set) var faults: [String] = []

    init(_ view: CircuitView, accounts: [KnownAccount], carrier: AccountID, rival: AccountID, now: Instant) {
        circuit = Circuit(
            id: view.circuitID, partner: view.partnerAccountID, name: view.name, region: view.region, accessPoint: view.accessPoint,
            capacity: Bandwidth(megabitsPerSecond: view.bandwidthMbps), isDeployed: view.deployed, registeredAt: now)
        self.accounts = Dictionary(accounts.map { ($0.id, $0) }) { first, _ in first }
        self.carrier = carrier
        self.rival = rival
        self.now = now
    }

    mutating func judge(_ exchanges: [Exchange]) {
        let cases = inOrder(exchanges)
        checkClocks(cases)
        for one in cases { judge(one.exchange) }
    }

    // MARK: The order

    private mutating func inOrder(_ exchanges: [Exchange]) -> [Case] {
        var cases: [CommandID: Case] = [:]
        var keys: [String: CommandID] = [:]
        for exchange in exchanges {
            guard exchange.command.isSet else {
                faults.append("no command in the answer \(exchange.status): \(exchange.text)")
                continue
            }
            if let key = exchange.offer.idempotencyKey, let other = keys.updateValue(exchange.command, forKey: key),
                other != exchange.command
            {
                faults.append("\(key) was carried out as \(other) and as \(exchange.command)")
            }
            guard let first = cases[exchange.command]?.exchange else {
                cases[exchange.command] = Case(exchange: exchange)
                continue
            }
            let isRepetition = exchange.offer.idempotencyKey != nil && exchange.offer.idempotencyKey == first.offer.idempotencyKey
            if !isRepetition || exchange.status != first.status || exchange.body != first.body {
                faults.append("\(exchange.command) was answered \(first.text) and \(exchange.text)")
            }
            cases[exchange.command]?.repetitions.append(exchange)
            repetitions += 1
        }
        return cases.sorted { $0.key < $1.key }.map(\.value)
    }

    private mutating func checkClocks(_ cases: [Case]) {
        var latestSending: MonotonicInstant?
        for one in cases {
            if let latestSending, one.receivedAt < latestSending {
                faults.append("\(one.exchange.command) was answered before one that stands before it was sent")
            }
            latestSending = max(latestSending ?? one.sentAt, one.sentAt)
        }
    }

    // MARK: The rules

    private mutating func judge(_ exchange: Exchange) {
        var after = circuit
        do throws(Refusal) {
            let checked = try check(exchange.offer)
            try after.allocate(vlan: checked.vlan, bandwidth: checked.bandwidth, holder: ports[checked.vlan]?.connectionID)
            accept(exchange, checked, after)
        } catch {
            if exchange.status != Int(error.status) || exchange.error != error.detail {
                faults.append("\(exchange.command) was answered \(exchange.status) \(exchange.text) instead of \(error)")
            }
            if !exchange.offer.isDryRun { refused[error.code, default: 0] += 1 }
        }
        if exchange.offer.isDryRun { rehearsals += 1 }
    }

    private func check(_ offer: PlannedOffer) throws(Refusal) -> CheckedOffer {
        let input = offer.input
        let isRival = offer.sender == .rival
        let wanted = Offer(
            circuit: input.circuitID, tenant: input.tenantAccountID, vlan: input.vlanID, bandwidthMbps: input.bandwidthMbps,
            payer: input.payer == .partner ? .partner : .tenant, name: input.name)
        let window = PrivilegeWindow(effective: now - .seconds(1), expires: now + .seconds(1))
        let ground = OfferGround(
            partner: accounts[isRival ? rival : carrier], circuit: isRival ? nil : circuit, tenant: accounts[input.tenantAccountID],
            privilege: isRival ? nil : Privilege(account: carrier, application: .none, window: window))
        return try OfferRules.check(wanted, on: ground, policy: .standard, now: now)
    }

    private mutating func accept(_ exchange: Exchange, _ checked: CheckedOffer, _ after: Circuit) {
        guard exchange.status == 201, let view = try? PortView(json: exchange.body), isRight(view, checked) else {
            faults.append("\(exchange.command) was answered \(exchange.status) \(exchange.text) instead of a port as it was asked for")
            return
        }
        guard !exchange.offer.isDryRun else { return }
        circuit = after
        ports[checked.vlan] = view
        allocated.append(after.allocated)
    }

    private func isRight(_ view: PortView, _ checked: CheckedOffer) -> Bool {
        let isPaidByPartner = checked.offer.payer == .partner
        return view.portID.isSet && view.circuitID == circuit.id && view.partnerAccountID == carrier
            && view.tenantAccountID == checked.offer.tenant && view.vlanID == UInt32(checked.vlan.number)
            && view.bandwidthMbps == checked.bandwidth.megabitsPerSecond && view.payer == (isPaidByPartner ? .partner : .tenant)
            && view.status == "Hosted" && view.subscriptionID.isSet == isPaidByPartner
    }
}
