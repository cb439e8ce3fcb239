public import HostedConnection

/// Where a saga stands. The codes are kept in databases and never change.
public enum SagaPhase: UInt8, Sendable, CaseIterable {
    case running = 1
    /// On the way back.
    case compensating = 2
    case completed = 3
    /// Everything that was, or may have been, done is taken back.
    case compensated = 4
    /// It does not get on by itself.
    case needsOperator = 5

    /// The name in APIs.
    public var name: String {
        switch self {
        case .running: "running"
        case .compensating: "compensating"
        case .completed: "completed"
        case .compensated: "compensated"
        case .needsOperator: "needs_operator"
        }
    }

    public init?(name: String) {
        guard let phase = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = phase
    }

    public var isEnded: Bool { self == .completed || self == .compensated }
}

/// Replies that changed nothing.
public struct StrayReplies: Hashable, Sendable {
    /// Came when the saga had given up on them or was over.
    public var late: UInt32 = 0
    /// Said what was known.
    public var repeated: UInt32 = 0
    /// Answered what had not been asked yet.
    public var early: UInt32 = 0

    public init(late: UInt32 = 0, repeated: UInt32 = 0, early: UInt32 = 0) {
        self.late = late
        self.repeated = repeated
        self.early = early
    }
}

/// One run of a saga, as it is kept between its inputs.
public struct SagaInstance: Hashable, Sendable {
    public let id: SagaID
    /// The rules it began under and finishes under.
    public let version: SagaVersion
    /// The connection it is about.
    public let subject: ConnectionID
    /// What its owner needs to know of it, such as the VLAN asked for; opaque here.
    public let context: [UInt8]
    public let startedAt: Instant
    /// How long it waits at steps that are to be done in time (``SagaPatience/Limit/inTime``), by their names.
    public let timeLimits: [String: Duration]

    public var phase = SagaPhase.running
    /// The place of the step that is asked for or taken back now, or was last.
    public var step = 0
    /// How often the step, or its undoing, was asked for.
    public var attempts: UInt32 = 0
    /// Of these the attempts before an operator had it tried again.
    public var attemptsBefore: UInt32 = 0
    /// Counts the timers it armed: only the last one's firing is heeded.
    public var generation: UInt32 = 0
    /// Since when it waits for what it waits for now.
    public var waitingSince: Instant
    /// When it stops waiting; nil when it does not wait for a reply.
    public var deadline: Instant?
    /// Whether it has waited longer than it should: an alarm.
    public var isOverdue = false
    /// What went wrong last with what it waits for.
    public var trouble = ""
    /// Whether it is, or was, on the way back.
    public var isTurnedBack = false
    /// Why it turned back.
    public var reason = ""
    public var strays = StrayReplies()
    /// The requests whose stray replies stand in the journal: two bits a step.
    public var strayMarks: UInt64 = 0
    /// Lines of its journal so far.
    public var entries: UInt32 = 0
    /// The first line of its journal that is still to be decided: it came while nobody here knew the definition. 0: none is.
    public var keptFrom: UInt32 = 0
    public var endedAt: Instant?

    /// A saga that has not begun: its first input is ``SagaInput/start``.
    public init(
        _ id: SagaID, _ version: SagaVersion, about subject: ConnectionID, context: [UInt8] = [], timeLimits: [String: Duration] = [:],
        at now: Instant
    ) {
        self.id = id
        self.version = version
        self.subject = subject
        self.context = context
        startedAt = now
        self.timeLimits = timeLimits
        waitingSince = now
    }

    /// Whether an operator may resume it, mark its step as done or skip it.
    public var isForOperator: Bool { phase == .needsOperator || isOverdue }
}

extension SagaInstance {
    /// Takes a reply into the journal without deciding anything: for a program that does not know the saga's definition.
    public func keeping(_ request: SagaRequest, _ outcome: SagaOutcome, by actor: String, at now: Instant) -> SagaDecision {
        var instance = self
        instance.entries += 1
        if instance.keptFrom == 0 { instance.keptFrom = instance.entries }
        let entry = SagaJournalEntry(
            instance.entries, at: now, by: actor, .reply(request, outcome), .kept, step: request.step, attempt: attempts)
        return SagaDecision(instance: instance, effects: [], entry: entry)
    }
}
