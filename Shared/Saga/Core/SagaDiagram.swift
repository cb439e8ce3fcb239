/// Mermaid's sequence diagrams of sagas.
public struct SagaDiagram {
    private var lines = ["sequenceDiagram"]
    private let saga: String
    private let parties: [String]

    /// - Parameter definition: the first participant is the saga itself, then come the parties in the order of the steps.
    private init(_ definition: SagaDefinition) {
        saga = definition.version.name
        var parties: [String] = []
        for step in definition.steps where !parties.contains(step.party) { parties.append(step.party) }
        self.parties = parties
        lines.append("    participant saga as \(Self.plain(saga))")
        for (number, party) in parties.enumerated() { lines.append("    participant p\(number + 1) as \(Self.plain(party))") }
    }

    /// A definition: the steps, and the way back from the last of them.
    public static func text(_ definition: SagaDefinition) -> String {
        var diagram = SagaDiagram(definition)
        for step in definition.steps { diagram.draw(step) }
        let undone = definition.steps.reversed().filter { $0.undo != nil }
        if !undone.isEmpty {
            diagram.lines.append("    opt turned back: what was or may have been done, the last first")
            for step in undone { diagram.drawUndo(of: step) }
            diagram.lines.append("    end")
        }
        return diagram.text
    }

    /// One saga as it went.
    public static func text(_ definition: SagaDefinition, _ replay: SagaReplay) -> String {
        var diagram = SagaDiagram(definition)
        for turn in replay.turns { diagram.draw(turn, definition) }
        if !replay.instance.phase.isEnded { diagram.note(over: "saga", replay.instance.phase.name) }
        return diagram.text
    }

    private var text: String { lines.map { $0 + "\n" }.joined() }

    // MARK: Definitions

    private mutating func draw(_ step: SagaStep) {
        if step.wayBack == .pointOfNoReturn { note(over: "saga", "point of no return") }
        arrow("saga", "->>", id(step.party), step.request)
        guard let reply = step.reply else { return }
        arrow(id(step.party), "-->>", "saga", reply.isRefusable ? "\(reply.message), or a refusal: turns back" : reply.message)
        note(over: "saga", reply.patience.words)
    }

    private mutating func drawUndo(of step: SagaStep) {
        guard let undo = step.undo else { return }
        arrow("saga", "->>", id(step.party), undo.request)
        guard let reply = undo.reply else { return }
        arrow(id(step.party), "-->>", "saga", reply)
        note(over: "saga", "no answer: asks again after \(undo.pauses.words), after \(undo.attempts) attempts an operator")
    }

    // MARK: Instances

    private mutating func draw(_ turn: SagaDecision, _ definition: SagaDefinition) {
        if let entry = turn.entry { draw(entry, definition) }
        for effect in turn.effects {
            switch effect {
            case .request(let request, let attempt):
                guard let step = definition.step(request.step) else { continue }
                let words = request.direction == .perform ? step.request : step.undo?.request ?? step.request
                arrow("saga", "->>", id(step.party), attempt > 1 ? "\(words) (attempt \(attempt))" : words)
            case .alarm where turn.instance.phase != .needsOperator: note(over: "saga", "overdue")
            case .ended(let phase): note(over: "saga", phase.name)
            case .alarm, .arm, .disarm: continue
            }
        }
        if turn.entry?.verdict == .needsOperator { note(over: "saga", "needs an operator: \(turn.instance.trouble)") }
    }

    private mutating func draw(_ entry: SagaJournalEntry, _ definition: SagaDefinition) {
        switch entry.input {
        case .start: break
        case .reply(let request, _):
            guard let step = definition.step(request.step) else { return }
            arrow(id(step.party), "-->>", "saga", entry.input.words + (entry.verdict.isStray ? " (changes nothing)" : ""))
        case .timer, .cancel, .resume, .markDone, .skip: note(over: "saga", "\(entry.actor): \(entry.input.words)")
        }
    }

    // MARK: Mermaid

    private func id(_ party: String) -> String { parties.firstIndex(of: party).map { "p\($0 + 1)" } ?? "saga" }

    private mutating func arrow(_ from: String, _ kind: String, _ to: String, _ words: String) {
        lines.append("    \(from)\(kind)\(to): \(Self.plain(words))")
    }

    private mutating func note(over participant: String, _ words: String) {
        lines.append("    Note over \(participant): \(Self.plain(words))")
    }

    /// The words without what means something to Mermaid.
    private static func plain(_ words: String) -> String {
        var plain = ""
        for character in words.unicodeScalars {
            switch character {
            case "#": plain += "#35;"
            case ";": plain += "#59;"
            case "<": plain += "#lt;"
            case ">": plain += "#gt;"
            case _ where character.value < 0x20: plain += " "
            default: plain.unicodeScalars.append(character)
            }
        }
        return plain
    }
}

extension SagaVerdict {
    var isStray: Bool { self == .ignoredLate || self == .ignoredRepeated || self == .ignoredEarly }
}

extension SagaPatience {
    /// What happens without an answer, in words.
    fileprivate var words: String {
        switch limit {
        case .turnBack(let attempts): "no answer: asks again after \(pauses.words), after \(attempts) attempts turns back"
        case .keepWaiting: "no answer: an alarm after \(pauses.first.words), waits on"
        case .inTime: "no answer in its time: turns back; without a limit an alarm after \(pauses.first.words), waits on"
        case .insist(let attempts): "no answer: asks again after \(pauses.words), after \(attempts) attempts with an alarm"
        }
    }
}

extension SagaPauses {
    fileprivate var words: String { first == longest ? first.words : "\(first.words) to \(longest.words)" }
}

extension Duration {
    /// In the largest unit that leaves no rest: `2 h`, `90 s`.
    fileprivate var words: String {
        let seconds = components.seconds
        for (unit, size) in [("d", 86_400), ("h", 3_600), ("min", 60)] as [(String, Int64)] where seconds >= size && seconds % size == 0 {
            return "\(seconds / size) \(unit)"
        }
        return "\(seconds) s"
    }
}
