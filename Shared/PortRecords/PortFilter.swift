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
        self.acceptance = try Acceptance.named(acceptance, field: "acceptance")
        self.service = try ServiceState.named(service, field: "service")
        self.billing = try BillingState.named(billing, field: "billing")
        self.association = try VBRAssociation.named(association, field: "association")
    }
}

extension StateAxis {
    /// The state that a filter asks for; nil for an empty word.
    /// - Throws: ``RefusalCode/invalidValue`` for a word that is no state.
    public static func named(_ word: String, field: String) throws(Refusal) -> Self? {
        guard !word.isEmpty else { return nil }
        if let state = Self(name: word) { return state }
        throw Refusal(
            .invalidValue, "\"\(word)\" is no state of \(field)", field: field,
            next: "Use one of \(allCases.map(\.name).joined(separator: ", "))")
    }
}
