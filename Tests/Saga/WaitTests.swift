import HostedConnection
import Saga
import Testing

@Suite("Waiting for somebody who decides in his own time")
struct WaitTests {
    private func course(_ limits: [String: Duration]) throws -> Course {
        let definition = try SagaDefinition(
            "offer", version: 1,
            steps: [
                SagaStep("offer", asks: "us", to: "make an offer", wayBack: .undo(SagaUndo("take it back"))),
                SagaStep(
                    "answer", asks: "the customer", to: "answer",
                    awaits: SagaReply("the answer", patience: .inTime(elseAlarmAfter: .seconds(100))),
                    wayBack: .notNeeded(because: "an answer has no effect")),
            ])
        var course = Course(
            definition,
            SagaInstance(Samples.sagaID(), definition.version, about: Samples.connection(), timeLimits: limits, at: Samples.begin))
        try course.take(.start)
        return course
    }

    @Test("It turns back when the saga's own time for the step is over") func limited() throws {
        var course = try course(["answer": .seconds(3_600), "other": .seconds(1)])
        #expect(course.instance.deadline == course.now + .seconds(3_600))
        let decision = try course.take(.deadline)
        #expect(decision.effects.map { $0.brief(course.now) } == ["undo offer 1", "disarm", "compensated"])
        #expect(course.instance.reason == "no answer from the customer to: answer")
    }

    @Test("Without a time of its own it waits on, with an alarm, and an operator may go on with it") func unlimited() throws {
        var course = try course([:])
        #expect(try course.take(.deadline).effects.map { $0.brief(course.now) } == ["alarm", "arm 100"])
        #expect(course.instance.isOverdue && course.instance.phase == .running)
        try course.take(.markDone)
        #expect(course.instance.phase == .completed)
    }

    @Test("What is in the way is no end: it is shown and kept with the reason it turns back for, and done counts at any time")
    func hindered() throws {
        var course = try course(["answer": .seconds(3_600)])
        let deadline = course.instance.deadline
        let decision = try course.feed(.reply(.perform("answer"), .hindered("no money")))
        #expect(decision.entry?.verdict == .hindered && decision.effects.isEmpty)
        #expect(course.instance.deadline == deadline && course.instance.phase == .running)
        #expect(
            try SagaCatalogue([course.definition]).waitingFor(course.instance)?.what == "the answer from the customer, not yet: no money")
        #expect(try course.feed(.reply(.perform("answer"), .hindered("no money"))).entry?.verdict == .ignoredRepeated)
        var paid = course
        try paid.take(.done("answer"))
        #expect(paid.instance.phase == .completed && paid.instance.trouble.isEmpty)
        try course.take(.deadline)
        #expect(course.instance.reason == "no answer from the customer to: answer; last: no money")
        let replay = try SagaReplay(course.definition, of: course.instance, course.journal)
        #expect(replay.explains(course.instance))
    }
}
