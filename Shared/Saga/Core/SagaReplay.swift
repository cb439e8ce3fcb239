import HostedConnection

/// Why a journal does not fit a definition.
public enum SagaReplayError: Error, Hashable, Sendable {
    /// The line's input leads somewhere else today.
    case diverged(found: SagaJournalEntry, replayed: SagaJournalEntry?)
    /// The line's input is refused today.
    case refused(SagaJournalEntry, String)
}

/// A journal told again from its inputs.
public struct SagaReplay: Hashable, Sendable {
    /// The saga as the inputs leave it. Strays count only once for each request, as the journal has them.
    public let instance: SagaInstance
    /// Each line with all that was decided then.
    public let turns: [SagaDecision]

    /// - Parameters:
    ///   - instance: whose journal it is; of it only what is fixed at the start is used.
    /// - Throws: where today's definition decides otherwise than the journal says.
    public init(
        _ definition: SagaDefinition, of instance: SagaInstance, _ journal: [SagaJournalEntry]
    ) throws(SagaReplayError) {
        var replayed = SagaInstance(
            instance.id, instance.version, about: instance.subject, context: instance.context, timeLimits: instance.timeLimits,
            at: instance.startedAt)
        var turns: [SagaDecision] = []
        for entry in journal {
            let decision: SagaDecision
            if case .reply(let request, let outcome) = entry.input, entry.verdict == .kept {
                decision = replayed.keeping(request, outcome, by: entry.actor, at: entry.at)
            } else {
                do {
                    decision = try definition.decide(replayed, entry.input, by: entry.actor, at: entry.at)
                } catch {
                    throw .refused(entry, error.text)
                }
            }
            guard decision.entry == entry else { throw .diverged(found: entry, replayed: decision.entry) }
            replayed = decision.instance
            turns.append(decision)
        }
        self.instance = replayed
        self.turns = turns
    }

    /// Whether a saga is as its journal says, but for what leaves no line: the number of stray replies, of which the journal has the
    /// first, and that what was kept is decided.
    public func explains(_ instance: SagaInstance) -> Bool {
        var (told, kept) = (self.instance, instance)
        told.strays = StrayReplies()
        kept.strays = StrayReplies()
        told.keptFrom = 0
        kept.keptFrom = 0
        return told == kept
    }
}
