import HostedConnection
import Saga
import Testing

@Suite("Definitions are checked when they are made")
struct DefinitionTests {
    private static func step(
        _ name: String, awaits reply: SagaReply? = nil, wayBack: SagaWayBack = .notNeeded(because: "nothing lasts"), party: String = "x",
        request: String = "do"
    ) -> SagaStep {
        SagaStep(name, asks: party, to: request, awaits: reply, wayBack: wayBack)
    }

    private static let point = step("point", wayBack: .pointOfNoReturn)
    private static let patient = SagaPatience.insist()

    struct Fault: Sendable, CustomTestStringConvertible {
        let steps: [SagaStep]
        let error: SagaDefinitionError
        var testDescription: String { error.description }
    }

    static let faults = [
        Fault(steps: [], error: .stepCount(0)),
        Fault(steps: (0..<32).map { step("s\($0)") }, error: .stepCount(32)),
        Fault(steps: [step("a"), step("a")], error: .stepTwice("a")),
        Fault(steps: [step("A b")], error: .name("A b")),
        Fault(steps: [step("a", party: "")], error: .wordless("a")),
        Fault(steps: [step("a", request: "")], error: .wordless("a")),
        Fault(steps: [step("a", awaits: SagaReply("", patience: patient))], error: .wordless("a")),
        Fault(steps: [step("a", wayBack: .undo(SagaUndo("")))], error: .wordless("a")),
        Fault(steps: [step("a", awaits: SagaReply("r", patience: .turnBack(afterAttempts: 0)))], error: .noAttempts("a")),
        Fault(steps: [step("a", wayBack: .undo(SagaUndo("u", awaits: "r", attempts: 0)))], error: .noAttempts("a")),
        Fault(steps: [step("a", awaits: SagaReply("r", patience: .keepWaiting(alarmAfter: .zero)))], error: .pauses("a")),
        Fault(
            steps: [step("a", wayBack: .undo(SagaUndo("u", pauses: SagaPauses(first: .seconds(2), longest: .seconds(1)))))],
            error: .pauses("a")),
        Fault(steps: [point, step("a", awaits: SagaReply("r", patience: patient))], error: .refusableBeyondReturn("a")),
        Fault(
            steps: [step("a", awaits: SagaReply("r", patience: patient), wayBack: .pointOfNoReturn)], error: .refusableBeyondReturn("a")),
        Fault(
            steps: [point, step("a", awaits: SagaReply("r", isRefusable: false, patience: .turnBack(afterAttempts: 3)))],
            error: .turnsBackBeyondReturn("a")),
        Fault(steps: [point, step("a", wayBack: .undo(SagaUndo("u")))], error: .wayBackBeyondReturn("a")),
        Fault(steps: [point, step("a", wayBack: .pointOfNoReturn)], error: .wayBackBeyondReturn("a")),
    ]

    @Test("What is wrong is named", arguments: faults)
    func faulty(_ fault: Fault) {
        #expect(throws: fault.error) { try SagaDefinition("d", version: 1, steps: fault.steps) }
    }

    @Test("A name of other characters, and version 0, are refused")
    func names() {
        #expect(throws: SagaDefinitionError.name("Delete")) { try SagaDefinition("Delete", version: 1, steps: [Self.point]) }
        #expect(throws: SagaDefinitionError.version(SagaVersion(name: "d", number: 0))) {
            try SagaDefinition("d", version: 0, steps: [Self.point])
        }
    }

    @Test("New sagas get the highest version, or the pinned one; older ones stay known")
    func catalogue() throws {
        let versions = try [1, 3, 2].map { try Samples.definition(version: $0) }
        let catalogue = try SagaCatalogue(versions)
        #expect(catalogue.newest("vlan-change")?.version.number == 3)
        #expect(catalogue[SagaVersion(name: "vlan-change", number: 1)] == versions[0])
        #expect(catalogue[SagaVersion(name: "vlan-change", number: 4)] == nil)
        #expect(catalogue.newest("other") == nil)
        #expect(catalogue.all.map(\.version.number) == [1, 2, 3])
        let pinned = try SagaCatalogue(versions, pinned: [SagaVersion(name: "vlan-change", number: 2)])
        #expect(pinned.newest("vlan-change")?.version.number == 2)
        #expect(throws: SagaDefinitionError.definitionTwice(versions[0].version)) { try SagaCatalogue([versions[0], versions[0]]) }
        let unknown = SagaVersion(name: "vlan-change", number: 9)
        #expect(throws: SagaDefinitionError.noSuchVersion(unknown)) { try SagaCatalogue(versions, pinned: [unknown]) }
    }
}
