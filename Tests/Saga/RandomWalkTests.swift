import HostedConnection
import Saga
import ServiceKit
import Testing

@Suite("Random walks: whatever comes in whatever order, a saga keeps its promises")
struct RandomWalkTests {
    /// A definition with any steps that may stand together.
    private static func definition(_ random: inout SeededRandom) throws -> SagaDefinition {
        let count = Int.random(in: 1...7, using: &random)
        let point = Int.random(in: 0...count, using: &random)
        let steps = (0..<count).map { place in
            SagaStep(
                "s\(place)", asks: "party-\(place % 2)", to: "do \(place)", awaits: reply(isBound: place >= point, &random),
                wayBack: place == point ? .pointOfNoReturn : place > point ? .notNeeded(because: "nothing lasts") : wayBack(place, &random))
        }
        return try SagaDefinition("walk", version: 1, steps: steps)
    }

    private static func reply(isBound: Bool, _ random: inout SeededRandom) -> SagaReply? {
        if Int.random(in: 0..<3, using: &random) == 0 { return nil }
        let attempts = UInt32.random(in: 1...3, using: &random)
        let patience: [SagaPatience] = [
            .insist(alarmAfterAttempts: attempts), .keepWaiting(alarmAfter: .seconds(100)), .turnBack(afterAttempts: attempts),
        ]
        let kind = Int.random(in: 0..<(isBound ? 2 : 3), using: &random)
        return SagaReply("Reply", isRefusable: !isBound && Bool.random(using: &random), patience: patience[kind])
    }

