public import HostedConnection

/// The carriers that may offer shared ports (R-001, R-002).
public struct EligibleCarriers: Equatable, Sendable {
    public let names: [String]

    public init(_ names: [String]) { self.names = names }

    /// The five of the guide.
    public static let standard = EligibleCarriers([
        "China Mobile", "China Unicom", "China Telecom", "CITIC Telecom", "China Broadcasting Network",
    ])

    /// - Throws: ``RefusalCode/carrierNotEligible`` for an account of any other carrier.
    public func require(_ partner: KnownAccount) throws(Refusal) {
        guard names.contains(partner.carrier) else {
            throw Refusal(
                .carrierNotEligible, "Accounts of the carrier \(partner.carrier) cannot offer shared ports", field: "accountId",
                object: partner.id.description, next: "Use an account of \(names.joined(separator: ", "))")
        }
    }
}
