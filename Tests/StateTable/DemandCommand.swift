import HostedConnection
import Schema
import TenantDomain
import TenantService

/// What tenant-service can be asked about a port.
enum DemandCommand: String, StateCommand {
    case accept = "accept"
    case retryCharge = "retry the charge"
    case createVBR = "create a VBR"
    case changeVBR = "change the VBR"
    case deleteVBR = "delete the VBR"
    case tag = "tag"
    case rejectBandwidthChange = "reject the bandwidth change"
    case reject = "reject the offer"
    case terminate = "terminate"
    case recover = "recover"
    case delete = "delete"
    case askForRecovery = "ask the partner to recover the port"
    case offerEnded = "OfferEnded"
    case portTerminated = "PortTerminated"
    case portRecovered = "PortRecovered"
    case vbrOrdered = "VBROrdered: terminate"
    case vbrDeletionOrdered = "VBROrdered: delete"
    case deletionBegun = "DeletionBegun"
    case deletionCommitted = "DeletionCommitted"
    case deletionAborted = "DeletionAborted"
    case portDeleted = "PortDeleted"
    case terminationRefused = "CommandRefused: terminate"
    case vlanChangeAnnounced = "VLANChangeAnnounced"
    case vlanChanged = "VLANChanged"
    case vlanChangeUndone = "VLANChangeUndone"
    case bandwidthReserved = "BandwidthReserved"
    case bandwidthInForce = "BandwidthInForce"
    case bandwidthRefused = "BandwidthRefused"
    case bandwidthCancelAsked = "BandwidthCancelAsked"
    case paymentSettled = "PaymentResult: settled"
    case paymentDeclined = "PaymentResult: declined"
    case paymentRefunded = "PaymentResult: refunded"
    case subscriptionPaid = "SubscriptionChanged: paid"
    case subscriptionExpired = "SubscriptionChanged: expired"
    case subscriptionLocked = "SubscriptionChanged: locked"
    case activated = "PortActivated"
    case acceptRefused = "AcceptRefused"
    case chargeSettled = "ChargeSettled"
    case chargeDeclined = "ChargeDeclined"
    case refundSettled = "RefundSettled"
    case expired = "SubscriptionExpired"
    case renewed = "SubscriptionRenewed"
    case locked = "AccountLocked"
    case unlocked = "AccountUnlocked"

    static let topics: Set<UInt16> = [1, 6]
    static let withoutRow: Set<MessageType> = [
        .portOffered, .outboundBillingEnabled,
        // Requests move no port.
        .requestMade, .requestClosed,
    ]

    func decide(_ port: DemandedPort) throws(Refusal) -> DemandDecision {
        switch self {
        case .accept: try AcceptanceRules.accept(port, now: later)
        case .retryCharge: try TenantPaymentRules.retry(port, now: later)
        case .createVBR: try VBRRules.create(form(for: port), on: port, id: id(9), now: later)
        case .changeVBR: try VBRRules.modify(router(on: port), change, on: port)
        case .deleteVBR: try VBRRules.delete(router(on: port), on: port, now: later)
        case .tag: try TagRules.tag(port, setting: ["team": "core"], removing: [])
        case .rejectBandwidthChange: try TenantDomain.BandwidthChangeRules.reject(port, reason: "", now: later)
        case .reject: try TenantDomain.OfferEndingRules.reject(port, reason: "", policy: TenantPolicy(mayReject: true), now: later)
        case .terminate: try TenantDomain.TerminationRules.terminate(port, now: later)
        case .recover: try TenantDomain.TerminationRules.recover(port)
        case .delete: try TenantDomain.DeletionRules.delete(port, now: later)
        case .askForRecovery:
            try { () throws(Refusal) in
                let request = try RequestRules.make(RequestForm(.recoverPort), id: id(10), on: port, by: .tenant, open: nil, now: later)
                var decision = DemandDecision(port)
                decision.history.append(HistoryNote(.requestMade, subject: request.id.bits))
                return decision
            }()
        case .offerEnded:
            try TenantDomain.OfferEndingRules.ended(port, OfferEnded(portID: port.id, ending: .withdrawn), now: later)
        case .portTerminated:
            try TenantDomain.TerminationRules.terminated(port, vbr: vbr(on: port), PortTerminated(portID: port.id), now: later)
        case .portRecovered:
            try TenantDomain.TerminationRules.recovered(port, vbr: vbr(on: port), PortRecovered(portID: port.id), now: later)
        case .vbrOrdered:
            try TenantDomain.RouterOrderRules.ordered(
                port, vbr: vbr(on: port), VBROrdered(portID: port.id, vbrID: vbrID, action: .terminate), now: later)
        case .vbrDeletionOrdered:
            try TenantDomain.RouterOrderRules.ordered(
                port, vbr: vbr(on: port), VBROrdered(portID: port.id, vbrID: vbrID, action: .delete), now: later)
        case .deletionBegun: try TenantDomain.DeletionRules.begun(port, DeletionBegun(portID: port.id, sagaID: id(8)), now: later)
        case .deletionCommitted: try TenantDomain.DeletionRules.committed(port, DeletionCommitted(portID: port.id, sagaID: id(8)))
        case .deletionAborted:
            try TenantDomain.DeletionRules.aborted(port, DeletionAborted(portID: port.id, sagaID: id(8)), now: later)
        case .portDeleted: try TenantDomain.DeletionRules.deleted(port, PortDeleted(portID: port.id, sagaID: id(8)), now: later)
        case .terminationRefused:
            TenantDomain.DeletionRules.refused(
                port, CommandRefused(portID: port.id, command: TerminationAsked.messageType.fullName), now: later)
        case .vlanChangeAnnounced:
            try TenantDomain.VLANChangeRules.announced(
                port, VLANChangeAnnounced(portID: port.id, sagaID: id(8), vlanID: 200), now: later)
        case .vlanChanged:
            try TenantDomain.VLANChangeRules.changed(
                port, vbr: nil, VLANChanged(portID: port.id, sagaID: id(8), vlanID: 200), now: later)
        case .vlanChangeUndone:
            TenantDomain.VLANChangeRules.undone(port, VLANChangeUndone(portID: port.id, sagaID: id(8)), now: later)
        case .bandwidthReserved:
            try TenantDomain.BandwidthChangeRules.reserved(
                port,
                BandwidthReserved(portID: port.id, sagaID: id(8), bandwidthMbps: 500, tenantPays: port.payer == .tenant),
                hasConsent: false, now: later)
        case .bandwidthInForce:
            try TenantDomain.BandwidthChangeRules.inForce(
                port, vbr: nil, BandwidthInForce(portID: port.id, sagaID: id(8), bandwidthMbps: 500), now: later)
        case .bandwidthRefused:
            TenantDomain.BandwidthChangeRules.refused(port, BandwidthRefused(portID: port.id, sagaID: id(8)), now: later)
        case .bandwidthCancelAsked:
            try TenantDomain.BandwidthChangeRules.cancelAsked(
                port, BandwidthCancelAsked(portID: port.id, sagaID: id(8), code: "change_cancelled", text: "too dear"), now: later)
        case .paymentSettled: try TenantPaymentRules.partnerPaid(port, port.result(.settled), now: later)
        case .paymentDeclined: try TenantPaymentRules.partnerPaid(port, port.result(.declined), now: later)
        case .paymentRefunded: try TenantPaymentRules.partnerPaid(port, port.result(.refunded), now: later)
        case .subscriptionPaid: try TenantPaymentRules.partnerSubscription(port, port.standing(.paid), now: later)
        case .subscriptionExpired: try TenantPaymentRules.partnerSubscription(port, port.standing(.expired), now: later)
        case .subscriptionLocked: try TenantPaymentRules.partnerSubscription(port, port.standing(.locked), now: later)
        case .activated: try AcceptanceRules.activated(port, PortActivated(portID: port.id), now: later)
        case .acceptRefused: try AcceptanceRules.refused(port, AcceptRefused(portID: port.id), now: later)
        case .chargeSettled: try folded(port, port.settled)
        case .chargeDeclined: try folded(port, port.declined)
        case .refundSettled: try folded(port, port.refunded)
        case .expired: try folded(port, port.expired)
        case .renewed: try folded(port, port.renewed)
        case .locked: TenantPaymentRules.lock(port, true, reason: "Arrears", now: later)
        case .unlocked: TenantPaymentRules.lock(port, false, reason: "", now: later)
        }
    }