    private static func wayBack(_ place: Int, _ random: inout SeededRandom) -> SagaWayBack {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: .notNeeded(because: "nothing lasts")
        case 1: .undo(SagaUndo("undo \(place)"))
        default: .undo(SagaUndo("undo \(place)", awaits: "Undone", attempts: UInt32.random(in: 1...3, using: &random)))
        }
    }

    private static func input(_ course: Course, _ random: inout SeededRandom) -> SagaInput {
        let current = "s\(course.instance.step)"
        let step = Int.random(in: 0..<10, using: &random) < 6 ? current : "s\(Int.random(in: 0..<8, using: &random))"
        let outcome: SagaOutcome = Int.random(in: 0..<4, using: &random) == 0 ? .refused("no") : .done
        switch Int.random(in: 0..<100, using: &random) {
        case ..<40: return .reply(course.instance.isTurnedBack ? .undo(step) : .perform(step), outcome)
        case ..<50: return .reply(course.instance.isTurnedBack ? .perform(step) : .undo(step), outcome)
        case ..<80: return .timer(generation: course.instance.generation)
        case ..<85: return .timer(generation: UInt32.random(in: 0...max(1, course.instance.generation), using: &random))
        case ..<88: return .cancel(reason: "why not")
        case ..<92: return .resume(reason: "again")
        case ..<96: return .markDone(reason: "by hand")
        default: return .skip(reason: "never mind")
        }
    }

    /// What an observer of the effects alone knows, and what it holds against the saga.
    private struct Observer {
        let definition: SagaDefinition
        var performed: [String] = []
        var undone: [String] = []
        var lastAttempts: [SagaRequest: UInt32] = [:]
        var isPastReturn = false
        var ends = 0
        var armed: (due: Instant, generation: UInt32)?

        mutating func watch(_ decision: SagaDecision) {
            for effect in decision.effects {
                #expect(ends == 0, "nothing happens after the end")
                switch effect {
                case .request(let request, let attempt): watch(request, attempt)
                case .arm(let due, let generation):
                    #expect(generation > armed?.generation ?? 0)
                    armed = (due, generation)
                case .disarm: armed = nil
                case .alarm: break
                case .ended(let phase):
                    ends += 1
                    #expect(phase == decision.instance.phase)
                    #expect((phase == .compensated) == decision.instance.isTurnedBack)
                }
            }
        }

        private mutating func watch(_ request: SagaRequest, _ attempt: UInt32) {
            #expect(attempt == (lastAttempts[request] ?? 0) + 1, "attempts count on")
            lastAttempts[request] = attempt
            guard let place = definition.steps.firstIndex(where: { $0.name == request.step }) else {
                Issue.record("there is no step \(request.step)")
                return
            }
            switch request.direction {
            case .perform:
                #expect(undone.isEmpty, "nothing goes forward after it turned back")
                if attempt == 1 {
                    #expect(place == performed.count, "steps in their order, each once")
                    performed.append(request.step)
                }
                if definition.steps[place].wayBack == .pointOfNoReturn { isPastReturn = true }
            case .undo:
                #expect(!isPastReturn, "nothing is undone beyond the point of no return")
                #expect(performed.contains(request.step), "an undo comes after its step")
                if attempt == 1 {
                    #expect(!undone.contains(request.step), "never undone twice")
                    if let last = undone.last { #expect(request.step < last, "backwards") }
                    undone.append(request.step)
                }
            }
        }

        /// It is over, waits for something with a deadline, or for an operator.
        func judge(_ saga: SagaInstance) {
            switch saga.phase {
            case .running, .compensating:
                #expect(saga.deadline != nil && saga.deadline == armed?.due && saga.generation == armed?.generation)
            case .needsOperator: #expect(saga.deadline == nil && armed == nil && !saga.trouble.isEmpty)
            case .completed, .compensated: #expect(saga.deadline == nil && ends == 1 && saga.endedAt != nil)
            }
        }
    }

    @Test("Invariants of 10,000 walks", arguments: 0..<20 as Range<UInt64>)
    func invariants(_ block: UInt64) throws {
        for seed in block * 500..<(block + 1) * 500 {
            var random = SeededRandom(seed: seed)
            let definition = try Self.definition(&random)
            var course = Course(
                definition, SagaInstance(Samples.sagaID(), definition.version, about: Samples.connection(), at: Samples.begin))
            var observer = Observer(definition: definition)
            observer.watch(try course.feed(.start))
            observer.judge(course.instance)
            for _ in 0..<40 {
                let before = course.instance
                do {
                    observer.watch(try course.feed(Self.input(course, &random)))
                } catch {
                    #expect(course.instance == before, "seed \(seed): a refusal changes nothing")
                }
                observer.judge(course.instance)
            }
            try settle(&course, &observer, seed)
            let replay = try SagaReplay(definition, of: course.instance, course.journal)
            #expect(replay.explains(course.instance), "seed \(seed): the journal gives the saga again")
        }
    }

    /// With parties that answer at last and an operator who looks, every saga ends.
    private func settle(_ course: inout Course, _ observer: inout Observer, _ seed: UInt64) throws {
        var turns = 0
        while !course.instance.phase.isEnded, turns < 20 {
            let step = "s\(course.instance.step)"
            observer.watch(try course.feed(.reply(course.instance.isTurnedBack ? .undo(step) : .perform(step), .done)))
            observer.judge(course.instance)
            turns += 1
        }
        #expect(course.instance.phase.isEnded, "seed \(seed)")
        if course.instance.phase == .completed { #expect(observer.performed.count == course.definition.steps.count, "seed \(seed)") }
        if course.instance.phase == .compensated { checkUndone(observer, seed) }
    }

    /// All that was asked for and has a way back is undone; only the last step asked for may have been refused and so needs none.
    private func checkUndone(_ observer: Observer, _ seed: UInt64) {
        let reversible = observer.performed.filter { name in
            if case .undo? = observer.definition.steps.first(where: { $0.name == name })?.wayBack { true } else { false }
        }
        let missing = Set(reversible).subtracting(observer.undone)
        #expect(missing.isEmpty || missing == Set(observer.performed.suffix(1)), "seed \(seed): \(missing) was left")
    }
}
