public import HostedConnection
public import Saga

/// Which sagas a list shows. What is nil or empty is not asked.
public struct SagaFilter: Sendable, Hashable {
    public var phase: SagaPhase?
    public var connection: ConnectionID?
    /// The definition's name.
    public var definition = ""
    /// Only those that wait longer than they should.
    public var isOverdue = false

    public init() {}

    /// Takes a phase by its name; none if the name is empty.
    /// - Throws: ``RefusalCode/invalidValue`` for a word that is no phase.
    public mutating func take(phase name: String) throws(Refusal) {
        guard !name.isEmpty else { return }
        guard let phase = SagaPhase(name: name) else {
            throw Refusal(
                .invalidValue, "\"\(name)\" is no phase of a saga", field: "phase",
                next: "Use one of \(SagaPhase.allCases.map(\.name).joined(separator: ", "))")
        }
        self.phase = phase
    }
}
