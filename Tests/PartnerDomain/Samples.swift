import HostedConnection
import PartnerDomain
import Schema
import Testing

let now = Instant(seconds: 1_700_000_000)
let later = Instant(seconds: 1_700_000_060)
let partnerID = AccountID(number: 1_000_000_000_000_001)
let tenantID = AccountID(number: 2_000_000_000_000_001)

func id<Kind: IdentifierKind>(_ number: UInt64, _ kind: Kind.Type = Kind.self) -> Identifier<Kind> {
    Identifier(bits: ID128(milliseconds: number, kind: Kind.code, sequence: 0, random: 7))
}

func partner(site: String = "international", regions: [String] = [], carrier: String = "China Telecom") -> KnownAccount {
    KnownAccount(
        id: partnerID, name: "Carrier", isPartner: true, carrier: carrier, site: site, regions: regions, outboundBilling: false,
        version: 1)
}

func tenant(site: String = "international", regions: [String] = []) -> KnownAccount {
    KnownAccount(
        id: tenantID, name: "Customer", isPartner: false, carrier: "", site: site, regions: regions, outboundBilling: false, version: 1)
}

func circuit(capacity: UInt32 = 1_000, isDeployed: Bool = true) -> Circuit {
    Circuit(
        id: id(1), partner: partnerID, name: "FRA-1", region: "eu-central-1", accessPoint: "Frankfurt A",
        capacity: Bandwidth(megabitsPerSecond: capacity), isDeployed: isDeployed, registeredAt: now)
}

func offer(
    _ circuit: CircuitID = id(1), tenant: AccountID = tenantID, vlan: UInt32? = 100, bandwidth: UInt32? = 200,
    payer: PayingParty = .tenant, resourceGroup: String = "", tags: [String: String] = [:], twin: PortID = .none
) -> Offer {
    Offer(
        circuit: circuit, tenant: tenant, vlan: vlan, bandwidthMbps: bandwidth, payer: payer, name: "port",
        resourceGroup: resourceGroup, tags: tags, twin: twin)
}

/// A privilege that is valid now.
let privilege = Privilege(
    account: partnerID, application: id(7), window: PrivilegeWindow(effective: now - .seconds(1), expires: now + .seconds(3_600)))

func check(
    _ offer: Offer, circuit: Circuit? = circuit(), isAllowed: Bool = true, partner: KnownAccount? = partner(),
    tenant: KnownAccount? = tenant(), privilege: Privilege? = privilege, readiness: ReadinessFacts? = nil,
    hasResourceGroup: Bool = false, twin: SuppliedPort? = nil, policy: PartnerPolicy = .standard
) throws(Refusal) -> CheckedOffer {
    let ground = OfferGround(
        partner: partner, circuit: isAllowed ? circuit : nil, tenant: tenant, privilege: privilege, readiness: readiness,
        hasResourceGroup: hasResourceGroup, twin: twin)
    return try OfferRules.check(offer, on: ground, policy: policy, now: now)
}

/// A port as it is just offered.
func offered(payer: PayingParty = .tenant) throws -> SupplyDecision {
    try OfferRules.offer(try check(offer(payer: payer)), on: circuit(), id: id(2), now: now)
}

/// The refusal that `body` throws; a test that gets none fails.
func refusal<Value>(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws(Refusal) -> Value
) -> Refusal? {
    do throws(Refusal) {
        _ = try body()
        Issue.record("nothing was refused", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error
    }
}
