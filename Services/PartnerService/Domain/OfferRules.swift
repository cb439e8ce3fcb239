public import HostedConnection
import Schema

/// What a partner asks for when it offers a port.
public struct Offer: Equatable, Sendable {
    public var circuit: CircuitID
    public var tenant: AccountID
    /// nil when it was not given, which is refused: 0 is a value.
    public var vlan: UInt32?
    public var bandwidthMbps: UInt32?
    public var payer: PayingParty
    public var name: String
    /// The name of a resource group of the partner's; empty for none.
    public var resourceGroup: String
    public var tags: [String: String]
    /// A port that this one shall be redundant with; unset for none.
    public var twin: PortID

    public init(
        circuit: CircuitID, tenant: AccountID, vlan: UInt32?, bandwidthMbps: UInt32?, payer: PayingParty = .tenant, name: String = "",
        resourceGroup: String = "", tags: [String: String] = [:], twin: PortID = .none
    ) {
        self.circuit = circuit
        self.tenant = tenant
        self.vlan = vlan
        self.bandwidthMbps = bandwidthMbps
        self.payer = payer
        self.name = name
        self.resourceGroup = resourceGroup
        self.tags = tags
        self.twin = twin
    }
}

/// An offer that nothing is wrong with but what its circuit holds already.
public struct CheckedOffer: Equatable, Sendable {
    public var offer: Offer
    public var vlan: VLANID
    public var bandwidth: Bandwidth
    public var tags: PortTags
}

/// What an offer is judged by.
public struct OfferGround: Equatable, Sendable {
    /// The account that offers: the caller's, or for staff the circuit's owner; nil if it is not held here.
    public var partner: KnownAccount?
    /// nil if there is none, or none that the caller may use.
    public var circuit: Circuit?
    /// nil if the account is not known.
    public var tenant: KnownAccount?
    public var privilege: Privilege?
    /// nil where readiness is not enforced.
    public var readiness: ReadinessFacts?
    /// Whether the partner has the resource group that the offer names.
    public var hasResourceGroup: Bool
    /// The port that the offer names as its twin; nil if there is none, or none that the caller may use.
    public var twin: SuppliedPort?

    public init(
        partner: KnownAccount?, circuit: Circuit?, tenant: KnownAccount?, privilege: Privilege? = nil, readiness: ReadinessFacts? = nil,
        hasResourceGroup: Bool = false, twin: SuppliedPort? = nil
    ) {
        self.partner = partner
        self.circuit = circuit
        self.tenant = tenant
        self.privilege = privilege
        self.readiness = readiness
        self.hasResourceGroup = hasResourceGroup
        self.twin = twin
    }
}

/// The rules for offering a port, in the order of A-10: identity, carrier, ownership and existence, site, privilege, circuit,
/// syntax, VLAN, capacity.
public enum OfferRules {
    /// The longest name or resource group in characters.
    public static let nameLimit = 128

    /// Checks everything but VLAN and capacity, which the circuit checks when it allocates them.
    public static func check(
        _ offer: Offer, on ground: OfferGround, policy: PartnerPolicy, now: Instant
    ) throws(Refusal) -> CheckedOffer {
        try ConnectionParties.checkNamed(circuit: offer.circuit, tenant: offer.tenant, by: "A shared port")
        if let partner = ground.partner { try policy.carriers.require(partner) }
        let parties = try ConnectionParties(circuit: offer.circuit, tenant: offer.tenant, ground)
        let (partner, circuit) = (parties.partner, parties.circuit)
        try PrivilegeRules.require(ground.privilege, for: .creation, now: now)
        try ReadinessRules.require(partner, ground.readiness, policy.readiness)
        try parties.checkCircuit(policy.limits)
        return try checkSyntax(offer, ground, circuit, catalogue: policy.catalogue.opened(with: partner.extraBandwidths))
    }

