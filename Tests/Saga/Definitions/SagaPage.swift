import HostedConnection
import PartnerDomain
import Saga
import TransformationSaga

/// Services/SAGAS.md, as the definitions and the rules of sagas make it.
enum SagaPage {
    static var text: String {
        """
        # The sagas

        Written by the tests from the definitions; do not edit. `WRITE_SAGAS=1 swift test --filter SagaPageTests` writes it anew, and the
        tests fail when it is not what the definitions say and the rules do.

        A step's diagram shows what is asked of whom and what is waited for. The table below it says what each input does at each place
        where the saga waits: for a step's reply, for the reply to an undoing, or for an operator.

        * *done*, *refused*, *not yet*: what the one asked answers. *Again* is the same answer once more, after the saga has gone on.
        * *no answer* is the first deadline, *no answer at all* the deadline at which the saga gives up asking.
        * → what is asked next; ↩ what is taken back next. A step that is done as soon as it is asked stands before the one that is waited
          for. What changes nothing is counted and noted once: as known already, as too late, or as not asked for.

        \(PartnerSagas.catalogue.all.map(section).joined(separator: "\n"))
        """
    }

    private static func section(_ definition: SagaDefinition) -> String {
        """
        ## \(definition.version)

        ```mermaid
        \(SagaDiagram.text(definition))```

        | step | taken back |
        | --- | --- |
        \(definition.steps.map { "| \($0.name) | \($0.wayBack.words) |" }.joined(separator: "\n"))

        \(table(definition))

        """
    }

    private static func table(_ definition: SagaDefinition) -> String {
        let places = SagaPlace.all(of: definition)
        let lines =
            [["input"] + places.map(\.words), ["---"] + places.map { _ in "---" }]
            + SagaTrial.allCases.map { trial in [trial.rawValue] + places.map { trial.words(at: $0, in: definition) } }
        return lines.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
    }
}

extension SagaWayBack {
    fileprivate var words: String {
        switch self {
        case .notNeeded(let reason): "not needed: \(reason)"
        case .undo(let undo): undo.request
        case .pointOfNoReturn: "**point of no return**"
        }
    }
}
