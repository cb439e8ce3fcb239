import HostedConnection
public import Saga
public import Schema

extension SagaView {
    /// A saga as APIs show it.
    public init(_ saga: SagaInstance, _ catalogue: SagaCatalogue) {
        let definition = catalogue[saga.version]
        let wait = catalogue.waitingFor(saga)
        self.init(
            sagaID: saga.id, definition: saga.version.name, version: saga.version.number, definitionKnown: definition != nil,
            connectionID: saga.subject, phase: saga.phase.name, step: definition?.name(ofStep: saga.step) ?? "",
            attempt: saga.attempts, waitingFor: wait?.what ?? "", waitingSince: wait.map { Timestamp($0.since) },
            deadline: wait?.deadline.map(Timestamp.init), overdue: saga.isOverdue, turnedBack: saga.isTurnedBack,
            reason: saga.reason, trouble: saga.trouble, lateReplies: saga.strays.late, repeatedReplies: saga.strays.repeated,
            earlyReplies: saga.strays.early, startedAt: Timestamp(saga.startedAt), endedAt: saga.endedAt.map(Timestamp.init))
    }
}

extension SagaJournalLine {
    public init(_ entry: SagaJournalEntry) {
        self.init(
            entry: entry.number, at: Timestamp(entry.at), actor: entry.actor, input: entry.input.words, verdict: entry.verdict.name,
            step: entry.step, attempt: entry.attempt)
    }
}
