import HostedConnection
import Schema
import TenantDomain
import Testing

let now = Instant(seconds: 1_700_000_000)
let later = Instant(seconds: 1_700_000_060)
let partnerID = AccountID(number: 1_000_000_000_000_001)
let tenantID = AccountID(number: 2_000_000_000_000_001)

func id<Kind: IdentifierKind>(_ number: UInt64, _ kind: Kind.Type = Kind.self) -> Identifier<Kind> {
    Identifier(bits: ID128(milliseconds: number, kind: Kind.code, sequence: 0, random: 7))
}

func announcement(payer: Payer = .tenant) -> PortOffered {
    PortOffered(
        connectionID: ConnectionID(id(2, PortKind.self)), portID: id(2), circuitID: id(1), partnerAccountID: partnerID,
        tenantAccountID: tenantID, region: "eu-central-1", accessPoint: "Frankfurt A", vlanID: 100, bandwidthMbps: 200, payer: payer,
        name: "port")
}

func offered(payer: Payer = .tenant) throws -> DemandedPort { try AcceptanceRules.offered(announcement(payer: payer), now: now).port }

/// A port that a tenant can create a VBR on.
func active() throws -> DemandedPort {
    let accepted = try AcceptanceRules.accept(try offered(), now: now).port
    let paid = try TenantPaymentRules.folded(accepted, .settled(settled(accepted)), now: now).port
    return try AcceptanceRules.activated(paid, activation(), now: now).port
}

func settled(_ port: DemandedPort, attempt: UInt8 = 1) -> ChargeSettled {
    ChargeSettled(
        subscriptionID: port.subscription.id, chargeID: SubscriptionID(of: port.id).charge(attempt: attempt), payerAccountID: tenantID,
        version: 1, amountMinor: 24_000, currency: "EUR")
}

func activation() -> PortActivated {
    PortActivated(connectionID: ConnectionID(id(2, PortKind.self)), portID: id(2), activatedAt: Timestamp(later))
}

/// An active port with a VBR, `id(9)`.
func connected() throws -> (port: DemandedPort, router: VirtualBorderRouter) {
    let decision = try VBRRules.create(form(), on: try active(), id: id(9), now: now)
    guard let router = decision.vbr else { throw Missing() }
    return (decision.port, router)
}

func form(
    vlan: UInt32? = nil, bandwidth: UInt32? = nil, cloud: String = "10.0.0.1", client: String = "10.0.0.2",
    mask: String = "255.255.255.252"
) -> VBRForm {
    VBRForm(port: id(2), vlan: vlan, bandwidthMbps: bandwidth, cloudIPv4: cloud, clientIPv4: client, subnetMask: mask)
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

/// A message that should be there is not.
struct Missing: Error {}
