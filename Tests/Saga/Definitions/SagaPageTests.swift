import FoundationEssentials
import PartnerDomain
import Saga
import Testing
import TransformationSaga

@Suite("Every step of every definition decides about every outcome as the page says")
struct SagaPageTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Services/SAGAS.md")
    private static let isWriting = ProcessInfo.processInfo.environment["WRITE_SAGAS"] != nil

    @Test("Services/SAGAS.md is what the definitions say and the rules do") func page() throws {
        if Self.isWriting { try Data(SagaPage.text.utf8).write(to: Self.file) }
        let written = lines(String(decoding: try Data(contentsOf: Self.file), as: UTF8.self))
        let isCurrent = lines(SagaPage.text) == written
        #expect(isCurrent, "WRITE_SAGAS=1 swift test --filter SagaPageTests writes it anew")
    }

    private func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    @Test(
        "Every definition's places can be reached, and nothing but an operator's word is refused there",
        arguments: PartnerSagas.catalogue.all.map(\.version))
    func places(_ version: SagaVersion) throws {
        let definition = try #require(PartnerSagas.catalogue[version])
        let directed: Set<SagaTrial> = [.cancel, .resume, .markDone, .skip]
        for place in SagaPlace.all(of: definition) {
            let course = try place.course(definition)
            #expect(definition.name(ofStep: course.instance.step) == place.step, "\(place.words)")
            #expect(!course.instance.phase.isEnded, "\(place.words)")
            for trial in SagaTrial.allCases where !directed.contains(trial) {
                #expect(!trial.words(at: place, in: definition).hasPrefix("`"), "\(trial) at \(place.words)")
            }
        }
    }
}
