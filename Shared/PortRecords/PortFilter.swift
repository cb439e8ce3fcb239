public import HostedConnection

/// Which ports a list shows. What is nil or empty is not asked.
public struct PortFilter: Sendable, Hashable {
    public var circuit: CircuitID?
    public var partner: AccountID?
    public var tenant: AccountID?
    public var region = ""
    public var acceptance: Acceptance?
    public var service: ServiceState?
    public var billing: BillingState?
    public var association: VBRAssociation?

    public init() {}

    /// A filter from words, as requests have them.
    /// - Throws: ``RefusalCode/invalidValue`` for a word that is no state.
    public mutating func take(acceptance: String, service: String, billing: String, association: String) throws(Refusal) {
        self.acceptance = try Self.state(acceptance, "acceptance")
        self.service = try Self.state(service, "service")
        self.billing = try Self.state(billing, "billing")
        self.association = try Self.state(association, "association")
    }

    private static func state<Axis: StateAxis>(_ word: String, _ field: String) throws(Refusal) -> Axis? {
        guard !word.isEmpty else { return nil }
        if let state = Axis(name: word) { return state }
        throw Refusal(
            .invalidValue, "\"\(word)\" is no state of \(field)", field: field,
            next: "Use one of \(Axis.allCases.map(\.name).joined(separator: ", "))")
    }
}
