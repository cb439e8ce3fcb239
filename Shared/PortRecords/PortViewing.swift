public import HostedConnection
public import Schema

extension PortView {
    /// Fills in what both services show of a port in the same way.
    public mutating func show(
        _ id: PortID, on connection: ConnectionID, axes: PortAxes, subscription: PortSubscription, vbr: VBRID, change: PortChange,
        terminatedBy: PayingParty?,
        ending: PortEnding?, waitingFor: String?, waitingSince: Instant, acceptedAt: Instant?, activatedAt: Instant?
    ) {
        portID = id
        connectionID = connection
        acceptance = axes.acceptance.name
        service = axes.service.name
        billing = axes.billing.name
        association = axes.association.name
        subscriptionID = subscription.id
        chargeID = subscription.chargeID
        vbrID = vbr
        sagaID = change.saga
        requestedVLANID = change.vlan.map { UInt32($0.number) }
        requestedBandwidthMbps = change.bandwidth?.megabitsPerSecond
        self.terminatedBy = terminatedBy.map(Payer.init) ?? .unspecified
        endedAt = ending.map { Timestamp($0.at) }
        endReason = ending?.reason ?? ""
        if let waitingFor {
            self.waitingFor = waitingFor
            self.waitingSince = Timestamp(waitingSince)
        }
        declineReason = subscription.declineReason
        amountMinor = subscription.amount.minor
        currency = subscription.amount.currency
        paidUntil = subscription.paidUntil.map(Timestamp.init)
        self.acceptedAt = acceptedAt.map(Timestamp.init)
        self.activatedAt = activatedAt.map(Timestamp.init)
    }
}

extension Payer {
    public init(_ party: PayingParty) { self = party == .partner ? .partner : .tenant }
}
