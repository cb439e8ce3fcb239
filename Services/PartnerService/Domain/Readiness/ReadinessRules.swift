public import HostedConnection

/// What the operator decides about readiness (A-44, A-45).
public struct ReadinessPolicy: Equatable, Sendable {
    /// Fewest circuits in service: 2 or 4.
    public var minimumCircuits: Int
    /// Whether a partner that is not ready is refused new ports.
    public var isEnforced: Bool

    public init(minimumCircuits: Int = 4, isEnforced: Bool = false) {
        self.minimumCircuits = minimumCircuits
        self.isEnforced = isEnforced
    }
}

/// What a partner's readiness is judged by.
public struct ReadinessFacts: Equatable, Sendable {
    /// Circuits in service by access point.
    public var circuits: [String: Int]
    /// A circuit in service that is above the network limits.
    public var aboveLimits: CircuitID?
    public var accessDevices: Int

    public init(circuits: [String: Int] = [:], aboveLimits: CircuitID? = nil, accessDevices: Int = 0) {
        self.circuits = circuits
        self.aboveLimits = aboveLimits
        self.accessDevices = accessDevices
    }
}

/// One requirement on a partner, and what is missing for it.
public struct ReadinessFinding: Equatable, Sendable {
    public enum Clause: String, Sendable, CaseIterable {
        case circuits = "circuits"
        case accessPoints = "access_points"
        case circuitsPerAccessPoint = "circuits_per_access_point"
        case productPermission = "product_permission"
        case networkLimits = "network_limits"
        case accessDevices = "access_devices"

        /// The number of the rule behind it.
        public var rule: String {
            switch self {
            case .circuits, .accessPoints, .circuitsPerAccessPoint: "R-003"
            case .productPermission: "R-004"
            case .networkLimits: "R-005"
            case .accessDevices: "R-006"
            }
        }
    }

    public var clause: Clause
    /// In words for people; nil if nothing is missing.
    public var missing: String?

    public var isMet: Bool { missing == nil }
}

/// Whether a partner is ready for hosted connections.
public enum ReadinessRules {
    /// Circuits that each access point needs, and access points that a partner needs.
    private static let fewest = 2

    /// Each requirement with what is missing for it.
    public static func report(_ partner: KnownAccount, _ facts: ReadinessFacts, _ policy: ReadinessPolicy) -> [ReadinessFinding] {
        ReadinessFinding.Clause.allCases.map { clause in
            ReadinessFinding(clause: clause, missing: missing(for: clause, partner, facts, policy))
        }
    }

    private static func missing(
        for clause: ReadinessFinding.Clause, _ partner: KnownAccount, _ facts: ReadinessFacts, _ policy: ReadinessPolicy
    ) -> String? {
        switch clause {
        case .circuits:
            let count = facts.circuits.values.reduce(0, +)
            return count >= policy.minimumCircuits ? nil : "\(policy.minimumCircuits - count) more circuits in service"
        case .accessPoints:
            return facts.circuits.count >= fewest ? nil : "circuits to \(fewest - facts.circuits.count) more access points"
        case .circuitsPerAccessPoint:
            let thin = facts.circuits.filter { $0.value < fewest }.keys.sorted()
            if facts.circuits.isEmpty { return "\(fewest) circuits to each access point" }
            return thin.isEmpty ? nil : "a second circuit to \(thin.joined(separator: ", "))"
        case .productPermission:
            return partner.hasProductPermission ? nil : "the network-product permissions, from the account manager"
        case .networkLimits:
            return facts.aboveLimits.map { "circuit \($0) within the cloud's network limits" }
        case .accessDevices:
            return facts.accessDevices > 0 ? nil : "an access device that manages bandwidth and monitors traffic"
        }
    }

    /// Refuses new ports of a partner that is not ready, where that is enforced (A-44).
    /// - Parameter facts: nil where it is not.
    /// - Throws: ``RefusalCode/partnerNotReady``, with each failing clause.
    public static func require(_ partner: KnownAccount, _ facts: ReadinessFacts?, _ policy: ReadinessPolicy) throws(Refusal) {
        guard policy.isEnforced, let facts else { return }
        let failing = report(partner, facts, policy).filter { !$0.isMet }
        guard !failing.isEmpty else { return }
        throw Refusal(
            .partnerNotReady, "The partner \(partner.id) is not ready: \(failing.map(\.clause.rawValue).joined(separator: ", "))",
            field: "circuitId", object: partner.id.description,
            next: "Missing: \(failing.compactMap(\.missing).joined(separator: "; "))")
    }
}
