public import HostedConnection
import Schema

/// A VBR as the partner registers it when it pushes it.
public struct PushForm: Equatable, Sendable {
    public var circuit: CircuitID
    public var tenant: AccountID
    public var name: String
    /// nil when it was not given, which is refused: 0 is a value (R-045).
    public var vlan: UInt32?
    /// Mbit/s; nil for none, "Speed Unlimited" of the old model.
    public var bandwidthMbps: UInt32?
    public var supportsBandwidth: Bool
    public var cloudIPv4: String
    public var clientIPv4: String
    public var subnetMask: String
    public var feePayer: PayingParty
    public var isFeePrepaid: Bool

    public init(
        circuit: CircuitID, tenant: AccountID, name: String = "", vlan: UInt32?, bandwidthMbps: UInt32? = nil,
        supportsBandwidth: Bool = true, cloudIPv4: String, clientIPv4: String, subnetMask: String, feePayer: PayingParty = .tenant,
        isFeePrepaid: Bool = false
    ) {
        self.circuit = circuit
        self.tenant = tenant
        self.name = name
        self.vlan = vlan
        self.bandwidthMbps = bandwidthMbps
        self.supportsBandwidth = supportsBandwidth
        self.cloudIPv4 = cloudIPv4
        self.clientIPv4 = clientIPv4
        self.subnetMask = subnetMask
        self.feePayer = feePayer
        self.isFeePrepaid = isFeePrepaid
    }
}

/// A push that nothing is wrong with but what its circuit holds already.
public struct CheckedPush: Equatable, Sendable {
    public var form: PushForm
    public var vlan: VLANID
    public var bandwidth: Bandwidth?
    public var addressing: VBRAddressing
}

/// The rules for pushing a VBR. It is judged like an offer, but for what only offers need: the privilege, the catalogue.
public enum PushRules {
    /// Checks everything but VLAN and capacity.
    public static func check(_ form: PushForm, on ground: OfferGround, policy: PartnerPolicy) throws(Refusal) -> CheckedPush {
        let what = "A pushed VBR"
        try ConnectionParties.checkNamed(circuit: form.circuit, tenant: form.tenant, by: what)
        let parties = try ConnectionParties(circuit: form.circuit, tenant: form.tenant, ground)
        try parties.checkCircuit(policy.limits)
        let vlan = try VLANID(given: form.vlan, by: what)
        guard form.bandwidthMbps != 0 else { throw unlimited(next: "Give the bandwidth in Mbit/s, or leave it out") }
        guard form.bandwidthMbps == nil || form.supportsBandwidth else {
            throw Refusal(
                .bandwidthNotConfigurable, "A VBR that does not support a bandwidth has none", field: "bandwidthMbps",
                next: "Leave the bandwidth out")
        }
        try Refusal.check(form.name, field: "name", limit: OfferRules.nameLimit)
        return CheckedPush(
            form: form, vlan: vlan, bandwidth: form.bandwidthMbps.map { Bandwidth(megabitsPerSecond: $0) },
            addressing: try VBRAddressing(cloud: form.cloudIPv4, client: form.clientIPv4, mask: form.subnetMask))
    }

    /// Whether a push repeats the one that made the VBR which holds its VLAN (A-15). A bandwidth that was set since is no other
    /// fact where none is given.
    public static func repeats(_ push: CheckedPush, _ known: PushedVBR) -> Bool {
        known.state != .deleted && known.circuit == push.form.circuit && known.vlan == push.vlan && known.tenant == push.form.tenant
            && known.name == push.form.name && known.addressing == push.addressing
            && known.supportsBandwidth == push.form.supportsBandwidth && known.fee.payer == push.form.feePayer
            && known.fee.isPrepaid == push.form.isFeePrepaid && (push.bandwidth == nil || known.bandwidth == push.bandwidth)
    }

    /// Pushes the VBR: it holds its VLAN and bandwidth (R-046, R-053), and its traffic passes.
    /// - Parameter holder: the connection that has the VLAN already, if one has.
    /// - Throws: VLAN conflicts first, then capacity (A-10).
    public static func push(
        _ push: CheckedPush, on circuit: inout Circuit, holder: ConnectionID?, id: VBRID, now: Instant
    ) throws(Refusal) -> PushedVBRDecision {
        try circuit.hold(vlan: push.vlan, bandwidth: push.bandwidth, holder: holder)
        let form = push.form
        let vbr = PushedVBR(
            id: id, circuit: circuit.id, partner: circuit.partner, tenant: form.tenant, name: form.name, vlan: push.vlan,
            bandwidth: push.bandwidth, supportsBandwidth: form.supportsBandwidth, addressing: push.addressing,
            fee: VBRFee(payer: form.feePayer, isPrepaid: form.isFeePrepaid), pushedAt: now, waitingSince: now)
        var decision = PushedVBRDecision(vbr)
        decision.messages.append(.vbrPushed(VBRPushed(vbr, on: circuit)))
        decision.note(.vbrPushed, "VLAN \(vbr.vlan), \(vbr.bandwidth?.description ?? "no bandwidth set")")
        return decision
    }

    /// R-115
    static func unlimited(next: String) -> Refusal {
        Refusal(.unlimitedBandwidth, "The bandwidth of a pushed VBR cannot be set to unlimited", field: "bandwidthMbps", next: next)
    }
}

extension VBRPushed {
    init(_ vbr: PushedVBR, on circuit: Circuit) {
        self.init(
            connectionID: vbr.connection, vbrID: vbr.id, circuitID: vbr.circuit, partnerAccountID: vbr.partner,
            tenantAccountID: vbr.tenant, region: circuit.region, accessPoint: circuit.accessPoint, vlanID: UInt32(vbr.vlan.number),
            bandwidthMbps: vbr.bandwidth?.megabitsPerSecond, name: vbr.name, cloudIPv4: vbr.addressing.cloud.description,
            clientIPv4: vbr.addressing.client.description, subnetMask: vbr.addressing.mask.description,
            feePayer: vbr.fee.payer == .partner ? .partner : .tenant, feePrepaid: vbr.fee.isPrepaid)
    }
}