    private static func checkSyntax(
        _ offer: Offer, _ ground: OfferGround, _ circuit: Circuit, catalogue: BandwidthCatalogue
    ) throws(Refusal) -> CheckedOffer {
        let vlan = try VLANID(given: offer.vlan, by: "A shared port")
        guard let megabits = offer.bandwidthMbps else {
            throw Refusal(
                .missingField, "A shared port needs a bandwidth", field: "bandwidthMbps", next: "Offered are \(catalogue.list) Mbit/s")
        }
        let bandwidth = Bandwidth(megabitsPerSecond: megabits)
        guard catalogue.contains(bandwidth) else {
            //
            throw Refusal(
                .bandwidthNotOffered, "\(bandwidth) is not an offered specification", field: "bandwidthMbps",
                next: "Offered are \(catalogue.list) Mbit/s")
        }
        try Refusal.check(offer.name, field: "name", limit: nameLimit)
        guard offer.tags.isEmpty || offer.payer == .partner else {
            // the whole offer, rather than to drop the tags silently.
            throw PayerRules.tagsOfTheOther(object: nil, field: "tags")
        }
        let tags = offer.tags.isEmpty ? PortTags.none : try PortTags(offer.tags, field: "tags")
        try checkResourceGroup(offer, ground)
        try checkTwin(offer, ground, circuit)
        return CheckedOffer(offer: offer, vlan: vlan, bandwidth: bandwidth, tags: tags)
    }

    private static func checkResourceGroup(_ offer: Offer, _ ground: OfferGround) throws(Refusal) {
        try Refusal.check(offer.resourceGroup, field: "resourceGroup", limit: nameLimit)
        guard offer.resourceGroup.isEmpty || ground.hasResourceGroup else {
            //
            throw Refusal(
                .resourceGroupUnknown, "You have no resource group named \(offer.resourceGroup)", field: "resourceGroup",
                object: offer.resourceGroup, next: "Choose one of your resource groups, or create it with POST /admin/v1/resource-groups")
        }
    }

    /// Redundant ports are on different circuits.
    private static func checkTwin(_ offer: Offer, _ ground: OfferGround, _ circuit: Circuit) throws(Refusal) {
        guard offer.twin.isSet else { return }
        guard let twin = ground.twin else {
            throw Refusal(
                .notFound, "Port \(offer.twin) was not found", field: "redundantWith", object: offer.twin.description,
                next: "List your ports and choose one of them")
        }
        guard twin.tenant == offer.tenant, !twin.axes.acceptance.isEnded else {
            throw Refusal(
                .notRedundant, "Port \(twin.id) is no port in use of tenant \(offer.tenant)", field: "redundantWith",
                object: twin.id.description, next: "Choose a port of the same tenant that has not ended")
        }
        guard twin.circuit != circuit.id else {
            throw Refusal(
                .notRedundant, "Port \(twin.id) is on the same circuit", field: "redundantWith", object: twin.id.description,
                next: "Choose another circuit, best at another access point than \(circuit.accessPoint)")
        }
    }

    /// Offers the port: it is pending for the tenant, and a paying partner is charged at once.
    public static func offer(
        _ checked: CheckedOffer, on circuit: Circuit, id: PortID, now: Instant
    ) throws(Refusal) -> SupplyDecision {
        let offer = checked.offer
        let port = SuppliedPort(
            id: id, circuit: circuit.id, partner: circuit.partner, tenant: offer.tenant, name: offer.name,
            resourceGroup: offer.resourceGroup, vlan: checked.vlan, bandwidth: checked.bandwidth, payer: offer.payer, axes: .offered,
            subscription: PortSubscription(id: offer.payer == .partner ? SubscriptionID(of: id) : .none), vbr: .none, offeredAt: now,
            acceptedAt: nil, activatedAt: nil, waitingSince: now, tags: checked.tags)
        return try offered(port, on: circuit)
    }

    /// Offers the port that is made of a pushed VBR: circuit, VLAN and bandwidth are the VBR's own, and what the circuit has
    /// allocated stays as it is.
    /// - Parameters:
    ///   - bandwidth: the VBR's cap.
    ///   - saga: the transformation.
    public static func offer(
        _ vbr: PushedVBR, at bandwidth: Bandwidth, paidBy payer: PayingParty, on circuit: Circuit, id: PortID, saga: SagaID, now: Instant
    ) throws(Refusal) -> SupplyDecision {
        let port = SuppliedPort(
            id: id, circuit: circuit.id, partner: circuit.partner, tenant: vbr.tenant, name: vbr.name, resourceGroup: "", vlan: vbr.vlan,
            bandwidth: bandwidth, payer: payer, axes: .offered,
            subscription: PortSubscription(id: payer == .partner ? SubscriptionID(of: id) : .none), change: PortChange(saga: saga),
            offeredAt: now, waitingSince: now, origin: .pushedVBR(vbr.id, confirmedAt: nil))
        return try offered(port, on: circuit)
    }

    private static func offered(_ port: SuppliedPort, on circuit: Circuit) throws(Refusal) -> SupplyDecision {
        var decision = SupplyDecision(port)
        decision.messages.append(.portOffered(announcement(of: port, on: circuit)))
        NoticeRules.tell(&decision, region: circuit.region)
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
