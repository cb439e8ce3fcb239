import FoundationEssentials
import HostedConnection
import PartnerDomain
import Saga
import Testing
import TransformationSaga

/// Journals of finished sagas, checked in: a saga that ran under a version of a definition is decided the same way for good.
@Suite("Journals of finished sagas are replayed against today's code")
struct GoldenJournalTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../GoldenJournals")
    private static let isWriting = ProcessInfo.processInfo.environment["WRITE_JOURNALS"] != nil

    /// How a saga went, as inputs after its start.
    struct Course: Sendable, CustomTestStringConvertible {
        let definition: String
        let ending: String
        let inputs: [JournalInput]
        var testDescription: String { "\(definition), \(ending)" }
    }

    enum JournalInput: Sendable {
        case done(String)
        case refused(String)
        case hindered(String)
        case undone(String)
        case undoFailed(String)
        case deadline
        /// Deadlines until it does not go on by itself.
        case silence
        case cancel
        case resume
        case markDone
        case skip
    }

    static let courses: [Course] = [
        Course(definition: "port-deletion", ending: "completed", inputs: [.done("freeze"), .deadline, .done("remove"), .done("settle")]),
        Course(definition: "port-deletion", ending: "refused", inputs: [.refused("freeze"), .done("freeze")]),
        Course(definition: "port-deletion", ending: "unanswered", inputs: [.silence]),
        Course(
            definition: "port-deletion", ending: "operator",
            inputs: [.done("freeze"), .refused("remove"), .resume, .refused("remove"), .markDone, .done("settle")]),
        Course(
            definition: "vlan-change", ending: "completed", inputs: [.done("announce"), .done("device"), .done("device"), .done("commit")]),
        Course(definition: "vlan-change", ending: "device-refuses", inputs: [.done("announce"), .refused("device")]),
        Course(
            definition: "vlan-change", ending: "device-silent",
            inputs: [.done("announce"), .deadline, .refused("device"), .undone("device")]),
        Course(
            definition: "vlan-change", ending: "operator",
            inputs: [.done("announce"), .cancel, .silence, .resume, .undoFailed("device"), .undone("device")]),
        Course(definition: "bandwidth-increase", ending: "completed", inputs: [.done("pay"), .done("device")]),
        Course(definition: "bandwidth-increase", ending: "declined", inputs: [.deadline, .refused("pay"), .done("pay")]),
        Course(definition: "bandwidth-increase", ending: "operator", inputs: [.done("pay"), .refused("device"), .skip]),
        Course(definition: "bandwidth-decrease", ending: "completed", inputs: [.deadline, .done("device")]),
        Course(definition: "bandwidth-decrease", ending: "cancelled", inputs: [.cancel, .done("device"), .undone("device")]),
        Course(definition: "bandwidth-decrease", ending: "operator", inputs: [.silence, .silence, .skip]),
        Course(
            definition: "transformation", ending: "completed",
            inputs: [
                .done("acceptance"), .hindered("payment"), .done("payment"), .deadline, .done("confirmation"), .deadline,
                .done("association"), .done("association"),
            ]),
        Course(definition: "transformation", ending: "rejected", inputs: [.refused("acceptance"), .undone("offer"), .done("acceptance")]),
        Course(definition: "transformation", ending: "expired", inputs: [.deadline, .deadline, .undone("offer")]),
        Course(
            definition: "transformation", ending: "declined",
            inputs: [.done("acceptance"), .hindered("payment"), .deadline, .undone("offer")]),
        Course(
            definition: "transformation", ending: "cancelled",
            inputs: [.done("acceptance"), .done("payment"), .cancel, .undoFailed("offer"), .deadline, .undone("offer")]),
        Course(
            definition: "transformation", ending: "operator",
            inputs: [.done("acceptance"), .cancel, .silence, .resume, .silence, .markDone]),
    ]

    private static func file(_ course: Course) throws -> URL {
        let version = try #require(PartnerSagas.catalogue.newest(course.definition)).version
        return folder.appendingPathComponent("\(version.name)-\(version.number)-\(course.ending).tsv")
    }

    private static var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".tsv") }.sorted()
    }

    /// New versions of definitions get journals of their own; those of older ones stay as they are, for as long as sagas may run
    /// under them.
    @Test("Each course of the newest definitions has its journal", arguments: courses)
    func isThere(_ course: Course) throws {
        let file = try Self.file(course)
        if Self.isWriting { try Data(try Self.journal(course).text.utf8).write(to: file) }
        #expect(FileManager.default.fileExists(atPath: file.path), "WRITE_JOURNALS=1 swift test --filter GoldenJournalTests writes it")
        #expect(!Self.isWriting, "journals were written anew: look at what has changed, and run without WRITE_JOURNALS")
    }

    @Test("Replayed, each gives the same decisions and the same end", arguments: files)
    func replays(_ name: String) throws {
        let data = try Data(contentsOf: Self.folder.appendingPathComponent(name))
        let golden = try JournalFile(String(decoding: data, as: UTF8.self))
        let definition = try #require(PartnerSagas.catalogue[golden.instance.version], "sagas of this version can't go on any more")
        let replay = try SagaReplay(definition, of: golden.instance, golden.journal)
        let ended = replay.instance
        #expect(ended.phase == golden.instance.phase && ended.phase.isEnded)
        #expect(ended.step == golden.instance.step && ended.trouble == golden.instance.trouble)
        #expect(ended.reason == golden.instance.reason && ended.endedAt == golden.instance.endedAt)
        #expect(ended.entries == UInt32(golden.journal.count))
    }

    @Test("Every definition has one that completed, one that was taken back and one that an operator had to end")
    func kinds() throws {
        var ends: [String: Set<SagaPhase>] = [:]
        var directed: Set<String> = []
        for course in Self.courses {
            let journal = try Self.journal(course)
            ends[course.definition, default: []].insert(journal.instance.phase)
            if journal.journal.contains(where: { $0.verdict == .needsOperator }) { directed.insert(course.definition) }
        }
        let names = Set(PartnerSagas.catalogue.all.map(\.version.name))
        #expect(Set(ends.keys) == names && directed == names)
        #expect(ends.values.allSatisfy { $0 == [.completed, .compensated] })
    }

    // MARK: Making them

    private static func journal(_ course: Course) throws -> JournalFile {
        let definition = try #require(PartnerSagas.catalogue.newest(course.definition))
        let limits =
            course.definition == TransformationSaga.name ? ["acceptance": Duration.seconds(3_600), "payment": .seconds(86_400)] : [:]
        var saga = SagaCourse(
            definition,
            SagaInstance(
                Samples.sagaID(), definition.version, about: Samples.connection(), context: [1, 44], timeLimits: limits, at: Samples.begin))
        try saga.take(.start)
        for input in course.inputs { try take(input, &saga) }
        #expect(saga.instance.phase.isEnded, "\(course.testDescription) ends")
        return JournalFile(instance: saga.instance, journal: saga.journal)
    }

    private typealias SagaCourse = SagaTests.Course

    private static func take(_ input: JournalInput, _ saga: inout SagaCourse) throws {
        switch input {
        case .done(let step): try saga.take(.done(step))
        case .refused(let step): try saga.take(.refused(step))
        case .hindered(let step): try saga.feed(.reply(.perform(step), .hindered("declined")))
        case .undone(let step): try saga.take(.undone(step))
        case .undoFailed(let step): try saga.take(.undoFailed(step))
        case .deadline: try saga.take(.deadline)
        case .silence:
            var verdict: SagaVerdict?
            repeat { verdict = try saga.take(.deadline).entry?.verdict } while verdict == .askedAgain || verdict == .undoingAgain
        case .cancel: try saga.take(.cancel)
        case .resume: try saga.take(.resume)
        case .markDone: try saga.take(.markDone)
        case .skip: try saga.take(.skip)
        }
    }
}
