public import HostedConnection

/// A circuit as its registration describes it.
public struct CircuitForm: Equatable, Sendable {
    public var partner: AccountID
    public var name: String
    public var region: String
    public var accessPoint: String
    public var capacityMbps: UInt32?
    public var isDeployed: Bool

    public init(
        partner: AccountID, name: String, region: String, accessPoint: String, capacityMbps: UInt32?, isDeployed: Bool = true
    ) {
        self.partner = partner
        self.name = name
        self.region = region
        self.accessPoint = accessPoint
        self.capacityMbps = capacityMbps
        self.isDeployed = isDeployed
    }
}

/// The rules for registering a circuit.
public enum CircuitRules {
    /// The longest name, region or access point in characters.
    public static let nameLimit = 128

    /// - Parameters:
    ///   - partner: the owner's facts, nil if the account is not held here.
    ///   - isAllowed: whether the caller may act for the owner; otherwise the owner does not exist for it (A-05).
    ///   - limits: what a circuit in service keeps to (R-005).
    public static func register(
        _ form: CircuitForm, id: CircuitID, partner: KnownAccount?, isAllowed: Bool, limits: NetworkLimits = .none, now: Instant
    ) throws(Refusal) -> Circuit {
        guard form.partner.isSet else {
            throw Refusal(
                .missingField, "A circuit needs its partner's account", field: "partnerAccountId", next: "Give the 16-digit account ID")
        }
        guard let partner, isAllowed, partner.isPartner else {
            throw Refusal(
                .accountUnknown, "No partner account \(form.partner) is held here", field: "partnerAccountId",
                object: form.partner.description, next: "Register the account first")
        }
        guard !partner.isClosed else {
            throw Refusal(
                .accountClosed, "The partner account \(partner.id) is closed", field: "partnerAccountId", object: partner.id.description)
        }
        for (field, text) in [("name", form.name), ("region", form.region), ("accessPoint", form.accessPoint)] {
            guard !text.isEmpty else {
                throw Refusal(.missingField, "A circuit needs its \(field)", field: field, next: "Give the circuit's \(field)")
            }
            try Refusal.check(text, field: field, limit: nameLimit)
        }
        guard partner.mayUse(region: form.region) else {
            // R-012
            throw Refusal(
                .regionMismatch, "The partner account \(partner.id) does not use region \(form.region)", field: "region",
                object: partner.id.description, next: "Choose one of \(partner.regions.joined(separator: ", "))")
        }
        guard let capacity = form.capacityMbps, capacity > 0 else {
            throw Refusal(
                .missingField, "A circuit needs its bandwidth", field: "bandwidthMbps", next: "Give the circuit's bandwidth in Mbit/s")
        }
        let circuit = Circuit(
            id: id, partner: form.partner, name: form.name, region: form.region, accessPoint: form.accessPoint,
            capacity: Bandwidth(megabitsPerSecond: capacity), isDeployed: form.isDeployed, registeredAt: now)
        try limits.check(circuit)
        return circuit
    }

    /// Answers a registration under a name that the partner's circuit has already: the same facts again change nothing.
    public static func repeated(_ form: CircuitForm, _ known: Circuit) throws(Refusal) -> Circuit {
        guard known.region == form.region, known.accessPoint == form.accessPoint,
            known.capacity.megabitsPerSecond == form.capacityMbps, known.isDeployed == form.isDeployed
        else {
            throw Refusal(
                .circuitExists, "The partner has a circuit named \(known.name) with other facts", field: "name",
                object: known.id.description, next: "Give the same facts, or another name")
        }
        return known
    }
}