    /// The row of a request of the API; nil for one that moves no port that is there already.
    static func row(of action: TenantCommand.Action) -> DemandCommand? {
        switch action {
        case .accept: .accept
        case .retryCharges: .retryCharge
        case .createVBRs: .createVBR
        case .changeVBRs: .changeVBR
        case .deleteVBRs: .deleteVBR
        case .tagPorts: .tag
        case .rejectBandwidthChanges: .rejectBandwidthChange
        case .reject: .reject
        case .terminate: .terminate
        case .recover: .recover
        case .delete: .delete
        case .request: .askForRecovery
        case .refuseRequest, .withdrawRequest: nil
        case .registerAccounts, .storeToken, .changeAccounts, .closeAccounts: nil
        }
    }

    /// Of a partner's payment this side knows only outcomes.
    static func port(in situation: Situation, payer: PayingParty) -> DemandedPort {
        let axes = situation.axes
        let charge = situation.charge(paidBy: payer)
        let isKnown = payer == .tenant ? charge != .none : charge != .none && charge != .requested
        return DemandedPort(
            id: portID, circuit: id(1), partner: partnerID, tenant: tenantID, region: "eu-central-1", accessPoint: "Frankfurt A",
            name: "port", resourceGroup: "", vlan: VLANID(stored: 100), bandwidth: Bandwidth(megabitsPerSecond: 200), payer: payer,
            axes: axes, subscription: isKnown ? subscription(charge, axes.billing) : .none, vbr: axes.association == .none ? .none : vbrID,
            offeredAt: now, acceptedAt: axes.acceptance == .confirmed ? now : nil,
            activatedAt: axes.service == .allocated ? nil : now, waitingSince: now)
    }

    private func folded(_ port: DemandedPort, _ event: SubscriptionEvent) throws(Refusal) -> DemandDecision {
        try TenantPaymentRules.folded(port, event, isPayerLocked: port.subscription.isLocked, now: later)
    }

    /// The port's VBR; a deleted one where the port has none.
    private func router(on port: DemandedPort) -> VirtualBorderRouter {
        VirtualBorderRouter(
            id: vbrID, port: port.id, account: port.tenant, name: "router", vlan: port.vlan, bandwidth: port.bandwidth,
            addressing: VBRAddressing(stored: 0x0a00_0001, client: 0x0a00_0002, prefixLength: 30),
            state: port.vbr.isSet ? .enabled : .deleted, createdAt: now, deletedAt: port.vbr.isSet ? nil : now)
    }

    private var change: VBRChange {
        var change = VBRChange()
        change.name = "edge"
        return change
    }

    private func vbr(on port: DemandedPort) -> VirtualBorderRouter? { port.vbr.isSet ? router(on: port) : nil }

    private func form(for port: DemandedPort) -> VBRForm {
        VBRForm(port: port.id, cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252")
    }
}

extension DemandDecision: PortDecision {}
