public import HostedConnection

extension SagaDefinition {
    /// What a saga under this definition does on an input. No clock, no randomness: the same arguments give the same decision.
    /// - Parameter actor: who gives the input, for the journal.
    /// - Throws: a refusal of what an operator or a canceller asks for when it can't be had; replies and timers are never refused.
    public func decide(
        _ instance: SagaInstance, _ input: SagaInput, by actor: String, at now: Instant
    ) throws(Refusal) -> SagaDecision {
        guard instance.version == version, steps.indices.contains(instance.step) else {
            throw Refusal(.contradictsState, "\(instance.id) does not run under \(version)", object: instance.id.description)
        }
        var course = SagaCourse(self, instance, at: now)
        guard let verdict = try course.take(input) else { return SagaDecision(instance: course.instance, effects: []) }
        return course.close(instance, input, verdict, by: actor)
    }
}

/// A saga on its way through one input.
struct SagaCourse {
    private let definition: SagaDefinition
    private let now: Instant
    private(set) var instance: SagaInstance
    private var effects: [SagaEffect] = []

    init(_ definition: SagaDefinition, _ instance: SagaInstance, at now: Instant) {
        self.definition = definition
        self.instance = instance
        self.instance.keptFrom = 0
        self.now = now
    }

    private var step: SagaStep { definition.steps[instance.step] }

    /// - Returns: nil for what leaves no trace but a count.
    mutating func take(_ input: SagaInput) throws(Refusal) -> SagaVerdict? {
        switch input {
        case .start: instance.entries == 0 ? ask(from: 0) : ignore(nil, .ignoredRepeated)
        case .reply(let request, let outcome): take(request, outcome)
        case .timer(let generation): fire(generation)
        case .cancel(let reason): try cancel(reason)
        case .resume:
            try resume()
        case .markDone, .skip:
            try goOn()
        }
    }

    /// The decision, once the input is taken.
    mutating func close(_ before: SagaInstance, _ input: SagaInput, _ verdict: SagaVerdict, by actor: String) -> SagaDecision {
        if before.deadline != nil, instance.deadline == nil { effects.append(.disarm) }
        if !before.phase.isEnded, instance.phase.isEnded { effects.append(.ended(instance.phase)) }
        instance.entries += 1
        let entry = SagaJournalEntry(
            instance.entries, at: now, by: actor, input, verdict, step: step.name, attempt: instance.attempts)
        return SagaDecision(instance: instance, effects: effects, entry: entry)
    }

    // MARK: Forward and back

    /// Asks for the steps from this one on, up to the first that has to be waited for.
    private mutating func ask(from first: Int) -> SagaVerdict {
        instance.phase = .running
        for place in first..<max(first, definition.steps.count) {
            begin(place)
            effects.append(.request(.perform(step.name), attempt: instance.attempts))
            if let reply = step.reply {
                wait(for: reply)
                return .asked
            }
        }
        return end(.completed, .completed)
    }

    /// Takes back what was, or may have been, done, from this step back.
    private mutating func turnBack(from last: Int, because reason: String) -> SagaVerdict {
        instance.isTurnedBack = true
        instance.reason = reason
        return undo(from: last)
    }

    private mutating func undo(from last: Int) -> SagaVerdict {
        instance.phase = .compensating
        for place in (0..<max(0, last + 1)).reversed() {
            guard let undo = definition.steps[place].undo else { continue }
            begin(place)
            effects.append(.request(.undo(step.name), attempt: instance.attempts))
            if undo.reply != nil {
                wait(undo.pauses)
                return .undoing
            }
        }
        return end(.compensated, .compensated)
    }

    private mutating func begin(_ place: Int) {
        instance.step = place
        instance.attempts = 1
        instance.attemptsBefore = 0
        instance.waitingSince = now
        instance.isOverdue = false
        instance.trouble = ""
        instance.deadline = nil
    }

    private mutating func askAgain() {
        instance.attempts += 1
        let request = instance.isTurnedBack ? SagaRequest.undo(step.name) : .perform(step.name)
        effects.append(.request(request, attempt: instance.attempts))
    }

