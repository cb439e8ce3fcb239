import HostedConnection
import Saga

/// A place where a saga waits.
enum SagaPlace {
    case step(String)
    case undo(String)
    /// For an operator, after the undoing of a step failed.
    case stuck(String)

    /// Every place of a definition where something is waited for.
    static func all(of definition: SagaDefinition) -> [SagaPlace] {
        let undone = definition.steps.filter { if case .undo(let undo) = $0.wayBack { undo.reply != nil } else { false } }.map(\.name)
        return definition.steps.filter { $0.reply != nil }.map { .step($0.name) } + undone.reversed().flatMap { [.undo($0), .stuck($0)] }
    }

    var words: String {
        switch self {
        case .step(let name): name
        case .undo(let name): "undo of \(name)"
        case .stuck(let name): "stuck at the undo of \(name)"
        }
    }

    var step: String {
        switch self {
        case .step(let name), .undo(let name), .stuck(let name): name
        }
    }

    /// The request whose reply is waited for here.
    var request: SagaRequest { if case .step(let name) = self { .perform(name) } else { .undo(step) } }

    /// A saga of the definition that waits here.
    func course(_ definition: SagaDefinition) throws(Refusal) -> Course {
        let limits = Dictionary(uniqueKeysWithValues: definition.steps.map { ($0.name, Duration.seconds(3_600)) })
        var course = Course(
            definition,
            SagaInstance(Samples.sagaID(), definition.version, about: Samples.connection(), timeLimits: limits, at: Samples.begin))
        try course.take(.start)
        switch self {
        case .step: try course.go(to: .perform(step))
        case .undo: try course.turnBack(at: step)
        case .stuck:
            try course.turnBack(at: step)
            while course.instance.phase != .needsOperator { try course.take(.deadline) }
        }
        return course
    }
}

extension Course {
    fileprivate var current: String { definition.name(ofStep: instance.step) ?? "" }

    fileprivate mutating func go(to request: SagaRequest) throws(Refusal) {
        while current != request.step, !instance.phase.isEnded { try feed(.reply(SagaRequest(request.direction, current), .done)) }
    }

    /// Goes on to the step, or as far as it may be cancelled, cancels, and takes back what comes after the step.
    fileprivate mutating func turnBack(at step: String) throws(Refusal) {
        let place = definition.steps.firstIndex { $0.name == step } ?? 0
        while instance.step < place { try feed(.reply(.perform(current), .done)) }
        try take(.cancel)
        try go(to: .undo(step))
    }
}

/// What comes to a saga, tried at every place.
enum SagaTrial: String, CaseIterable {
    case done
    case doneAgain = "done, again"
    case refused
    case refusedAfterSilence = "refused after no answer"
    case hindered = "not yet"
    case silence = "no answer"
    case silenceToTheEnd = "no answer at all"
    case oldTimer = "an older deadline"
    case earlier = "an earlier step's reply"
    case later = "a later step's reply"
    case wrongWay = "the other direction's reply"
    case unknown = "a reply to no step of it"
    case cancel
    case resume
    case markDone = "mark as done"
    case skip

    func words(at place: SagaPlace, in definition: SagaDefinition) -> String {
        do throws(Refusal) {
            var course = try place.course(definition)
            return try tried(&course, place)
        } catch {
            return "`\(error.code.rawValue)`"
        }
    }

    private func tried(_ course: inout Course, _ place: SagaPlace) throws(Refusal) -> String {
        let request = place.request
        let names = course.definition.steps.map(\.name)
        let here = names.firstIndex(of: place.step) ?? 0
        switch self {
        case .done: return course.words(try course.feed(.reply(request, .done)))
        case .doneAgain:
            try course.feed(.reply(request, .done))
            return course.words(try course.feed(.reply(request, .done)))
        case .refused: return course.words(try course.feed(.reply(request, .refused("no"))))
        case .refusedAfterSilence:
            guard course.instance.deadline != nil else { return "" }
            try course.take(.deadline)
            return course.words(try course.feed(.reply(request, .refused("no"))))
        case .hindered: return course.words(try course.feed(.reply(request, .hindered("not yet"))))
        case .silence: return course.instance.deadline == nil ? "" : course.words(try course.take(.deadline))
        case .silenceToTheEnd: return try silence(&course)
        case .oldTimer: return course.words(try course.take(.oldTimer))
        case .earlier: return here > 0 ? course.words(try course.feed(.reply(.perform(names[here - 1]), .done))) : ""
        case .later: return here + 1 < names.count ? course.words(try course.feed(.reply(.perform(names[here + 1]), .done))) : ""
        case .wrongWay:
            let other = SagaRequest(request.direction == .perform ? .undo : .perform, place.step)
            return course.words(try course.feed(.reply(other, .done)))
        case .unknown: return course.words(try course.feed(.reply(.perform("nonsense"), .done)))
        case .cancel: return course.words(try course.take(.cancel))
        case .resume: return course.words(try course.take(.resume))
        case .markDone: return course.words(try course.take(.markDone))
        case .skip: return course.words(try course.take(.skip))
        }
    }

    /// The deadline that is not answered by asking once more, or the tenth for those that ask for ever.
    private func silence(_ course: inout Course) throws(Refusal) -> String {
        guard course.instance.deadline != nil else { return "" }
        var wasOverdue = false
        for _ in 0..<10 {
            wasOverdue = course.instance.isOverdue
            let decision = try course.take(.deadline)
            let verdict = decision.entry?.verdict
            if verdict != .askedAgain, verdict != .undoingAgain, verdict != .waitsOn { return course.words(decision) }
        }
        return wasOverdue ? "waits for ever, overdue" : "waits for ever"
    }
}

extension Course {
    /// A decision in a few words.
    fileprivate func words(_ decision: SagaDecision) -> String {
        var words: [String] = []
        for effect in decision.effects {
            switch effect {
            case .request(let request, let attempt):
                words.append("\(request.direction == .perform ? "→" : "↩") \(request.step)\(attempt > 1 ? " again" : "")")
            case .alarm: words.append("alarm")
            case .ended(let phase): words.append("**\(phase.name)**")
            case .arm, .disarm: continue
            }
        }
        switch decision.entry?.verdict {
        case nil: return "nothing"
        case .ignoredLate: words.append("too late")
        case .ignoredRepeated: words.append("known already")
        case .ignoredEarly: words.append("not asked for")
        case .needsOperator: words.append("**needs an operator**")
        case .hindered: words.append("waits on, with the reason")
        case .undoFailed: words.append("asks again at its deadline")
        case .waitsOn where words.isEmpty: words.append("waits on")
        default: break
        }
        return words.joined(separator: ", ")
    }
}
