public import HostedConnection

/// What a saga's owner has to do.
public enum SagaEffect: Hashable, Sendable {
    /// Make the request. The number counts the attempts from 1 and never repeats for a request.
    case request(SagaRequest, attempt: UInt32)
    /// Arm the saga's timer, or move it.
    case arm(due: Instant, generation: UInt32)
    case disarm
    /// Raise an alarm: what it waits for is overdue, or it needs an operator.
    case alarm
    /// The saga is over: completed, or compensated.
    case ended(SagaPhase)
}

/// What came of an input. The codes are kept in databases and never change.
public enum SagaVerdict: UInt8, Sendable, CaseIterable {
    /// Asked for the step.
    case asked = 1
    case askedAgain = 2
    /// Waits on, overdue.
    case waitsOn = 3
    /// Takes the step back.
    case undoing = 4
    case undoingAgain = 5
    /// The undoing failed and is tried again at its deadline.
    case undoFailed = 6
    case completed = 7
    case compensated = 8
    case needsOperator = 9
    case ignoredLate = 10
    case ignoredRepeated = 11
    case ignoredEarly = 12
    /// Waits on, knowing what is in the way.
    case hindered = 13
    /// Kept, to be decided by a program that knows the saga's definition.
    case kept = 14

    /// The name in APIs.
    public var name: String {
        switch self {
        case .asked: "asked"
        case .askedAgain: "asked_again"
        case .waitsOn: "waits_on"
        case .undoing: "undoing"
        case .undoingAgain: "undoing_again"
        case .undoFailed: "undo_failed"
        case .completed: "completed"
        case .compensated: "compensated"
        case .needsOperator: "needs_operator"
        case .ignoredLate: "ignored_late"
        case .ignoredRepeated: "ignored_repeated"
        case .ignoredEarly: "ignored_early"
        case .hindered: "hindered"
        case .kept: "kept"
        }
    }
}

/// One line of a saga's journal: an input, when and by whom, and what came of it. The inputs alone, replayed through the
/// definition, give the saga again.
public struct SagaJournalEntry: Hashable, Sendable {
    /// Counts from 1.
    public let number: UInt32
    public let at: Instant
    /// Who gave the input.
    public let actor: String
    public let input: SagaInput
    public let verdict: SagaVerdict
    /// The step at which the saga stood then, and how often it had been asked for or taken back.
    public let step: String
    public let attempt: UInt32

    public init(
        _ number: UInt32, at: Instant, by actor: String, _ input: SagaInput, _ verdict: SagaVerdict, step: String, attempt: UInt32
    ) {
        self.number = number
        self.at = at
        self.actor = actor
        self.input = input
        self.verdict = verdict
        self.step = step
        self.attempt = attempt
    }
}

/// What an input leads to.
public struct SagaDecision: Hashable, Sendable {
    public var instance: SagaInstance
    /// In the order in which they are to be carried out.
    public var effects: [SagaEffect]
    /// nil for what is not worth a line: a timer of an older generation, a stray reply of which there is a line already.
    public var entry: SagaJournalEntry?
}