    private mutating func wait(for reply: SagaReply) {
        if let limit { wait(limit) } else { wait(reply.patience.pauses) }
    }

    private mutating func wait(_ pauses: SagaPauses) { wait(pauses.pause(after: tries)) }

    private mutating func wait(_ time: Duration) {
        let deadline = now + time
        instance.deadline = deadline
        instance.generation += 1
        effects.append(.arm(due: deadline, generation: instance.generation))
    }

    /// How long the saga waits at its step; nil where its definition says so, or nobody does.
    private var limit: Duration? {
        guard !instance.isTurnedBack, step.reply?.patience.limit == .inTime else { return nil }
        return instance.timeLimits[step.name]
    }

    /// Attempts since an operator had it tried again, or since the first.
    private var tries: UInt32 { instance.attempts - instance.attemptsBefore }

    private mutating func end(_ phase: SagaPhase, _ verdict: SagaVerdict) -> SagaVerdict {
        instance.phase = phase
        instance.deadline = nil
        instance.isOverdue = false
        instance.trouble = ""
        instance.endedAt = now
        return verdict
    }

    private mutating func callOperator(_ trouble: String) -> SagaVerdict {
        instance.phase = .needsOperator
        instance.deadline = nil
        instance.trouble = trouble
        instance.waitingSince = now
        effects.append(.alarm)
        return .needsOperator
    }

    private mutating func becomeOverdue() {
        if !instance.isOverdue { effects.append(.alarm) }
        instance.isOverdue = true
    }

    // MARK: Replies

    private mutating func take(_ request: SagaRequest, _ outcome: SagaOutcome) -> SagaVerdict? {
        if let stray = strayness(of: request) { return ignore(request, stray) }
        switch (request.direction, outcome) {
        case (.perform, .done): return ask(from: instance.step + 1)
        case (.undo, .done): return undo(from: instance.step - 1)
        case (_, .refused) where instance.phase == .needsOperator, (_, .hindered) where instance.phase == .needsOperator:
            return ignore(request, .ignoredRepeated)
        case (.perform, .refused(let reason)):
            if definition.isPastReturn(instance.step) { return callOperator(reason) }
            // An earlier attempt without an answer may have been carried out.
            return turnBack(from: instance.attempts > 1 ? instance.step : instance.step - 1, because: reason)
        case (.perform, .hindered(let reason)): return hindered(request, reason)
        case (.undo, .refused(let reason)), (.undo, .hindered(let reason)): return undoFailed(request, reason)
        }
    }

    /// Why nobody waits for the reply; nil if the saga does.
    private func strayness(of request: SagaRequest) -> SagaVerdict? {
        guard let place = definition.index(of: request.step), !instance.phase.isEnded else { return .ignoredLate }
        switch (request.direction, instance.isTurnedBack) {
        case (.perform, true): return .ignoredLate
        case (.undo, false): return .ignoredEarly
        case (.perform, false):
            if place == instance.step { return nil }
            return place < instance.step ? .ignoredRepeated : .ignoredEarly
        case (.undo, true):
            if place == instance.step { return nil }
            return place > instance.step ? .ignoredRepeated : .ignoredEarly
        }
    }

    private mutating func hindered(_ request: SagaRequest, _ reason: String) -> SagaVerdict? {
        guard instance.trouble != reason else { return ignore(request, .ignoredRepeated) }
        instance.trouble = reason
        return .hindered
    }

    private mutating func undoFailed(_ request: SagaRequest, _ reason: String) -> SagaVerdict? {
        guard instance.trouble.isEmpty else { return ignore(request, .ignoredRepeated) }
        if tries >= step.undo?.attempts ?? 0 { return callOperator(reason) }
        instance.trouble = reason
        return .undoFailed
    }

    /// Counts a stray input; the first one for its request gets a line in the journal.
    private mutating func ignore(_ request: SagaRequest?, _ verdict: SagaVerdict) -> SagaVerdict? {
        switch verdict {
        case .ignoredRepeated: instance.strays.repeated += 1
        case .ignoredEarly: instance.strays.early += 1
        default: instance.strays.late += 1
        }
        let mark = strayMark(of: request)
        guard instance.strayMarks & mark == 0 else { return nil }
        instance.strayMarks |= mark
        return verdict
    }

