import HostedConnection
import Saga
import Testing

@Suite("What a saga says of itself")
struct ExplanationTests {
    private func narrative() throws -> SagaNarrative {
        SagaNarrative(try Samples.catalogue()) { "+\(($0 - Samples.begin).components.seconds)s" }
    }

    @Test("What it waits for: a reply with its deadline, an operator without one, nothing when it is over")
    func waiting() throws {
        let catalogue = try Samples.catalogue()
        var course = try Course()
        var wait = try #require(catalogue.waitingFor(course.instance))
        #expect(wait.what == "ChangeAgreed from tenant-service")
        #expect(wait.since == course.now && wait.deadline == course.now + .seconds(30) && !wait.isOverdue)
        let asked = course.now
        try course.take(.deadline)
        #expect(catalogue.waitingFor(course.instance)?.since == asked, "asked again, it waits since it asked first")
        try course.take(.done("prepare"))
        try course.take(.deadline)
        #expect(catalogue.waitingFor(course.instance)?.isOverdue == true)
        try course.take(.cancel)
        #expect(catalogue.waitingFor(course.instance)?.what == "ChangeUndone from tenant-service")
        try course.take(.deadline)
        try course.take(.undoFailed("prepare"))
        wait = try #require(catalogue.waitingFor(course.instance))
        #expect(wait.what == "an operator: tenant-service did not free the VBR: busy" && wait.deadline == nil)
        try course.take(.skip)
        #expect(catalogue.waitingFor(course.instance) == nil)
    }

    @Test("One whose definition is not known waits for a program that knows it")
    func unknown() throws {
        let course = try Course()
        #expect(try SagaCatalogue([]).waitingFor(course.instance)?.what == "a program that knows vlan-change 1")
    }

    @Test("The text tells where it stands and each line of its journal")
    func text() throws {
        let course = try Course(.deadline, .done("prepare"), .done("prepare"), .refused("approve"))
        #expect(
            try narrative().text(course.instance, course.journal) == """
                \(Samples.sagaID()): vlan-change 1 about \(Samples.connection()), compensating
                waits for ChangeUndone from tenant-service, since +34s, until +64s
                turned back: no
                replies that changed nothing: 0 late, 1 repeated, 0 early
                1. +1s operator:ada: start
                   → asked tenant-service to freeze the VBR
                2. +31s operator:ada: no answer in time
                   → asked tenant-service again (attempt 2) to freeze the VBR
                3. +32s operator:ada: prepare: done
                   → asked tenant-service to have the tenant agree
                4. +33s operator:ada: prepare: done
                   → known already, changes nothing
                5. +34s operator:ada: approve: refused: no
                   → on the way back: asked tenant-service to free the VBR

                """)
    }

    @Test("The diagram of an instance shows requests, replies, deadlines and its end")
    func instanceDiagram() throws {
        let course = try Course(.deadline, .done("prepare"), .refused("approve"), .undone("prepare"))
        let replay = try SagaReplay(course.definition, of: course.instance, course.journal)
        #expect(
            SagaDiagram.text(course.definition, replay) == """
                sequenceDiagram
                    participant saga as vlan-change
                    participant p1 as partner-service
                    participant p2 as tenant-service
                    participant p3 as access-device
                    saga->>p1: reserve the new VLAN
                    saga->>p2: freeze the VBR
                    Note over saga: operator:ada: no answer in time
                    saga->>p2: freeze the VBR (attempt 2)
                    p2-->>saga: prepare: done
                    saga->>p2: have the tenant agree
                    p2-->>saga: approve: refused: no
                    saga->>p2: free the VBR
                    p2-->>saga: undo of prepare: done
                    saga->>p1: give the new VLAN back
                    Note over saga: compensated

                """)
    }

    @Test("The diagram of a definition shows the steps, the point of no return and the way back")
    func definitionDiagram() throws {
        #expect(
            SagaDiagram.text(try Samples.definition()) == """
                sequenceDiagram
                    participant saga as vlan-change
                    participant p1 as partner-service
                    participant p2 as tenant-service
                    participant p3 as access-device
                    saga->>p1: reserve the new VLAN
                    saga->>p2: freeze the VBR
                    p2-->>saga: ChangeAgreed, or a refusal: turns back
                    Note over saga: no answer: asks again after 30 s to 1 h, after 3 attempts turns back
                    saga->>p2: have the tenant agree
                    p2-->>saga: ChangeApproved, or a refusal: turns back
                    Note over saga: no answer: an alarm after 1 d, waits on
                    saga->>p2: tell the tenant of the interruption
                    Note over saga: point of no return
                    saga->>p3: switch to the new VLAN
                    p3-->>saga: NetworkApplied
                    Note over saga: no answer: asks again after 30 s to 1 h, after 2 attempts with an alarm
                    saga->>p2: take the new VLAN into the VBR
                    p2-->>saga: ChangeDone
                    Note over saga: no answer: asks again after 30 s to 1 h, after 5 attempts with an alarm
                    saga->>p1: release the old VLAN
                    opt turned back: what was or may have been done, the last first
                    saga->>p2: free the VBR
                    p2-->>saga: ChangeUndone
                    Note over saga: no answer: asks again after 30 s to 1 h, after 2 attempts an operator
                    saga->>p1: give the new VLAN back
                    end

                """)
    }

    @Test("Words from outside can't break a diagram")
    func escaping() throws {
        var course = try Course()
        try course.feed(.reply(.perform("prepare"), .refused("a;b #1\n<end>")))
        let replay = try SagaReplay(course.definition, of: course.instance, course.journal)
        #expect(SagaDiagram.text(course.definition, replay).contains("prepare: refused: a#59;b #35;1 #lt;end#gt;\n"))
    }
}
