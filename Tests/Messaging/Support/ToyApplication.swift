import HostedConnection
import Messaging
import Schema
import Store

/// Which of the two sides a toy service plays.
enum Side: CaseIterable {
    case partner
    case tenant

    var source: String { self == .partner ? "partner-service" : "tenant-service" }
    var other: Side { self == .partner ? .tenant : .partner }
    var outgoing: Topic { self == .partner ? .partner : .tenant }
    var incoming: Topic { other.outgoing }
    var deadLetters: Topic { self == .partner ? .partnerDeadLetters : .tenantDeadLetters }
}

/// What a toy is told to do.
enum ToyCommand: Sendable {
    /// Sends one numbered message on the connection; its name tells the receiver what to do with it.
    case send(PortID, name: String)
    /// Items of a bulk call, each kept apart; answers how many were carried out, or refuses the whole at the end.
    case bulk([ToyItem], refusesAtLast: Bool)
    case know(AccountID)
    case subscribe(SubscriptionID)
    case arm(TimerKey, Instant)
    case disarm(TimerKey)
    /// Sends, then refuses.
    case refuseAfterSending(PortID)
}

struct ToyItem: Sendable {
    var port: PortID
    var label: String
}

/// A service without rules of its own: it numbers what it sends, notes what it handles, and does what a message's name says.
final class ToyApplication: EngineApplication {
    let side: Side
    let rows: RowCache<ToyRow>
    let facts: RowCache<ToyFact>
    /// Refuses messages named `moody` while set.
    var isMoody = true
    private(set) var fired: [TimerKey] = []

    static let heldAccount = AccountID(number: 1_000_000_000_000_001)
    static let timerOwner: UInt128 = 77

    init(_ side: Side, _ connection: any StoreConnection) throws(StoreError) {
        self.side = side
        rows = try RowCache(connection)
        facts = try RowCache(connection)
    }

    var source: String { side.source }
    var topics: [Topic: TopicRole] {
        [side.incoming: .channels(source: side.other.source), .billingEvents: .foreign]
    }
    var deadLetterTopic: Topic? { side.deadLetters }

    func handled(_ channel: ChannelKey) throws(StoreError) -> ChannelPosition {
        try rows.row(channel.connection.bits)?.channel.handled ?? .beginning
    }

    func advance(_ channel: ChannelKey, to position: ChannelPosition) throws(StoreError) -> Bool {
        try rows.change(channel.connection.bits) { $0.channel.handled = position } != nil
    }

    func concerns(_ message: InboundMessage) throws(StepFailure) -> Bool {
        guard message.type == .chargeSettled else { return true }
        return try message.decode(ChargeSettled.self).payerAccountID == Self.heldAccount
    }

    func handle(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        switch message.type {
        case .portOffered: try handle(try message.decode(PortOffered.self), step)
        case .chargeSettled: try handle(try message.decode(ChargeSettled.self))
        default: throw .refused(Refusal(.contradictsState, "a toy does not handle \(message.type.fullName)"))
        }
    }

    private func handle(_ offer: PortOffered, _ step: Step) throws(StepFailure) {
        if offer.tenantAccountID.isSet {
            let key = ID128(UInt128(offer.tenantAccountID.number))
            if try stored({ () throws(StoreError) in try facts.row(key) }) == nil { throw .waiting(.account(offer.tenantAccountID)) }
        }
        let words = offer.name.split(separator: ":").map(String.init)
        var row = try stored { () throws(StoreError) in try rows.row(offer.portID.bits) } ?? ToyRow(id: offer.portID.bits)
        let isNew = try stored { () throws(StoreError) in try rows.row(offer.portID.bits) } == nil
        switch words.first ?? "" {
        case "refuse":
            send("leaked", on: &row, step)
            step.arm(TimerKey(owner: row.id, name: 9), due: step.now)
            throw .refused(Refusal(.contradictsState, "refused as told"))
        case "moody" where isMoody: throw .refused(Refusal(.contradictsState, "in a mood"))
        case "orphan":
            send("leaked", on: &row, step)
            return
        case "label": row.label = words[1]
        case "reply": send("", on: &row, step)
        case "arm": step.arm(TimerKey(owner: row.id, name: 1), due: step.now + .seconds(Int(words[1]) ?? 0))
        case "disarm": step.disarm(TimerKey(owner: row.id, name: 1))
        default: break
        }
        row.note(offer.bandwidthMbps)
        try keep(row, isNew: isNew)
    }

