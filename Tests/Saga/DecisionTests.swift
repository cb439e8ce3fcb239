import HostedConnection
import Saga
import Testing

@Suite("What a saga decides: every kind of step, every outcome")
struct DecisionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// How the saga gets where the row begins, after its start.
        let path: [Course.Input]
        let input: Course.Input
        /// nil: neither a line in the journal nor an effect.
        let verdict: SagaVerdict?
        let effects: [String]
        let phase: SagaPhase
        let step: String

        var testDescription: String { name }

        init(
            _ name: String, _ path: [Course.Input], _ input: Course.Input, _ verdict: SagaVerdict?, _ effects: [String],
            _ phase: SagaPhase, at step: String
        ) {
            self.name = name
            self.path = path
            self.input = input
            self.verdict = verdict
            self.effects = effects
            self.phase = phase
            self.step = step
        }
    }

    static let prepared: [Course.Input] = [.done("prepare")]
    static let switching: [Course.Input] = prepared + [.done("approve")]
    static let finishing: [Course.Input] = switching + [.done("switch")]
    static let completed: [Course.Input] = finishing + [.done("finish")]
    static let unanswered: [Course.Input] = [.deadline, .deadline]
    static let undoing: [Course.Input] = prepared + [.cancel]
    static let stuck: [Course.Input] = undoing + [.deadline, .deadline]
    static let compensated: [Course.Input] = undoing + [.undone("prepare")]

    static let rows: [Row] = [
        // A step that may be refused and is given up.
        Row("done: the next is asked", [], .done("prepare"), .asked, ["ask approve 1", "arm 86400"], .running, at: "approve"),
        Row(
            "refused: only what came before is taken back", [], .refused("prepare"), .compensated,
            ["undo reserve 1", "disarm", "compensated"], .compensated, at: "reserve"),
        Row("unanswered: asked again, for longer", [], .deadline, .askedAgain, ["ask prepare 2", "arm 60"], .running, at: "prepare"),
        Row(
            "unanswered to the last: maybe done, so taken back too", unanswered, .deadline, .undoing, ["undo prepare 1", "arm 30"],
            .compensating, at: "prepare"),
        Row(
            "refused after an unanswered attempt: maybe done, so taken back too", [.deadline], .refused("prepare"), .undoing,
            ["undo prepare 1", "arm 30"], .compensating, at: "prepare"),
        Row("out of order: a later step", [], .done("switch"), .ignoredEarly, [], .running, at: "prepare"),
        Row("out of order: an undo nobody asked for", [], .undone("prepare"), .ignoredEarly, [], .running, at: "prepare"),
        Row("a step there is not", [], .done("nonsense"), .ignoredLate, [], .running, at: "prepare"),
        Row("a reply to what was done at once", [], .done("reserve"), .ignoredRepeated, [], .running, at: "prepare"),
        Row("an older timer", [.deadline], .oldTimer, nil, [], .running, at: "prepare"),
        Row("started again", [], .start, .ignoredRepeated, [], .running, at: "prepare"),
        Row("cancelled: maybe done, so taken back", [], .cancel, .undoing, ["undo prepare 1", "arm 30"], .compensating, at: "prepare"),

        // A step that waits for people.
        Row(
            "done: the step done at once and the one after it are asked together", prepared, .done("approve"), .asked,
            ["ask announce 1", "ask switch 1", "arm 30"], .running, at: "switch"),
        Row(
            "refused: back to the last step that has a way back", prepared, .refused("approve"), .undoing,
            ["undo prepare 1", "arm 30"], .compensating, at: "prepare"),
        Row("unanswered: an alarm, and it waits on", prepared, .deadline, .waitsOn, ["alarm", "arm 86400"], .running, at: "approve"),
        Row(
            "unanswered for longer: the alarm stands", prepared + [.deadline], .deadline, .waitsOn, ["arm 86400"], .running,
            at: "approve"),
        Row(
            "done after the alarm", prepared + [.deadline], .done("approve"), .asked, ["ask announce 1", "ask switch 1", "arm 30"],
            .running, at: "switch"),
        Row("duplicate: the step before", prepared, .done("prepare"), .ignoredRepeated, [], .running, at: "approve"),
        Row("duplicate, refused this time", prepared, .refused("prepare"), .ignoredRepeated, [], .running, at: "approve"),
        Row("cancelled", prepared, .cancel, .undoing, ["undo prepare 1", "arm 30"], .compensating, at: "prepare"),
        Row(
            "overdue and asked again by an operator", prepared + [.deadline], .resume, .askedAgain, ["ask approve 2", "arm 86400"],
            .running, at: "approve"),
        Row(
            "overdue and marked as done by an operator", prepared + [.deadline], .markDone, .asked,
            ["ask announce 1", "ask switch 1", "arm 30"], .running, at: "switch"),

        // The point of no return.
        Row("done: beyond it", switching, .done("switch"), .asked, ["ask finish 1", "arm 30"], .running, at: "finish"),
        Row("unanswered: asked again", switching, .deadline, .askedAgain, ["ask switch 2", "arm 60"], .running, at: "switch"),
        Row(
            "unanswered: an alarm, and asked again", switching + [.deadline], .deadline, .askedAgain,
            ["alarm", "ask switch 3", "arm 120"], .running, at: "switch"),
        Row(
            "unanswered for ever: asked for ever", switching + [.deadline, .deadline], .deadline, .askedAgain, ["ask switch 4", "arm 240"],
            .running, at: "switch"),
        Row(
            "refused against the definition: an operator", switching, .refused("switch"), .needsOperator, ["alarm", "disarm"],
            .needsOperator,
            at: "switch"),
        Row("refused once more", switching + [.refused("switch")], .refused("switch"), .ignoredRepeated, [], .needsOperator, at: "switch"),
        Row(
            "done all the same", switching + [.refused("switch")], .done("switch"), .asked, ["ask finish 1", "arm 30"], .running,
            at: "finish"),
        Row(
            "resumed by an operator: attempts count on, pauses begin anew", switching + [.refused("switch")], .resume, .askedAgain,
            ["ask switch 2", "arm 30"], .running, at: "switch"),
        Row(
            "marked as done by an operator", switching + [.refused("switch")], .markDone, .asked, ["ask finish 1", "arm 30"], .running,
            at: "finish"),
        Row(
            "skipped by an operator", switching + [.refused("switch")], .skip, .asked, ["ask finish 1", "arm 30"], .running,
            at: "finish"),
        Row("a duplicate of the step before", switching, .done("approve"), .ignoredRepeated, [], .running, at: "switch"),

        // Beyond it.
        Row(
            "the last reply: what is left is done at once", finishing, .done("finish"), .completed,
            ["ask release 1", "disarm", "completed"], .completed, at: "release"),
        Row(
            "unanswered beyond the point of no return", finishing, .deadline, .askedAgain, ["ask finish 2", "arm 60"], .running,
            at: "finish"),
        Row(
            "refused beyond the point of no return", finishing, .refused("finish"), .needsOperator, ["alarm", "disarm"], .needsOperator,
            at: "finish"
        ),

        // The way back.
        Row(
            "undone: what was done at once is undone at once", undoing, .undone("prepare"), .compensated,
            ["undo reserve 1", "disarm", "compensated"], .compensated, at: "reserve"),
        Row("undoing failed: tried again at the deadline", undoing, .undoFailed("prepare"), .undoFailed, [], .compensating, at: "prepare"),
        Row(
            "undoing failed, said twice", undoing + [.undoFailed("prepare")], .undoFailed("prepare"), .ignoredRepeated, [], .compensating,
            at: "prepare"),
        Row(
            "the deadline after a failure", undoing + [.undoFailed("prepare")], .deadline, .undoingAgain, ["undo prepare 2", "arm 60"],
            .compensating, at: "prepare"),
        Row("undoing unanswered", undoing, .deadline, .undoingAgain, ["undo prepare 2", "arm 60"], .compensating, at: "prepare"),
        Row(
            "undoing unanswered to the last: an operator", undoing + [.deadline], .deadline, .needsOperator, ["alarm", "disarm"],
            .needsOperator,
            at: "prepare"),
        Row(
            "undoing failed to the last: an operator", undoing + [.deadline], .undoFailed("prepare"), .needsOperator, ["alarm", "disarm"],
            .needsOperator, at: "prepare"),
        Row("late: the step's own reply on the way back", undoing, .done("prepare"), .ignoredLate, [], .compensating, at: "prepare"),
        Row("late: a refusal on the way back", undoing, .refused("approve"), .ignoredLate, [], .compensating, at: "prepare"),
        Row("out of order: an earlier step's undoing", undoing, .undone("reserve"), .ignoredEarly, [], .compensating, at: "prepare"),
        Row("stuck and resumed", stuck, .resume, .undoingAgain, ["undo prepare 3", "arm 30"], .compensating, at: "prepare"),
        Row(
            "stuck and marked as done", stuck, .markDone, .compensated, ["undo reserve 1", "compensated"], .compensated, at: "reserve"),
        Row("stuck and skipped", stuck, .skip, .compensated, ["undo reserve 1", "compensated"], .compensated, at: "reserve"),
        Row(
            "stuck and undone after all", stuck, .undone("prepare"), .compensated, ["undo reserve 1", "compensated"], .compensated,
            at: "reserve"),

        // Over.
        Row("late: after completion", completed, .done("finish"), .ignoredLate, [], .completed, at: "release"),
        Row("late: a timer after completion", completed, .deadline, nil, [], .completed, at: "release"),
        Row("late: after compensation", compensated, .undone("prepare"), .ignoredLate, [], .compensated, at: "reserve"),
    ]

    @Test("A row of the table", arguments: rows)
    func decides(_ row: Row) throws {
        var course = try Course()
        for input in row.path { try course.take(input) }
        let decision = try course.take(row.input)
        #expect(decision.entry?.verdict == row.verdict)
        #expect(decision.effects.map { $0.brief(course.now) } == row.effects)
        #expect(course.instance.phase == row.phase)
        #expect(course.definition.name(ofStep: course.instance.step) == row.step)
        #expect((course.instance.endedAt != nil) == row.phase.isEnded)
        #expect((course.instance.deadline != nil) == (row.phase == .running || row.phase == .compensating))
        if let entry = decision.entry {
            #expect(entry.number == course.instance.entries && entry.actor == "operator:ada" && entry.at == course.now)
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let name: String
        let path: [Course.Input]
        let input: Course.Input
        let code: RefusalCode
        var testDescription: String { name }
    }

    @Test(
        "What people may not ask for is refused and changes nothing",
        arguments: [
            Refused(name: "cancel beyond the point of no return", path: switching, input: .cancel, code: .sagaPastReturn),
            Refused(
                name: "cancel when stuck beyond it", path: switching + [.refused("switch")], input: .cancel, code: .sagaPastReturn),
            Refused(name: "cancel on the way back", path: undoing, input: .cancel, code: .contradictsState),
            Refused(name: "cancel after completion", path: completed, input: .cancel, code: .contradictsState),
            Refused(name: "resume what waits in time", path: [], input: .resume, code: .contradictsState),
            Refused(name: "skip what waits in time", path: prepared, input: .skip, code: .contradictsState),
            Refused(name: "mark as done what waits in time", path: switching, input: .markDone, code: .contradictsState),
            Refused(name: "skip after compensation", path: compensated, input: .skip, code: .contradictsState),
        ])
    func refuses(_ row: Refused) throws {
        var course = try Course()
        for input in row.path { try course.take(input) }
        let before = course.instance
        let refusal = #expect(throws: Refusal.self) { try course.take(row.input) }
        #expect(refusal?.code == row.code && refusal?.object == before.id.description && refusal?.next != nil)
        #expect(course.instance == before)
    }

    @Test("Stray replies are counted each, and stand in the journal once")
    func strays() throws {
        var course = try Course(.done("prepare"))
        let lines = course.journal.count
        for _ in 0..<5 { try course.take(.done("prepare")) }
        for _ in 0..<3 { try course.take(.done("finish")) }
        #expect(course.instance.strays == StrayReplies(late: 0, repeated: 5, early: 3))
        #expect(course.journal.count == lines + 2)
        try course.take(.cancel)
        for _ in 0..<2 { try course.take(.done("approve")) }
        #expect(course.instance.strays.late == 2)
        #expect(course.journal.last?.verdict == .ignoredLate)
    }

    @Test("Pauses grow twofold up to the longest, and begin anew after an operator has resumed")
    func pauses() throws {
        let pauses = SagaPauses(first: .seconds(10), longest: .seconds(60))
        #expect((1...5).map { pauses.pause(after: $0) } == [.seconds(10), .seconds(20), .seconds(40), .seconds(60), .seconds(60)])
        var course = try Course(.done("prepare"), .cancel, .deadline, .deadline)
        #expect(course.instance.phase == .needsOperator && course.instance.attempts == 2)
        try course.take(.resume)
        #expect(course.instance.attempts == 3 && course.instance.deadline == course.now + .seconds(30))
        try course.take(.deadline)
        #expect(course.instance.phase == .compensating, "it has its attempts again")
        try course.take(.deadline)
        #expect(course.instance.phase == .needsOperator && course.instance.attempts == 4)
    }

    @Test("Without a way back a refusal ends a saga at once, and one of steps done at once ends as it begins")
    func shortest() throws {
        let plain = try SagaDefinition(
            "plain", version: 1, steps: [SagaStep("a", asks: "x", to: "do it", wayBack: .notNeeded(because: "nothing lasts"))])
        var course = Course(plain, SagaInstance(Samples.sagaID(), plain.version, about: Samples.connection(), at: Samples.begin))
        #expect(try course.take(.start).effects.map { $0.brief(course.now) } == ["ask a 1", "completed"])
        let asking = try SagaDefinition(
            "asking", version: 1,
            steps: [
                SagaStep(
                    "a", asks: "x", to: "do it", awaits: SagaReply("Done", patience: .turnBack(afterAttempts: 1)),
                    wayBack: .notNeeded(because: "nothing lasts"))
            ])
        course = Course(asking, SagaInstance(Samples.sagaID(), asking.version, about: Samples.connection(), at: Samples.begin))
        try course.take(.start)
        #expect(try course.take(.refused("a")).effects.map { $0.brief(course.now) } == ["disarm", "compensated"])
        #expect(course.instance.reason == "no" && course.instance.isTurnedBack)
    }

    @Test("An instance is not decided under another version's definition")
    func otherVersion() throws {
        let instance = try Samples.instance()
        #expect(throws: Refusal.self) {
            try Samples.definition(version: 2).decide(instance, .start, by: "a", at: Samples.begin)
        }
    }
}
