import HostedConnection
import PartnerDomain
import Saga
import Schema
import Testing
import TransformationSaga

let now = Instant(seconds: 1_700_000_000)
let later = now + .seconds(60)
let partnerID = AccountID(number: 1_000_000_000_000_001)
let tenantID = AccountID(number: 2_000_000_000_000_001)
let sagaID: SagaID = id(9)

func id<Kind: IdentifierKind>(_ number: UInt64, _ kind: Kind.Type = Kind.self) -> Identifier<Kind> {
    Identifier(bits: ID128(milliseconds: number, kind: Kind.code, sequence: 0, random: 7))
}

func circuit(isDeployed: Bool = true) -> Circuit {
    Circuit(
        id: id(1), partner: partnerID, name: "FRA-1", region: "eu-central-1", accessPoint: "Frankfurt A",
        capacity: Bandwidth(megabitsPerSecond: 1_000), isDeployed: isDeployed, allocated: 1_000, connections: 5, registeredAt: now)
}

/// A pushed VBR that nothing is in the way of.
func pushed(_ change: (inout PushedVBR) -> Void = { _ in }) throws -> PushedVBR {
    let addressing = try VBRAddressing(cloud: "10.0.0.1", client: "10.0.0.2", mask: "255.255.255.252")
    var vbr = PushedVBR(
        id: id(3), circuit: id(1), partner: partnerID, tenant: tenantID, name: "edge", vlan: try #require(VLANID(700)),
        bandwidth: Bandwidth(megabitsPerSecond: 200), addressing: addressing, fee: VBRFee(payer: .tenant, isPrepaid: true),
        informed: TenantInformed(at: now, by: "operator:ada", how: "letter"),
        device: DeviceState(
            desired: 2, applied: 2,
            asked: DeviceConfiguration(.pass, vlan: try #require(VLANID(700)), rate: Bandwidth(megabitsPerSecond: 200))),
        pushedAt: now, waitingSince: now)
    change(&vbr)
    return vbr
}

/// What the VBR is judged by when nothing is in the way.
func ground(_ change: (inout TransformationGround) -> Void = { _ in }) -> TransformationGround {
    let window = PrivilegeWindow(effective: now - .seconds(1), expires: now + .seconds(3_600))
    var ground = TransformationGround(
        partner: KnownAccount(
            id: partnerID, name: "Carrier", isPartner: true, carrier: "China Telecom", site: "international", regions: [],
            outboundBilling: false, version: 1),
        circuit: circuit(),
        tenant: KnownAccount(
            id: tenantID, name: "Customer", isPartner: false, carrier: "", site: "international", regions: [], outboundBilling: true,
            version: 1),
        privilege: Privilege(account: partnerID, application: id(7), window: window))
    change(&ground)
    return ground
}

func obstacles(
    _ vbr: PushedVBR, payer: PayingParty = .tenant, on ground: TransformationGround = ground(), policy: PartnerPolicy = .standard
) -> [Refusal] {
    TransformationRules.obstacles(vbr, payer: payer, on: ground, policy: policy, now: now)
}

/// The port of a transformation as it is just offered.
func offered(payer: PayingParty = .tenant, of vbr: PushedVBR? = nil) throws -> SupplyDecision {
    try OfferRules.offer(
        try vbr ?? pushed(), at: Bandwidth(megabitsPerSecond: 200), paidBy: payer, on: circuit(), id: id(2), saga: sagaID, now: now)
}

func accepted(_ port: SuppliedPort) throws -> SuppliedPort {
    let subscription = port.payer == .tenant ? SubscriptionID(of: port.id) : SubscriptionID.none
    let event = PortAccepted(connectionID: port.connection, portID: port.id, subscriptionID: subscription)
    return try ActivationRules.accepted(port, event, now: later).port
}

func paid(_ port: SuppliedPort, _ outcome: PaymentOutcome = .settled) throws -> SuppliedPort {
    let subscription = SubscriptionID(of: port.id)
    if port.payer == .partner {
        let charge = port.subscription.chargeID
        return outcome == .settled
            ? try PaymentRules.folded(port, .settled(ChargeSettled(subscriptionID: subscription, chargeID: charge)), now: later).port
            : try PaymentRules.folded(
                port, .declined(ChargeDeclined(subscriptionID: subscription, chargeID: charge, reason: "no funds")), now: later
            ).port
    }
    let result = PaymentResult(
        portID: port.id, subscriptionID: subscription, chargeID: subscription.charge(attempt: 1), outcome: outcome,
        reason: outcome == .declined ? "no funds" : "")
    return try ActivationRules.paymentResult(port, result, now: later).port
}

/// Accepted, paid and confirmed.
func confirmed(payer: PayingParty = .tenant) throws -> SuppliedPort {
    let port = try paid(try accepted(try offered(payer: payer).port))
    return ConfirmationRules.confirm(port, of: id(3), saga: sagaID, attempt: 1, now: later).port
}

func associated(_ port: SuppliedPort, _ vbr: PushedVBR) throws -> (port: SupplyDecision, vbr: PushedVBR) {
    let event = VBRAssociated(
        connectionID: port.connection, portID: port.id, vbrID: vbr.id, sagaID: sagaID, name: vbr.name, bandwidthMbps: 200)
    return try ConfirmationRules.associated(port, vbr, event, now: later)
}

/// The refusal that `body` throws; a test that gets none fails.
func refusal<Value>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws(Refusal) -> Value) -> Refusal? {
    do throws(Refusal) {
        _ = try body()
        Issue.record("nothing was refused", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error
    }
}