    private func handle(_ charge: ChargeSettled) throws(StepFailure) {
        if charge.amountMinor == -1, isMoody { throw .refused(Refusal(.invalidValue, "an amount is not negative")) }
        let counted: Void? = try stored { () throws(StoreError) in try facts.change(charge.subscriptionID.bits) { $0.number += 1 } }
        if counted == nil { throw .waiting(.subscription(charge.subscriptionID)) }
    }

    func execute(_ command: ToyCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        var count = 1
        switch command {
        case .send(let port, let name): try send(name, about: port, step)
        case .bulk(let items, let refusesAtLast):
            count = 0
            for item in items {
                do throws(StepFailure) {
                    try step.attempt { () throws(StepFailure) in try carryOut(item, step) }
                    count += 1
                } catch {
                    if case .store = error { throw error }
                }
            }
            if refusesAtLast { throw .refused(Refusal(.contradictsState, "refused at last")) }
        case .know(let account): try know(ID128(UInt128(account.number)), step, .account(account))
        case .subscribe(let subscription): try know(subscription.bits, step, .subscription(subscription))
        case .arm(let timer, let due): step.arm(timer, due: due)
        case .disarm(let timer): step.disarm(timer)
        case .refuseAfterSending(let port):
            try send("leaked", about: port, step)
            throw .refused(Refusal(.contradictsState, "refused as told"))
        }
        return CommandAnswer(status: 200, body: Array("\(count)".utf8))
    }

    private func carryOut(_ item: ToyItem, _ step: Step) throws(StepFailure) {
        if item.label == "refuse" { throw .refused(Refusal(.invalidValue, "refused as told")) }
        try send("", about: item.port, step)
        _ = try stored { () throws(StoreError) in try rows.change(item.port.bits) { $0.label = item.label } }
    }

    private func know(_ id: ID128, _ step: Step, _ key: WaitKey) throws(StepFailure) {
        try stored { () throws(StoreError) in
            if try facts.row(id) == nil { try facts.insert(ToyFact(id: id, number: 0)) }
        }
        step.release(key)
    }

    private func send(_ name: String, about port: PortID, _ step: Step) throws(StepFailure) {
        let known = try stored { () throws(StoreError) in try rows.row(port.bits) }
        var row = known ?? ToyRow(id: port.bits)
        send(name, on: &row, step)
        // A handler that throws has changed nothing.
        if name != "leaked" { try keep(row, isNew: known == nil) }
    }

    private func send(_ name: String, on row: inout ToyRow, _ step: Step) {
        var offer = PortOffered()
        offer.portID = PortID(bits: row.id)
        offer.connectionID = ConnectionID(offer.portID)
        offer.name = name
        if name.hasPrefix("account:") { offer.tenantAccountID = AccountID(String(name.dropFirst(8))) ?? .none }
        offer.bandwidthMbps = UInt32(row.channel.sent.sequence + 1)
        step.send(offer, on: side.outgoing, about: offer.connectionID, channel: &row.channel)
    }

    private func keep(_ row: ToyRow, isNew: Bool) throws(StepFailure) {
        try stored { () throws(StoreError) in
            if isNew { try rows.insert(row) } else { try rows.replace(row) }
        }
    }

    func fire(_ timer: TimerKey, _ step: Step) throws(StepFailure) {
        switch timer.name {
        // Takes its neighbour back.
        case 2: step.disarm(TimerKey(owner: timer.owner, name: 3))
        // Releases an account.
        case 4: try know(ID128(UInt128(Self.heldAccount.number)), step, .account(Self.heldAccount))
        // Waits for an account.
        case 5 where try stored({ () throws(StoreError) in try facts.row(ID128(UInt128(Self.heldAccount.number))) }) == nil:
            throw .waiting(.account(Self.heldAccount))
        // Breaks a rule of the schema if someone else has the label.
        case 6: _ = try stored { () throws(StoreError) in try rows.change(timer.owner) { $0.label = "x" } }
        // A rule says no.
        case 7: throw .refused(Refusal(.contradictsState, "too late"))
        default: break
        }
        fired.append(timer)
        _ = try stored { () throws(StoreError) in try rows.change(timer.owner) { $0.fired += 1 } }
    }

    func flush() throws(StoreError) {
        try rows.flush()
        try facts.flush()
    }

    func discard() {
        rows.clear()
        facts.clear()
    }
}
