public import HostedConnection

/// A saga and its journal as text: why it waits, and what it did.
public struct SagaNarrative {
    private let catalogue: SagaCatalogue
    private let time: (Instant) -> String

    /// - Parameter time: how moments are written.
    public init(_ catalogue: SagaCatalogue, time: @escaping (Instant) -> String) {
        self.catalogue = catalogue
        self.time = time
    }

    /// The whole text, lines ended by line feeds.
    public func text(_ instance: SagaInstance, _ journal: [SagaJournalEntry]) -> String {
        var lines = ["\(instance.id): \(instance.version) about \(instance.subject), \(instance.phase.words)"]
        lines += standing(instance)
        let definition = catalogue[instance.version]
        for entry in journal { lines += self.lines(entry, definition) }
        return lines.map { $0 + "\n" }.joined()
    }

    private func standing(_ instance: SagaInstance) -> [String] {
        var lines: [String] = []
        if let wait = catalogue.waitingFor(instance) {
            let deadline = wait.deadline.map { ", until \(time($0))" } ?? ""
            lines.append("waits for \(wait.what), since \(time(wait.since))\(deadline)\(wait.isOverdue ? ", overdue" : "")")
        }
        if instance.isTurnedBack { lines.append("turned back: \(instance.reason)") }
        if instance.phase != .needsOperator, !instance.trouble.isEmpty { lines.append("went wrong last: \(instance.trouble)") }
        let strays = instance.strays
        if strays != StrayReplies() {
            lines.append("replies that changed nothing: \(strays.late) late, \(strays.repeated) repeated, \(strays.early) early")
        }
        return lines
    }

    private func lines(_ entry: SagaJournalEntry, _ definition: SagaDefinition?) -> [String] {
        let head = "\(entry.number). \(time(entry.at)) \(entry.actor): \(entry.input.words)"
        return [head, "   → \(entry.verdict.words(definition?.step(entry.step), entry))"]
    }
}

extension SagaDefinition {
    func step(_ name: String) -> SagaStep? { steps.first { $0.name == name } }
}

extension SagaPhase {
    fileprivate var words: String { self == .needsOperator ? "needs an operator" : name }
}

extension SagaInput {
    /// The input in a few words.
    public var words: String {
        switch self {
        case .start: "start"
        case .reply(let request, .done): "\(request.words): done"
        case .reply(let request, .refused(let reason)): "\(request.words): refused: \(reason)"
        case .reply(let request, .hindered(let reason)): "\(request.words): not yet: \(reason)"
        case .timer: "no answer in time"
        case .cancel(let reason): "cancel: \(reason)"
        case .resume(let reason): "try again: \(reason)"
        case .markDone(let reason): "mark as done: \(reason)"
        case .skip(let reason): "skip: \(reason)"
        }
    }
}

extension SagaRequest {
    fileprivate var words: String { direction == .perform ? step : "undo of \(step)" }
}

extension SagaVerdict {
    fileprivate func words(_ step: SagaStep?, _ entry: SagaJournalEntry) -> String {
        let party = step?.party ?? entry.step
        let again = "again (attempt \(entry.attempt))"
        return switch self {
        case .asked: "asked \(party) to \(step?.request ?? entry.step)"
        case .askedAgain: "asked \(party) \(again) to \(step?.request ?? entry.step)"
        case .waitsOn: "waits on for \(party), overdue"
        case .undoing: "on the way back: asked \(party) to \(step?.undo?.request ?? "undo \(entry.step)")"
        case .undoingAgain: "asked \(party) \(again) to \(step?.undo?.request ?? "undo \(entry.step)")"
        case .undoFailed: "will be asked again"
        case .completed: "completed"
        case .compensated: "compensated"
        case .needsOperator: "needs an operator"
        case .ignoredLate: "too late, changes nothing"
        case .ignoredRepeated: "known already, changes nothing"
        case .ignoredEarly: "not asked for, changes nothing"
        case .hindered: "waits on for \(party)"
        case .kept: "kept for a program that knows the saga"
        }
    }
}
