import HostedConnection
import Saga

/// A finished saga with its journal as a file: a line for what is fixed at its start, one for each entry, one for its end. Columns are
/// separated by tabs.
struct JournalFile: Equatable {
    var instance: SagaInstance
    var journal: [SagaJournalEntry]

    struct Unreadable: Error { var line: Substring }

    // MARK: Writing

    var text: String {
        let limits = instance.timeLimits.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.components.seconds)" }
        let head: [String] = [
            "saga", instance.id.description, instance.version.name, "\(instance.version.number)", instance.subject.description,
            instance.context.map { String(Int($0) + 0x100, radix: 16).dropFirst() }.joined(), limits.joined(separator: " "),
            "\(instance.startedAt.microseconds)",
        ]
        let tail: [String] = [
            "end", instance.phase.name, "\(instance.step)", instance.trouble, instance.reason, "\(instance.endedAt?.microseconds ?? 0)",
        ]
        return ([head] + journal.map(columns) + [tail]).map { $0.joined(separator: "\t") + "\n" }.joined()
    }

    private func columns(_ entry: SagaJournalEntry) -> [String] {
        var kind: String
        var detail = ""
        var request: SagaRequest?
        switch entry.input {
        case .start: kind = "start"
        case .reply(let to, .done): (kind, request) = ("done", to)
        case .reply(let to, .refused(let reason)): (kind, request, detail) = ("refused", to, reason)
        case .reply(let to, .hindered(let reason)): (kind, request, detail) = ("hindered", to, reason)
        case .timer(let generation): (kind, detail) = ("timer", "\(generation)")
        case .cancel(let reason): (kind, detail) = ("cancel", reason)
        case .resume(let reason): (kind, detail) = ("resume", reason)
        case .markDone(let reason): (kind, detail) = ("mark-done", reason)
        case .skip(let reason): (kind, detail) = ("skip", reason)
        }
        let to = request.map { $0.direction == .perform ? $0.step : "undo \($0.step)" } ?? ""
        return [
            "\(entry.number)", "\(entry.at.microseconds)", entry.actor, kind, to, detail, entry.verdict.name, entry.step,
            "\(entry.attempt)",
        ]
    }

    // MARK: Reading

    init(instance: SagaInstance, journal: [SagaJournalEntry]) {
        self.instance = instance
        self.journal = journal
    }

    init(_ text: String) throws {
        let lines = text.split(separator: "\n")
        guard let first = lines.first, let last = lines.last, lines.count >= 2 else { throw Unreadable(line: "") }
        let head = first.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        let tail = last.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard head.count == 8, head[0] == "saga", let id = SagaID(head[1]), let number = UInt32(head[3]),
            let subject = ConnectionID(head[4]), let started = Int64(head[7])
        else { throw Unreadable(line: first) }
        var limits: [String: Duration] = [:]
        for limit in head[6].split(separator: " ") {
            let sides = limit.split(separator: "=")
            guard sides.count == 2, let seconds = Int64(sides[1]) else { throw Unreadable(line: first) }
            limits[String(sides[0])] = .seconds(seconds)
        }
        var bytes: [UInt8] = []
        var hex = head[5][...]
        while hex.count >= 2, let byte = UInt8(hex.prefix(2), radix: 16) {
            bytes.append(byte)
            hex = hex.dropFirst(2)
        }
        instance = SagaInstance(
            id, SagaVersion(name: head[2], number: number), about: subject, context: bytes, timeLimits: limits,
            at: Instant(microseconds: started))
        guard tail.count == 6, tail[0] == "end", let phase = SagaPhase(name: tail[1]), let step = Int(tail[2]), let ended = Int64(tail[5])
        else { throw Unreadable(line: last) }
        instance.phase = phase
        instance.step = step
        instance.trouble = tail[3]
        instance.reason = tail[4]
        instance.endedAt = ended == 0 ? nil : Instant(microseconds: ended)
        journal = try lines.dropFirst().dropLast().map(Self.entry)
    }

    private static func entry(_ line: Substring) throws -> SagaJournalEntry {
        let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard columns.count == 9, let number = UInt32(columns[0]), let at = Int64(columns[1]), let attempt = UInt32(columns[8]),
            let verdict = SagaVerdict.allCases.first(where: { $0.name == columns[6] })
        else { throw Unreadable(line: line) }
        let request: SagaRequest =
            columns[4].hasPrefix("undo ") ? .undo(String(columns[4].dropFirst(5))) : .perform(columns[4])
        let input: SagaInput? =
            switch columns[3] {
            case "start": .start
            case "done": .reply(request, .done)
            case "refused": .reply(request, .refused(columns[5]))
            case "hindered": .reply(request, .hindered(columns[5]))
            case "timer": UInt32(columns[5]).map { .timer(generation: $0) }
            case "cancel": .cancel(reason: columns[5])
            case "resume": .resume(reason: columns[5])
            case "mark-done": .markDone(reason: columns[5])
            case "skip": .skip(reason: columns[5])
            default: nil
            }
        guard let input else { throw Unreadable(line: line) }
        return SagaJournalEntry(
            number, at: Instant(microseconds: at), by: columns[2], input, verdict, step: columns[7], attempt: attempt)
    }
}
