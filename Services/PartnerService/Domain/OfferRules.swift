public import HostedConnection
import Schema

/// What a partner asks for when it offers a port.
public struct Offer: Equatable, Sendable {
    public var circuit: CircuitID
    public var tenant: AccountID
    /// nil when it was not given, which is refused: 0 is a value (R-045).
    public var vlan: UInt32?
    public var bandwidthMbps: UInt32?
    public var payer: PayingParty
    public var name: String
    public var resourceGroup: String

    public init(
        circuit: CircuitID, tenant: AccountID, vlan: UInt32?, bandwidthMbps: UInt32?, payer: PayingParty = .tenant, name: String = "",
        resourceGroup: String = ""
    ) {
        self.circuit = circuit
        self.tenant = tenant
        self.vlan = vlan
        self.bandwidthMbps = bandwidthMbps
        self.payer = payer
        self.name = name
        self.resourceGroup = resourceGroup
    }
}

/// An offer whose own fields are right: what can be said without looking anything up.
public struct CheckedOffer: Equatable, Sendable {
    public var offer: Offer
    public var vlan: VLANID
    public var bandwidth: Bandwidth
}

/// The rules for offering a port, in the order of A-10: identity, existence and ownership, site, circuit, syntax, VLAN,
/// capacity.
public enum OfferRules {
    /// The longest name or resource group in characters.
    public static let nameLimit = 128

    /// - Parameters:
    ///   - partner: the account that offers: the circuit's owner.
    ///   - tenant: the tenant's facts, nil if the account is not known.
    ///   - isAllowed: whether the caller may act for the circuit's owner; otherwise the circuit does not exist for it (A-05).
    public static func check(
        _ offer: Offer, circuit: Circuit?, isAllowed: Bool, partner: KnownAccount?, tenant: KnownAccount?,
        catalogue: BandwidthCatalogue
    ) throws(Refusal) -> CheckedOffer {
        guard offer.tenant.isSet else {
            // R-007
            throw Refusal(
                .missingField, "A shared port needs the tenant's account", field: "tenantAccountId",
                next: "Give the tenant's 16-digit account ID")
        }
        guard offer.circuit.isSet else {
            throw Refusal(.missingField, "A shared port needs a circuit", field: "circuitId", next: "Give the ID of one of your circuits")
        }
        guard let circuit, isAllowed, let partner else {
            throw Refusal(
                .notFound, "Circuit \(offer.circuit) was not found", field: "circuitId", object: offer.circuit.description,
                next: "List your circuits and choose one of them")
        }
        guard let tenant, !tenant.isPartner else {
            throw Refusal(
                .accountUnknown, "No tenant account \(offer.tenant) is known", field: "tenantAccountId",
                object: offer.tenant.description, next: "Check the account ID, or have the account registered with tenant-service")
        }
        guard !tenant.isClosed else {
            throw Refusal(
                .accountClosed, "The tenant account \(tenant.id) is closed", field: "tenantAccountId", object: tenant.id.description)
        }
        guard !partner.isClosed else {
            throw Refusal(.accountClosed, "The partner account \(partner.id) is closed", field: "circuitId", object: partner.id.description)
        }
        guard tenant.site == partner.site else {
            // R-008 – R-010: the guide's text.
            throw Refusal(
                .crossSite, "Cross-site pushing of shared ports is not allowed", field: "tenantAccountId",
                object: tenant.id.description,
                next: "The partner is on site \(partner.site), the tenant on site \(tenant.site): use accounts of one site")
        }
        guard tenant.mayUse(region: circuit.region) else {
            // R-012
            throw Refusal(
                .regionMismatch, "The tenant account \(tenant.id) does not use region \(circuit.region)", field: "tenantAccountId",
                object: tenant.id.description,
                next: "Choose a circuit in one of the tenant's regions: \(tenant.regions.joined(separator: ", "))")
        }
        guard circuit.isDeployed else {
            // R-011
            throw Refusal(
                .circuitNotDeployed, "Circuit \(circuit.name) is not deployed as a physical connection", field: "circuitId",
                object: circuit.id.description, next: "Deploy the circuit first, or choose another")
        }
        return try checkSyntax(offer, catalogue: catalogue)
    }

    private static func checkSyntax(_ offer: Offer, catalogue: BandwidthCatalogue) throws(Refusal) -> CheckedOffer {
        guard let number = offer.vlan else {
            // R-045
            throw Refusal(
                .missingField, "A shared port needs a VLAN ID", field: "vlanId", next: "Give a VLAN from 0 to 2999; 0 is a routed interface"
            )
        }
        guard let vlan = VLANID(number) else {
            // R-044
            throw Refusal(.invalidValue, "VLAN \(number) is not from 0 to 2999", field: "vlanId", next: "Give a VLAN from 0 to 2999")
        }
        guard let megabits = offer.bandwidthMbps else {
            throw Refusal(
                .missingField, "A shared port needs a bandwidth", field: "bandwidthMbps", next: "Offered are \(catalogue.list) Mbit/s")
        }
        let bandwidth = Bandwidth(megabitsPerSecond: megabits)
        guard catalogue.contains(bandwidth) else {
            // R-051
            throw Refusal(
                .bandwidthNotOffered, "\(bandwidth) is not an offered specification", field: "bandwidthMbps",
                next: "Offered are \(catalogue.list) Mbit/s")
        }
        try Refusal.check(offer.name, field: "name", limit: nameLimit)
        try Refusal.check(offer.resourceGroup, field: "resourceGroup", limit: nameLimit)
        return CheckedOffer(offer: offer, vlan: vlan, bandwidth: bandwidth)
    }

    /// Offers the port: it is pending for the tenant (R-040), and a paying partner is charged at once (A-14).
    public static func offer(
        _ checked: CheckedOffer, on circuit: Circuit, id: PortID, now: Instant
    ) throws(Refusal) -> SupplyDecision {
        let offer = checked.offer
        let port = SuppliedPort(
            id: id, circuit: circuit.id, partner: circuit.partner, tenant: offer.tenant, name: offer.name,
            resourceGroup: offer.resourceGroup, vlan: checked.vlan, bandwidth: checked.bandwidth, payer: offer.payer, axes: .offered,
            subscription: PortSubscription(id: offer.payer == .partner ? SubscriptionID(of: id) : .none), vbr: .none, offeredAt: now,
            acceptedAt: nil, activatedAt: nil, waitingSince: now)
        var decision = SupplyDecision(port)
        decision.messages.append(.portOffered(announcement(of: port, on: circuit)))
        decision.history.append(HistoryNote(.offered, detail: "VLAN \(port.vlan), \(port.bandwidth)"))
        if port.payer == .partner { try PaymentRules.charge(&decision, region: circuit.region) }
        return decision
    }

    private static func announcement(of port: SuppliedPort, on circuit: Circuit) -> PortOffered {
        var message = PortOffered()
        message.connectionID = port.connection
        message.portID = port.id
        message.circuitID = port.circuit
        message.partnerAccountID = port.partner
        message.tenantAccountID = port.tenant
        message.region = circuit.region
        message.accessPoint = circuit.accessPoint
        message.vlanID = UInt32(port.vlan.number)
        message.bandwidthMbps = port.bandwidth.megabitsPerSecond
        message.payer = port.payer == .partner ? .partner : .tenant
        message.name = port.name
        message.resourceGroup = port.resourceGroup
        return message
    }
}
