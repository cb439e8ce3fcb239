public import HostedConnection

/// A shared port on the tenant's side: an offer at first, a connection once it is accepted.
public struct DemandedPort: Equatable, Sendable {
    public var id: PortID
    public var circuit: CircuitID
    public var partner: AccountID
    public var tenant: AccountID
    public var region: String
    public var accessPoint: String
    public var name: String
    public var resourceGroup: String
    public var vlan: VLANID
    public var bandwidth: Bandwidth
    public var payer: PayingParty
    public var axes: PortAxes
    /// The payer's subscription; on a partner-paid port only its outcome is kept here.
    public var subscription: PortSubscription
    public var vbr: VBRID
    /// The change under way: while there is one, no VBR is created or changed here.
    @Seldom public var change: PortChange
    /// Who had the port terminated; nil unless it is.
    public var terminatedBy: PayingParty?
    @Seldom public var ending: PortEnding?
    /// The pushed VBR that it is made of, which will be associated with it: none is created before (R-096). Unset for an ordinary
    /// port.
    public var origin: VBRID
    public var offeredAt: Instant
    public var acceptedAt: Instant?
    public var activatedAt: Instant?
    /// Since when the port has waited for what ``waitingFor`` names.
    public var waitingSince: Instant
    /// What the payer on this side has tagged the port with; none where the other side pays (R-055, R-056).
    public var tags: PortTags

    public init(
        id: PortID, circuit: CircuitID, partner: AccountID, tenant: AccountID, region: String, accessPoint: String, name: String,
        resourceGroup: String, vlan: VLANID, bandwidth: Bandwidth, payer: PayingParty, axes: PortAxes,
        subscription: PortSubscription, vbr: VBRID = .none, change: PortChange = .none, terminatedBy: PayingParty? = nil,
        ending: PortEnding? = nil, origin: VBRID = .none, offeredAt: Instant, acceptedAt: Instant? = nil,
        activatedAt: Instant? = nil, waitingSince: Instant, tags: PortTags = .none
    ) {
        self.id = id
        self.circuit = circuit
        self.partner = partner
        self.tenant = tenant
        self.region = region
        self.accessPoint = accessPoint
        self.name = name
        self.resourceGroup = resourceGroup
        self.vlan = vlan
        self.bandwidth = bandwidth
        self.payer = payer
        self.axes = axes
        self.subscription = subscription
        self.vbr = vbr
        self.change = change
        self.terminatedBy = terminatedBy
        self.ending = ending
        self.origin = origin
        self.offeredAt = offeredAt
        self.acceptedAt = acceptedAt
        self.activatedAt = activatedAt
        self.waitingSince = waitingSince
        self.tags = tags
    }

    /// The port's own, or that of the pushed VBR that it is made of.
    public var connection: ConnectionID { isFromTransformation ? ConnectionID(origin) : ConnectionID(id) }

    public var isFromTransformation: Bool { origin.isSet }

    /// What the port waits for, in words for people; nil when nothing is outstanding.
    public var waitingFor: String? {
        if axes.acceptance == .unconfirmed { return payer == .tenant ? "you to accept and pay" : "you to accept" }
        if axes.acceptance == .confirmed, axes.service == .allocated {
            switch (axes.billing, subscription.charge) {
            case (.unpaid, .declined):
                return payer == .tenant
                    ? "a new attempt to pay: \(subscription.declineReason)" : "the partner \(partner) to pay"
            case (.unpaid, _): return payer == .tenant ? "billing to settle the charge" : "the partner's payment"
            case (.paid, _): return "the partner \(partner) to \(isFromTransformation ? "confirm" : "activate") the port"
            default: return nil
            }
        }
        switch axes.service {
        case .terminating: return "the partner \(partner) to stop the port"
        case .deleting: return "the deletion, which the partner \(partner) carries out"
        case .allocated, .enabled, .terminated, .recovering, .released: break
        }
        if axes.service == .enabled, axes.billing == .expired || axes.billing == .locked {
            let account = payer == .tenant ? "you" : "the partner \(partner)"
            return axes.billing == .expired ? "\(account) to renew the subscription" : "\(account) to settle the account's arrears"
        }
        if let vlan = change.vlan { return "the change to VLAN \(vlan)" }
        if let wanted = change.bandwidth {
            guard payer == .tenant else { return "the partner \(partner) to pay for \(wanted)" }
            switch subscription.payment(after: change.attempts) {
            case .atBilling where change.cancellation != nil:
                return "billing to decide about the charge for \(wanted): unless it settles it, the change is cancelled"
            case .atBilling: return "billing to settle the charge for \(wanted)"
            case .settled: return "the partner \(partner) to put \(wanted) in force"
            case .notAsked, .declined: return "you to pay for \(wanted)"
            }
        }
        return axes.isActive && axes.association == .none ? "you to create a VBR" : nil
    }
}
