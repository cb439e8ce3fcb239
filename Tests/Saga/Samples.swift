import HostedConnection
import Saga
import Testing

/// A change with a step of every kind.
enum Samples {
    static let steps = [
        SagaStep("reserve", asks: "partner-service", to: "reserve the new VLAN", wayBack: .undo(SagaUndo("give the new VLAN back"))),
        SagaStep(
            "prepare", asks: "tenant-service", to: "freeze the VBR",
            awaits: SagaReply("ChangeAgreed", patience: .turnBack(afterAttempts: 3)),
            wayBack: .undo(SagaUndo("free the VBR", awaits: "ChangeUndone", attempts: 2))),
        SagaStep(
            "approve", asks: "tenant-service", to: "have the tenant agree",
            awaits: SagaReply("ChangeApproved", patience: .keepWaiting(alarmAfter: .seconds(86_400))),
            wayBack: .notNeeded(because: "nothing lasts")),
        SagaStep(
            "announce", asks: "tenant-service", to: "tell the tenant of the interruption", wayBack: .notNeeded(because: "nothing lasts")),
        SagaStep(
            "switch", asks: "access-device", to: "switch to the new VLAN",
            awaits: SagaReply("NetworkApplied", isRefusable: false, patience: .insist(alarmAfterAttempts: 2)),
            wayBack: .pointOfNoReturn),
        SagaStep(
            "finish", asks: "tenant-service", to: "take the new VLAN into the VBR",
            awaits: SagaReply("ChangeDone", isRefusable: false, patience: .insist()), wayBack: .notNeeded(because: "nothing lasts")),
        SagaStep("release", asks: "partner-service", to: "release the old VLAN", wayBack: .notNeeded(because: "nothing lasts")),
    ]

    static func definition(version: UInt32 = 1) throws -> SagaDefinition {
        try SagaDefinition("vlan-change", version: version, steps: steps)
    }

    static func catalogue() throws -> SagaCatalogue { try SagaCatalogue([definition()]) }

    static func connection(_ number: UInt64 = 1) -> ConnectionID {
        ConnectionID(PortID(bits: ID128(milliseconds: number, kind: PortKind.code, sequence: 0, random: number)))
    }

    static func sagaID(_ number: UInt64 = 1) -> SagaID {
        SagaID(bits: ID128(milliseconds: number, kind: SagaKind.code, sequence: 0, random: number))
    }

    static let begin = Instant(seconds: 1_700_000_000)

    static func instance() throws -> SagaInstance {
        SagaInstance(sagaID(), try definition().version, about: connection(), context: [1, 44], at: begin)
    }
}

/// A saga driven by hand.
struct Course {
    let definition: SagaDefinition
    var instance: SagaInstance
    var now = Samples.begin
    var journal: [SagaJournalEntry] = []

    init(_ definition: SagaDefinition, _ instance: SagaInstance) {
        self.definition = definition
        self.instance = instance
    }

    init(_ inputs: Input...) throws {
        self.init(try Samples.definition(), try Samples.instance())
        for input in [.start] + inputs { try take(input) }
    }

    /// An input as tests name it: the timer is the one that is armed.
    enum Input {
        case start
        case done(String)
        case refused(String)
        case undone(String)
        case undoFailed(String)
        case deadline
        case oldTimer
        case cancel
        case resume
        case markDone
        case skip
    }

    @discardableResult
    mutating func take(_ input: Input) throws(Refusal) -> SagaDecision { try feed(translated(input)) }

    @discardableResult
    mutating func feed(_ input: SagaInput) throws(Refusal) -> SagaDecision {
        if case .timer = input, let deadline = instance.deadline { now = max(now, deadline) } else { now = now + .seconds(1) }
        let decision = try definition.decide(instance, input, by: "operator:ada", at: now)
        instance = decision.instance
        if let entry = decision.entry { journal.append(entry) }
        return decision
    }

    private func translated(_ input: Input) -> SagaInput {
        switch input {
        case .start: .start
        case .done(let step): .reply(.perform(step), .done)
        case .refused(let step): .reply(.perform(step), .refused("no"))
        case .undone(let step): .reply(.undo(step), .done)
        case .undoFailed(let step): .reply(.undo(step), .refused("busy"))
        case .deadline: .timer(generation: instance.generation)
        case .oldTimer: .timer(generation: instance.generation - 1)
        case .cancel: .cancel(reason: "changed my mind")
        case .resume: .resume(reason: "repaired")
        case .markDone: .markDone(reason: "done by hand")
        case .skip: .skip(reason: "not needed any more")
        }
    }
}

extension SagaEffect {
    /// The effect in a few words; times as seconds from `now`.
    func brief(_ now: Instant) -> String {
        switch self {
        case .request(let request, let attempt):
            "\(request.direction == .perform ? "ask" : "undo") \(request.step) \(attempt)"
        case .arm(let due, _): "arm \((due - now).components.seconds)"
        case .disarm: "disarm"
        case .alarm: "alarm"
        case .ended(let phase): phase.name
        }
    }
}
