import HostedConnection
import Schema

/// What a rule decided about a port, whichever side's.
protocol PortDecision: Equatable {
    associatedtype Port: PaidPort
    var port: Port { get }
    init(_ port: Port)
}

/// What can be asked of a port on one side: a row of the table. The raw value is the row's name: words of our own for a request
/// of the API, the message's name, and how it ended where that matters, for a message. A new command is a case and a line in
/// `decide`; a request has one in `row(of:)` too.
protocol StateCommand: CaseIterable, RawRepresentable<String> {
    associatedtype Decision: PortDecision

    /// The hundreds of the numbers of the messages that this side reads.
    static var topics: Set<UInt16> { get }
    /// Messages read there that move no port that is there already.
    static var withoutRow: Set<MessageType> { get }

    static func port(in situation: Situation, payer: PayingParty) -> Decision.Port
    /// Runs the rule.
    func decide(_ port: Decision.Port) throws(Refusal) -> Decision
}

extension StateCommand {
    /// The message that this is; nil for a request of the API.
    var message: MessageType? {
        MessageType.allCases.first { $0.fullName.split(separator: ".").last == rawValue.split(separator: ":").first }
    }

    func answer(in situation: Situation, payer: PayingParty) -> Answer {
        let port = Self.port(in: situation, payer: payer)
        if let message, message.hundreds == 6 {
            // As the services do before a rule is asked.
            guard port.chargedAccount != nil else { return .passedOver }
            guard port.subscription.id.isSet || message.isAboutAccount else { return .waits }
        }
        do throws(Refusal) {
            let decision = try decide(port)
            return decision == Decision(port) ? .unchanged : .moved(Self.moves(from: port, to: decision.port))
        } catch {
            return .refused(error.code)
        }
    }

    private static func moves(from before: Decision.Port, to after: Decision.Port) -> [String] {
        func move(_ axis: String, _ name: (Decision.Port) -> String) -> String? {
            name(before) == name(after) ? nil : "\(axis) \(name(after))"
        }
        return [
            move("acceptance") { $0.axes.acceptance.name }, move("service") { $0.axes.service.name },
            move("billing") { $0.axes.billing.name }, move("VBR") { $0.axes.association.name },
            move("charge") { $0.subscription.charge.name },
        ].compactMap(\.self)
    }
}

extension MessageType {
    /// The topic, as its number says it.
    var hundreds: UInt16 { rawValue / 100 }

    /// Whether billing tells it of an account, and not of a subscription.
    var isAboutAccount: Bool { self == .accountLocked || self == .accountUnlocked }
}

/// What a command comes to in a state.
enum Answer: Equatable {
    /// Carried out; the axes that moved, by their new states.
    case moved([String])
    /// Known already: nothing changes and nothing is sent.
    case unchanged
    case refused(RefusalCode)
    /// Billing speaks of an account that this side does not charge for the port.
    case passedOver
    /// Billing speaks of a subscription that is not known yet.
    case waits

    var text: String {
        switch self {
        case .moved(let axes): axes.isEmpty ? "done" : "→ \(axes.joined(separator: ", "))"
        case .unchanged: "no change"
        case .refused(let code): "`\(code.rawValue)`"
        case .passedOver: "passed over"
        case .waits: "waits"
        }
    }
}