    /// Two bits a step; the last one for what is about no step.
    private func strayMark(of request: SagaRequest?) -> UInt64 {
        guard let request, let place = definition.index(of: request.step) else { return 1 << 63 }
        return 1 << (UInt64(place) * 2 + (request.direction == .undo ? 1 : 0))
    }

    // MARK: Deadlines

    private mutating func fire(_ generation: UInt32) -> SagaVerdict? {
        guard instance.deadline != nil, generation == instance.generation else { return nil }
        return instance.isTurnedBack ? undoUnanswered() : stepUnanswered()
    }

    private mutating func stepUnanswered() -> SagaVerdict? {
        guard let patience = step.reply?.patience else { return nil }
        switch patience.limit {
        case .turnBack(let attempts):
            if tries >= attempts {
                return turnBack(from: instance.step, because: silence)
            }
            askAgain()
        case .insist(let alarmAfter):
            if tries >= alarmAfter { becomeOverdue() }
            askAgain()
        case .inTime where limit != nil: return turnBack(from: instance.step, because: silence)
        case .keepWaiting, .inTime:
            becomeOverdue()
            wait(patience.pauses)
            return .waitsOn
        }
        wait(patience.pauses)
        return .askedAgain
    }

    /// Why it turns back when its time is over.
    private var silence: String {
        let silence = "no answer from \(step.party) to: \(step.request)"
        return instance.trouble.isEmpty ? silence : "\(silence); last: \(instance.trouble)"
    }

    private mutating func undoUnanswered() -> SagaVerdict? {
        guard let undo = step.undo else { return nil }
        if tries >= undo.attempts {
            return callOperator(instance.trouble.isEmpty ? "no answer from \(step.party)" : instance.trouble)
        }
        instance.trouble = ""
        askAgain()
        wait(undo.pauses)
        return .undoingAgain
    }

    // MARK: People

    private mutating func cancel(_ reason: String) throws(Refusal) -> SagaVerdict {
        try refuseIfEnded()
        guard !instance.isTurnedBack else {
            throw Refusal(
                .contradictsState, "\(instance.version.name) \(instance.id) is on its way back already", object: instance.id.description,
                next: "Wait until it is compensated")
        }
        guard !definition.isPastReturn(instance.step) else {
            throw Refusal(
                .sagaPastReturn, "\(instance.version.name) \(instance.id) has passed its point of no return at step \(step.name)",
                object: instance.id.description, next: "Wait until it is completed")
        }
        return turnBack(from: instance.step, because: reason)
    }

    private mutating func resume() throws(Refusal) -> SagaVerdict {
        try refuseUnlessForOperator()
        let pauses = instance.isTurnedBack ? step.undo?.pauses : step.reply?.patience.pauses
        instance.phase = instance.isTurnedBack ? .compensating : .running
        instance.attemptsBefore = instance.attempts
        instance.isOverdue = false
        instance.trouble = ""
        instance.waitingSince = now
        askAgain()
        if let limit { wait(limit) } else { wait(pauses ?? .standard) }
        return instance.isTurnedBack ? .undoingAgain : .askedAgain
    }

    private mutating func goOn() throws(Refusal) -> SagaVerdict {
        try refuseUnlessForOperator()
        return instance.isTurnedBack ? undo(from: instance.step - 1) : ask(from: instance.step + 1)
    }

    private func refuseUnlessForOperator() throws(Refusal) {
        try refuseIfEnded()
        guard instance.isForOperator else {
            throw Refusal(
                .contradictsState, "\(instance.version.name) \(instance.id) does not need an operator", object: instance.id.description,
                next: "Let it wait for its deadline, or cancel it")
        }
    }

    private func refuseIfEnded() throws(Refusal) {
        guard instance.phase.isEnded else { return }
        throw Refusal(
            .contradictsState, "\(instance.version.name) \(instance.id) is \(instance.phase.name)", object: instance.id.description,
            next: "Start another one if it is needed")
    }
}
