public import HostedConnection

/// A VBR of the old model, which the partner has pushed to a tenant on one of its circuits. It is a connection of its own: its id
/// is the connection's, it holds VLAN and bandwidth of the circuit and carries traffic from the push on. A shared port can be made
/// of it.
public struct PushedVBR: Equatable, Sendable {
    public var id: VBRID
    public var circuit: CircuitID
    public var partner: AccountID
    public var tenant: AccountID
    public var name: String
    public var vlan: VLANID
    /// The bandwidth cap; nil while none is set, which is "Speed Unlimited" of the old model.
    public var bandwidth: Bandwidth?
    /// Whether a bandwidth can be configured.
    public var supportsBandwidth: Bool
    public var addressing: VBRAddressing
    public var fee: VBRFee
    /// Where the VBR stands as long as it is on no port; from then on the port's copy tells.
    public var state: RouterState
    /// That the tenant was told of the upgrade; nil without a record.
    public var informed: TenantInformed?
    /// The port that is being made of it, or was made of it; unset for none.
    public var port: PortID
    /// The transformation under way; unset for none.
    public var saga: SagaID
    /// Since when the VBR is on its port, whose device state and VBR state count from then on; nil before.
    public var attachedAt: Instant?
    /// What the access device is to do with the connection, as long as the VBR is on no port.
    public var device: DeviceState
    public var pushedAt: Instant
    public var deletedAt: Instant?
    /// Since when the VBR has waited for what ``waitingFor`` names.
    public var waitingSince: Instant

    public init(
        id: VBRID, circuit: CircuitID, partner: AccountID, tenant: AccountID, name: String, vlan: VLANID, bandwidth: Bandwidth?,
        supportsBandwidth: Bool = true, addressing: VBRAddressing, fee: VBRFee, state: RouterState = .enabled,
        informed: TenantInformed? = nil, port: PortID = .none, saga: SagaID = .none, attachedAt: Instant? = nil,
        device: DeviceState = DeviceState(), pushedAt: Instant, deletedAt: Instant? = nil, waitingSince: Instant
    ) {
        self.id = id
        self.circuit = circuit
        self.partner = partner
        self.tenant = tenant
        self.name = name
        self.vlan = vlan
        self.bandwidth = bandwidth
        self.supportsBandwidth = supportsBandwidth
        self.addressing = addressing
        self.fee = fee
        self.state = state
        self.informed = informed
        self.port = port
        self.saga = saga
        self.attachedAt = attachedAt
        self.device = device
        self.pushedAt = pushedAt
        self.deletedAt = deletedAt
        self.waitingSince = waitingSince
    }

    public var connection: ConnectionID { ConnectionID(id) }

    /// Whether it uses a shared port.
    public var isAttached: Bool { attachedAt != nil }

    /// What the VBR waits for, in words for people; nil when nothing is outstanding.
    public var waitingFor: String? {
        if isAttached { return nil }
        return device.waitingFor ?? (saga.isSet ? "its transformation \(saga), whose next step port \(port) tells" : nil)
    }
}

/// The partner's word that it told the tenant of the upgrade: who said so, when the tenant was told, and how.
public struct TenantInformed: Equatable, Sendable {
    public var at: Instant
    public var by: String
    public var how: String

    public init(at: Instant, by: String, how: String) {
        self.at = at
        self.by = by
        self.how = how
    }
}
