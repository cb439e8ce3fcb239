import HostedConnection
import Saga
import Testing

@Suite("A journal's inputs give the saga again")
struct ReplayTests {
    @Test("Also with stray replies, of which the journal has the first only")
    func replays() throws {
        let course = try Course(
            .deadline, .done("prepare"), .done("prepare"), .done("prepare"), .done("finish"), .deadline, .cancel, .undoFailed("prepare"),
            .deadline, .deadline, .resume, .undone("prepare"), .undone("prepare"))
        #expect(course.instance.phase == .compensated)
        let replay = try SagaReplay(course.definition, of: course.instance, course.journal)
        #expect(replay.explains(course.instance))
        #expect(replay.instance.strays == StrayReplies(late: 1, repeated: 1, early: 1))
        #expect(replay.turns.map(\.entry) == course.journal)
    }

    @Test("A definition that decides otherwise today shows with the first line that differs")
    func diverges() throws {
        let course = try Course(.done("prepare"), .done("approve"))
        let shorter = try SagaDefinition("vlan-change", version: 1, steps: Array(Samples.steps.prefix(2)))
        let error = #expect(throws: SagaReplayError.self) { try SagaReplay(shorter, of: course.instance, course.journal) }
        guard case .diverged(let found, let replayed)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found == course.journal[1] && replayed?.verdict == .completed)
    }

    @Test("An order that would be refused today shows too")
    func refused() throws {
        var course = try Course(.done("prepare"), .cancel)
        let lines = course.journal
        course = try Course(.done("prepare"))
        let irreversible = try SagaDefinition(
            "vlan-change", version: 1,
            steps: Samples.steps.prefix(2) + [
                SagaStep(
                    "approve", asks: "tenant-service", to: "have the tenant agree",
                    awaits: SagaReply("ChangeApproved", isRefusable: false, patience: .keepWaiting(alarmAfter: .seconds(86_400))),
                    wayBack: .pointOfNoReturn)
            ])
        #expect(throws: SagaReplayError.self) { try SagaReplay(irreversible, of: course.instance, lines) }
    }

    @Test("The journal of a saga that changed nothing else stays short")
    func compact() throws {
        var course = try Course(.done("prepare"))
        for _ in 0..<1_000 { try course.take(.done("prepare")) }
        for _ in 0..<1_000 { try course.take(.oldTimer) }
        #expect(course.journal.count == 3 && course.instance.strays.repeated == 1_000)
    }
}
