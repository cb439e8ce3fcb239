public import HostedConnection

/// A shared port on the supply side.
public struct SuppliedPort: Equatable, Sendable {
    public var id: PortID
    public var circuit: CircuitID
    public var partner: AccountID
    public var tenant: AccountID
    public var name: String
    public var resourceGroup: String
    public var vlan: VLANID
    public var bandwidth: Bandwidth
    public var payer: PayingParty
    public var axes: PortAxes
    /// The payer's subscription; on a tenant-paid port it is known from the tenant's acceptance on, and only its outcome is
    /// kept here.
    public var subscription: PortSubscription
    public var vbr: VBRID
    /// What the VBR tab shows of the tenant's VBR; nil without one.
    @Seldom public var router: RouterCopy?
    /// What the access device is to do with the port.
    @Seldom public var device: DeviceState
    /// The change under way.
    @Seldom public var change: PortChange
    /// Who had the port terminated; nil unless it is.
    public var terminatedBy: PayingParty?
    /// How often the tenant was told to accept.
    public var tellings: UInt32
    @Seldom public var ending: PortEnding?
    public var offeredAt: Instant
    public var acceptedAt: Instant?
    public var activatedAt: Instant?
    /// Since when the port has waited for what ``waitingFor`` names.
    public var waitingSince: Instant
    /// What the payer on this side has tagged the port with; none where the other side pays.
    public var tags: PortTags
    public var origin: PortOrigin

    public init(
        id: PortID, circuit: CircuitID, partner: AccountID, tenant: AccountID, name: String, resourceGroup: String, vlan: VLANID,
        bandwidth: Bandwidth, payer: PayingParty, axes: PortAxes, subscription: PortSubscription, vbr: VBRID = .none,
        router: RouterCopy? = nil, device: DeviceState = DeviceState(), change: PortChange = .none, terminatedBy: PayingParty? = nil,
        tellings: UInt32 = 0, ending: PortEnding? = nil, offeredAt: Instant, acceptedAt: Instant? = nil, activatedAt: Instant? = nil,
        waitingSince: Instant, tags: PortTags = .none, origin: PortOrigin = .offer
    ) {
        self.id = id
        self.circuit = circuit
        self.partner = partner
        self.tenant = tenant
        self.name = name
        self.resourceGroup = resourceGroup
        self.vlan = vlan
        self.bandwidth = bandwidth
        self.payer = payer
        self.axes = axes
        self.subscription = subscription
        self.vbr = vbr
        self.router = router
        self.device = device
        self.change = change
        self.terminatedBy = terminatedBy
        self.tellings = tellings
        self.ending = ending
        self.offeredAt = offeredAt
        self.acceptedAt = acceptedAt
        self.activatedAt = activatedAt
        self.waitingSince = waitingSince
        self.tags = tags
        self.origin = origin
    }

    /// The port's own, or that of the pushed VBR that it is made of.
    public var connection: ConnectionID { origin.vbr.map { ConnectionID($0) } ?? ConnectionID(id) }

    /// What the port waits for, in words for people; nil when nothing is outstanding.
    public var waitingFor: String? {
        if axes.acceptance == .unconfirmed { return "the tenant \(tenant) to accept" }
        if axes.acceptance == .confirmed, axes.service == .allocated {
            switch (axes.billing, subscription.charge) {
            case (.unpaid, .declined):
                return payer == .partner
                    ? "a new attempt to charge the partner: \(subscription.declineReason)"
                    : "the tenant \(tenant) to pay: \(subscription.declineReason)"
            case (.unpaid, _): return payer == .partner ? "billing to settle the partner's charge" : "the tenant's payment"
            default: return origin.waitingFor
            }
        }
        if let device = device.waitingFor { return device }
        if axes.service == .deleting {
            return device.forwarding == .removed
                ? "billing to settle the port's subscription" : "the tenant's side to keep VBRs off the port"
        }
        switch router?.state {
        case .terminating, .recovering, .deleting: return "the tenant's side to follow the order for VBR \(vbr)"
        case .enabled, .terminated, .deleted, nil: break
        }
        if axes.service == .enabled, axes.billing == .expired || axes.billing == .locked {
            let account = payer == .partner ? "the partner \(partner)" : "the tenant \(tenant)"
            return axes.billing == .expired ? "\(account) to renew the subscription" : "\(account) to settle its arrears"
        }
        if let vlan = change.vlan { return "the tenant's side to follow to VLAN \(vlan)" }
        if let wanted = change.bandwidth, wanted > bandwidth {
            if change.cancellation != nil {
                return "the tenant's side to cancel the change to \(wanted), unless billing settles its charge"
            }
            return payer == .partner ? "billing to settle the charge for \(wanted)" : "the tenant \(tenant) to pay for \(wanted)"
        }
        return axes.isActive && axes.association == .none ? "the tenant \(tenant) to create a VBR" : nil
    }
}
