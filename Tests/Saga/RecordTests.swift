import HostedConnection
import Messaging
import Saga
import SagaRecords
import Schema
import ServiceKit
import ServiceTesting
import Store
import Testing

@Suite("Sagas on the engine: rows, journals, timers")
struct RecordTests {
    private let connection = Samples.connection(1)

    private func refusal(_ service: SagaService, _ command: ToyCommand) throws -> ErrorDetail { try service.node.refusal(command).error }

    @Test("A saga runs to its end, and row, journal and effects agree")
    func runs() throws {
        let service = try SagaService()
        let view = try service.start(connection)
        #expect(view.phase == "running" && view.step == "prepare" && view.waitingFor == "ChangeAgreed from tenant-service")
        for step in ["prepare", "approve", "switch", "finish"] { try service.done(.perform(step), on: connection) }
        #expect(
            service.script.carriedOut == [
                "ask reserve 1", "ask prepare 1", "ask approve 1", "ask announce 1", "ask switch 1", "ask finish 1", "ask release 1",
                "completed",
            ])
        let ended = try #require(try service.view(view.sagaID))
        #expect(ended.phase == "completed" && ended.waitingFor.isEmpty && ended.endedAt != nil)
        #expect(try service.node.rows(of: "timer") == 0)
        #expect(try service.node.answer(.reply(.perform("finish"), .done, on: connection)).status == 204, "nothing is under way")
    }

    @Test("Every field comes back from the database, and so does every kind of line")
    func roundTrip() throws {
        let service = try SagaService()
        let id = try service.start(connection).sagaID
        try service.pass(.seconds(30))
        for input in [
            SagaInput.reply(.perform("prepare"), .done), .reply(.perform("prepare"), .done), .reply(.perform("finish"), .done),
            .reply(.perform("nonsense"), .refused("what?")),
        ] { try service.node.ok(.take(input, for: id)) }
        try service.pass(.seconds(86_400))
        try service.node.ok(.take(.resume(reason: "ask again"), for: id))
        try service.node.ok(.take(.cancel(reason: "changed my mind"), for: id))
        try service.node.ok(.take(.reply(.undo("prepare"), .refused("busy")), for: id))
        for _ in 0..<2 { try service.pass(.seconds(100)) }
        let stuck = try #require(try service.read { try $0.instance(id) })
        #expect(stuck.phase == .needsOperator && stuck.context == [7, 0, 255] && stuck.isTurnedBack)
        #expect(stuck.reason == "changed my mind" && stuck.trouble == "no answer from tenant-service")
        #expect(stuck.strays == StrayReplies(late: 1, repeated: 1, early: 1))
        try service.node.ok(.take(.skip(reason: "freed by hand"), for: id))

        let (instance, entries) = try service.read { (try #require(try $0.instance(id)), try $0.entries(of: id)) }
        #expect(entries.map(\.number) == Array(1...UInt32(entries.count)))
        #expect(instance.entries == UInt32(entries.count))
        let replay = try SagaReplay(try Samples.definition(), of: instance, entries)
        #expect(replay.explains(instance), "the stored journal gives the stored saga again")
        #expect(entries.filter { $0.actor == "toy" }.count == 4, "the four deadlines are the service's own")
        #expect(entries.last?.actor == "operator:ada" && entries.last?.input == .skip(reason: "freed by hand"))
    }

    @Test("One saga at a time changes a connection: the rules say so, and the schema too")
    func oneAtATime() throws {
        let service = try SagaService()
        let first = try service.start(connection).sagaID
        let refused = try refusal(service, .start(connection))
        #expect(refused.code == "saga_running" && refused.object == first.description && !refused.next.isEmpty)
        // Also within one batch, before anything is written.
        let other = Samples.connection(2)
        #expect(try service.node.answers([.start(other), .start(other)]).map(\.status) == [200, 409])
        let writer = service.node.connection
        try writer.begin()
        let copy = try writer.prepare(
            "INSERT INTO saga SELECT x'00000000000000000000000000000009', definition, version, connection_id, context, started_at, phase, "
                + "step, attempts, attempts_before, generation, waiting_since, deadline, is_overdue, trouble, is_turned_back, reason, "
                + "late_replies, repeated_replies, early_replies, stray_marks, entries, ended_at, time_limits, kept_from FROM saga WHERE id = ?1"
        )
        copy.bind(1, first)
        let error = #expect(throws: StoreError.self) { try copy.run() }
        guard case .constraint(let violation)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(violation.name == "saga_running" && violation.kind == .unique)
        try writer.rollback()
    }

    @Test("The schema refuses a saga that waits for nothing, or is over and is not")
    func constraints() throws {
        let service = try SagaService()
        _ = try service.start(connection)
        let writer = service.node.connection
        for (sql, name) in [
            ("UPDATE saga SET deadline = NULL", "saga_waits"), ("UPDATE saga SET ended_at = 1", "saga_end"),
            ("UPDATE saga SET phase = 6", "saga_phases"), ("UPDATE saga SET is_overdue = 2", "saga_flags"),
            ("UPDATE saga SET phase = 3, deadline = NULL, ended_at = 1, is_turned_back = 1", "saga_way_back"),
        ] {
            try writer.begin()
            let error = #expect(throws: StoreError.self) { try writer.prepare(sql).run() }
            if case .constraint(let violation)? = error { #expect(violation.name == name) } else { Issue.record("\(sql)") }
            try writer.rollback()
        }
    }

    @Test("A saga's owner may refuse what a person asks for, or have another party decide; replies and deadlines go through")
    func permits() throws {
        let service = try SagaService()
        let id = try service.start(connection).sagaID
        let before = try #require(try service.view(id))
        service.script.permission = nil
        let refused = try refusal(service, .take(.cancel(reason: "no need"), for: id))
        #expect(refused.code == "change_in_progress" && refused.text == "billing decides")
        #expect(try service.view(id) == before)
        service.script.permission = false
        #expect(try service.node.ok(.take(.cancel(reason: "no need"), for: id), as: SagaView.self) == before)
        #expect(try service.read { try $0.entries(of: id) }.map(\.input) == [.start])
        #expect(try refusal(service, .take(.skip(reason: "no need"), for: id)).code == "contradicts_state", "the definition comes first")
        try service.done(.perform("prepare"), on: connection)
        #expect(try service.view(id)?.step == "approve")
        service.script.permission = true
        try service.node.ok(.take(.cancel(reason: "no need"), for: id))
        #expect(try service.view(id)?.turnedBack == true)
    }

    @Test("When one ends the next may begin at once, in the same batch")
    func nextBegins() throws {
        let service = try SagaService()
        let first = try service.start(connection).sagaID
        service.script.startsAgain = true
        #expect(try service.node.answers([.reply(.perform("prepare"), .refused("no"), on: connection)]).map(\.status) == [200])
        let list = try service.read { try $0.sagas(SagaFilter(), PageRequest()) }
        #expect(list.items.map(\.phase) == ["compensated", "running"] && list.items[0].sagaID == first)
        // Ended, begun, ended and begun again in one batch.
        let refuse = ToyCommand.reply(.perform("prepare"), .refused("no"), on: connection)
        #expect(try service.node.answers([refuse, .start(connection), refuse, .start(connection)]).map(\.status) == [200, 200, 200, 200])
        #expect(try service.read { try $0.sagas(SagaFilter(), PageRequest()) }.items.filter { $0.phase == "running" }.count == 1)
    }

    @Test("Replies that are known at once are taken at once")
    func atOnce() throws {
        let service = try SagaService()
        for step in ["prepare", "approve", "switch", "finish"] { service.script.answers[.perform(step)] = .done }
        #expect(try service.start(connection).phase == "completed")
        #expect(try service.node.rows(of: "saga_journal") == 5)
        #expect(try service.node.rows(of: "timer") == 0)
        service.script.answers[.perform("approve")] = .refused("not today")
        service.script.answers[.undo("prepare")] = .done
        let view = try service.start(connection)
        #expect(view.phase == "compensated" && view.reason == "not today")
    }

    @Test("Timers ask again, turn back and call an operator, each at its time")
    func deadlines() throws {
        let service = try SagaService()
        let id = try service.start(connection).sagaID
        try service.pass(.seconds(29))
        #expect(try service.view(id)?.attempt == 1)
        for pause in [1, 60] { try service.pass(.seconds(pause)) }
        #expect(try service.view(id)?.attempt == 3)
        try service.pass(.seconds(120))
        #expect(try service.view(id)?.phase == "compensating")
        for pause in [30, 60] { try service.pass(.seconds(pause)) }
        let view = try #require(try service.view(id))
        #expect(view.phase == "needs_operator" && view.deadline == nil)
        #expect(view.waitingFor == "an operator: tenant-service did not free the VBR: no answer from tenant-service")
        #expect(
            service.script.carriedOut == [
                "ask reserve 1", "ask prepare 1", "ask prepare 2", "ask prepare 3", "undo prepare 1", "undo prepare 2",
                "operator",
            ])
    }

    @Test("An overdue one raises one alarm and is found by it")
    func overdue() throws {
        let service = try SagaService()
        let id = try service.start(connection).sagaID
        try service.done(.perform("prepare"), on: connection)
        for _ in 0..<3 { try service.pass(.seconds(86_400)) }
        #expect(service.script.carriedOut.filter { $0 == "overdue" }.count == 1)
        var filter = SagaFilter()
        filter.isOverdue = true
        #expect(try service.read { try $0.sagas(filter, PageRequest()) }.items.map(\.sagaID) == [id])
        try service.done(.perform("approve"), on: connection)
        #expect(try service.read { try $0.sagas(filter, PageRequest()) }.items.isEmpty)
    }

    @Test("A timer of an older generation changes nothing")
    func oldGeneration() throws {
        let service = try SagaService()
        let id = try service.start(connection).sagaID
        try service.done(.perform("prepare"), on: connection)
        let writer = service.node.connection
        try writer.prepare("UPDATE timer SET generation = 1, due = 1").run()
        try service.restart()
        try service.pass(.zero)
        let view = try #require(try service.view(id))
        #expect(view.step == "approve" && view.attempt == 1 && !view.overdue)
        #expect(try service.node.rows(of: "saga_journal") == 2)
    }

    @Test("A restart in the middle loses nothing: it waits on, its timer fires, its replies are taken")
    func restart() throws {
        let service = try SagaService()
        let id = try service.start(connection).sagaID
        let before = try service.read { try $0.instance(id) }
        try service.restart()
        #expect(try service.read { try $0.instance(id) } == before)
        try service.pass(.seconds(30))
        #expect(try service.view(id)?.attempt == 2)
        try service.restart()
        try service.done(.perform("prepare"), on: connection)
        try service.restart()
        try service.node.ok(.take(.cancel(reason: "changed my mind"), for: id))
        try service.restart()
        try service.done(.undo("prepare"), on: connection)
        #expect(try service.view(id)?.phase == "compensated")
        let (instance, entries) = try service.read { (try #require(try $0.instance(id)), try $0.entries(of: id)) }
        #expect(try SagaReplay(try Samples.definition(), of: instance, entries).explains(instance))
    }

    @Test("What fails half-way leaves its saga as it was, and the others go on")
    func failure() throws {
        let service = try SagaService()
        let ids = try (1...3).map { try service.start(Samples.connection($0)).sagaID }
        service.script.fault = .perform("switch")
        for id in ids.prefix(2) { try service.node.ok(.take(.reply(.perform("prepare"), .done), for: id)) }
        let before = try service.read { try $0.instance(ids[0]) }
        // One command each in one batch: the second can't ask for the switch, after it has told the tenant.
        let answers = try service.node.answers([
            .take(.reply(.perform("approve"), .done), for: ids[0]), .take(.reply(.perform("prepare"), .done), for: ids[2]),
        ])
        #expect(answers.map(\.status) == [500, 200])
        #expect(try service.read { try $0.instance(ids[0]) } == before)
        #expect(try service.view(ids[2])?.step == "approve")
        #expect(try service.read { try $0.entries(of: ids[0]) }.count == 2)
        // As items of one command.
        try service.node.ok(
            .bulk([.take(.reply(.perform("approve"), .done), for: ids[0]), .take(.cancel(reason: "enough"), for: ids[2])]))
        #expect(try service.read { try $0.instance(ids[0]) } == before)
        #expect(try service.view(ids[2])?.phase == "compensating")
        service.script.fault = nil
        try service.node.ok(.take(.reply(.perform("approve"), .done), for: ids[0]))
        #expect(try service.view(ids[0])?.step == "switch")
    }

    @Test("A timer that fails is tried again later, and keeps its generation")
    func failingTimer() throws {
        let service = try SagaService()
        let id = try service.start(connection).sagaID
        let other = try service.start(Samples.connection(2)).sagaID
        try service.node.ok(.take(.reply(.perform("prepare"), .done), for: other))
        service.script.fault = .perform("prepare")
        try service.pass(.seconds(30))
        #expect(try service.view(id)?.attempt == 1)
        service.script.fault = nil
        try service.pass(.seconds(60))
        #expect(try service.view(id)?.attempt == 2)
        #expect(try service.view(other)?.step == "approve")
    }

    @Test("An instance finishes under the version it began with, while new ones get the newest")
    func versions() throws {
        let service = try SagaService()
        let old = try service.start(connection).sagaID
        let shorter = try SagaDefinition("vlan-change", version: 2, steps: Array(Samples.steps.prefix(2)))
        try service.restart(try SagaCatalogue([Samples.definition(), shorter]))
        let new = try service.start(Samples.connection(2))
        #expect(new.version == 2)
        try service.done(.perform("prepare"), on: connection)
        try service.done(.perform("prepare"), on: Samples.connection(2))
        #expect(try service.view(old)?.step == "approve")
        #expect(try service.view(new.sagaID)?.phase == "completed")
    }

    @Test("One whose definition is not known is shown and left, and goes on when it is known again")
    func unknownDefinition() throws {
        let service = try SagaService()
        let id = try service.start(connection).sagaID
        let other = try SagaDefinition("vlan-change", version: 2, steps: Array(Samples.steps.prefix(2)))
        try service.restart(try SagaCatalogue([other]))
        let before = try #require(try service.read { try $0.instance(id) })
        try service.pass(.seconds(30))
        #expect(try refusal(service, .take(.cancel(reason: "away with it"), for: id)).code == "contradicts_state")
        #expect(try refusal(service, .start(connection)).code == "saga_running")
        #expect(try service.start(Samples.connection(2)).version == 2)
        let view = try #require(try service.view(id))
        #expect(!view.definitionKnown && view.waitingFor == "a program that knows vlan-change 1")
        #expect(try service.read { try $0.instance(id) } == before)
        let journal = try #require(try service.read { try $0.journal(of: id) })
        #expect(journal.items.count == 1 && journal.diagram.isEmpty && journal.why.contains("a program that knows vlan-change 1"))
        try service.restart(try Samples.catalogue())
        try service.pass(.seconds(3_600))
        #expect(try service.view(id)?.attempt == 2)
    }

    @Test("Replies to one whose definition is not known are kept, and decided in their order by a program that knows it")
    func keptReplies() throws {
        let service = try SagaService()
        let id = try service.start(connection).sagaID
        try service.restart(try SagaCatalogue([]))
        try service.done(.perform("prepare"), on: connection)
        try service.node.ok(.reply(.perform("approve"), .hindered("asleep"), on: connection))
        try service.node.ok(.take(.reply(.perform("approve"), .done), for: id))
        var kept = try #require(try service.read { try $0.instance(id) })
        #expect(kept.entries == 4 && kept.keptFrom == 2 && service.script.carriedOut == ["ask reserve 1", "ask prepare 1"])
        let journal = try #require(try service.read { try $0.journal(of: id) })
        #expect(journal.items.map(\.verdict) == ["asked", "kept", "kept", "kept"])
        try service.restart()
        #expect(try service.read { try $0.instance(id) } == kept)

        try service.restart(try Samples.catalogue())
        // The first input of any kind, here an early reply, comes after what was kept.
        try service.done(.perform("finish"), on: connection)
        #expect(try service.view(id)?.step == "switch")
        kept = try #require(try service.read { try $0.instance(id) })
        let entries = try service.read { try $0.entries(of: id) }
        #expect(
            entries.map(\.verdict) == [.asked, .kept, .kept, .kept, .asked, .hindered, .asked, .ignoredEarly] && kept.keptFrom == 0)
        #expect(entries[4].input == entries[1].input && entries[4].actor == entries[1].actor)
        #expect(try SagaReplay(try Samples.definition(), of: kept, entries).explains(kept))
        try service.done(.perform("switch"), on: connection)
        #expect(try service.view(id)?.step == "finish")
    }

    @Test("What was kept is decided at the next deadline at the latest")
    func keptUntilDeadline() throws {
        let service = try SagaService()
        let id = try service.start(connection).sagaID
        try service.restart(try SagaCatalogue([]))
        try service.done(.perform("prepare"), on: connection)
        try service.pass(.seconds(30))
        try service.restart(try Samples.catalogue())
        try service.pass(.seconds(3_600))
        #expect(try service.view(id)?.step == "approve")
        let (instance, entries) = try service.read { (try #require(try $0.instance(id)), try $0.entries(of: id)) }
        #expect(entries.map(\.verdict) == [.asked, .kept, .asked])
        #expect(try SagaReplay(try Samples.definition(), of: instance, entries).explains(instance))
    }

    @Test("Times of its own come back from the database, and its deadline is theirs")
    func timeLimits() throws {
        let definition = try SagaDefinition(
            "offer", version: 1,
            steps: [
                SagaStep(
                    "answer", asks: "the customer", to: "answer",
                    awaits: SagaReply("the answer", patience: .inTime(elseAlarmAfter: .seconds(100))),
                    wayBack: .notNeeded(because: "an answer has no effect"))
            ])
        let service = try SagaService(try SagaCatalogue([definition]))
        let limits = ["answer": Duration.seconds(500), "other": .milliseconds(1)]
        let id = try service.node.ok(.start(connection, definition: "offer", timeLimits: limits), as: SagaView.self).sagaID
        try service.restart()
        #expect(try service.read { try $0.instance(id) }?.timeLimits == limits)
        try service.pass(.seconds(450))
        #expect(try service.view(id)?.phase == "running")
        try service.pass(.seconds(50))
        #expect(try service.view(id)?.phase == "compensated")
    }

    @Test("Operators say why, and what is not there is not found")
    func orders() throws {
        let service = try SagaService()
        let id = try service.start(connection).sagaID
        #expect(try refusal(service, .take(.cancel(reason: ""), for: id)).field == "reason")
        #expect(try refusal(service, .take(.cancel(reason: String(repeating: "x", count: 1_001)), for: id)).code == "invalid_value")
        #expect(try refusal(service, .take(.skip(reason: "tired of it"), for: id)).code == "contradicts_state")
        #expect(try service.node.refusal(.take(.cancel(reason: "x"), for: Samples.sagaID(99))).status == 404)
        let rehearsed = try service.node.answer(.take(.cancel(reason: "what if"), for: id), isDryRun: true)
        #expect(try SagaView(json: rehearsed.body).phase == "compensating")
        #expect(try service.view(id)?.phase == "running", "a dry run changes nothing")
        try service.pass(.seconds(30))
        #expect(try service.view(id)?.attempt == 2, "and its timer stands")
    }

    @Test("Lists come in pages and by phase, connection and definition")
    func lists() throws {
        let service = try SagaService()
        let ids = try (1...5).map { try service.start(Samples.connection($0)).sagaID }
        try service.node.ok(.take(.reply(.perform("prepare"), .refused("no")), for: ids[1]))
        let first = try service.read { try $0.sagas(SagaFilter(), PageRequest(size: 3)) }
        #expect(first.items.map(\.sagaID) == Array(ids[..<3]))
        let rest = try service.read { try $0.sagas(SagaFilter(), try PageRequest(size: 3, token: first.nextPageToken)) }
        #expect(rest.items.map(\.sagaID) == Array(ids[3...]) && rest.nextPageToken.isEmpty)
        var filter = SagaFilter()
        try filter.take(phase: "running")
        #expect(try service.read { try $0.sagas(filter, PageRequest()) }.items.count == 4)
        filter.connection = Samples.connection(3)
        filter.definition = "vlan-change"
        #expect(try service.read { try $0.sagas(filter, PageRequest()) }.items.map(\.sagaID) == [ids[2]])
        filter.definition = "delete"
        #expect(try service.read { try $0.sagas(filter, PageRequest()) }.items.isEmpty)
        #expect(throws: Refusal.self) { try filter.take(phase: "walking") }
    }
}

@Suite("How long sagas stay")
struct SagaRetentionTests {
    @Test("Those that are over go with their journals when their time is over, those under way stay")
    func purge() throws {
        let service = try SagaService()
        let ids = try (1...3).map { try service.start(Samples.connection($0)).sagaID }
        for id in ids[..<2] { try service.node.ok(.take(.reply(.perform("prepare"), .refused("no")), for: id)) }
        service.clock.advance(by: .seconds(999))
        try service.node.engine.maintain()
        #expect(try service.node.rows(of: "saga") == 3)
        service.clock.advance(by: .seconds(2))
        try service.node.engine.maintain()
        #expect(try service.node.rows(of: "saga") == 1)
        #expect(try service.node.rows(of: "saga_journal") == 1)
        #expect(try service.view(ids[2])?.phase == "running")
        #expect(service.node.statistics.purgedRows == 2)
    }

    @Test("Every table has a rule and an age")
    func rules() throws {
        let service = try SagaService()
        let tables = try service.node.read { reader in
            var names: Set<String> = []
            try reader.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'saga%'").query {
                row throws(StoreError) in names.insert(try row.text(0))
            }
            return names
        }
        #expect(tables == Set(TableRetention.sagas.keys))
        #expect(tables == Set(AgedTable.sagas.map(\.name)))
        _ = try service.start(Samples.connection(1))
        try service.node.ok(.reply(.perform("prepare"), .refused("no"), on: Samples.connection(1)))
        let ages = try service.node.read { try MessagingQueries($0).oldestRows(of: AgedTable.sagas) }
        #expect(ages.allSatisfy { $0.oldest == service.clock.now() })
    }
}
