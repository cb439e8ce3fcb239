import HostedConnection
import PartnerDomain
import PartnerService
import Schema

/// What partner-service can be asked about a port.
enum SupplyCommand: String, StateCommand {
    case retryCharge = "retry the charge"
    case accepted = "PortAccepted"
    case paymentSettled = "PaymentResult: settled"
    case paymentDeclined = "PaymentResult: declined"
    case paymentRefunded = "PaymentResult: refunded"
    case subscriptionPaid = "SubscriptionChanged: paid"
    case subscriptionExpired = "SubscriptionChanged: expired"
    case subscriptionLocked = "SubscriptionChanged: locked"
    case vbrCreated = "VBRCreated"
    case vbrChanged = "VBRChanged"
    case vbrDeleted = "VBRDeleted"
    case chargeSettled = "ChargeSettled"
    case chargeDeclined = "ChargeDeclined"
    case refundSettled = "RefundSettled"
    case expired = "SubscriptionExpired"
    case renewed = "SubscriptionRenewed"
    case locked = "AccountLocked"
    case unlocked = "AccountUnlocked"

    static let topics: Set<UInt16> = [2, 6]
    static let withoutRow: Set<MessageType> = [
        .outboundBillingEnabled
    ]

    func decide(_ port: SuppliedPort) throws(Refusal) -> SupplyDecision {
        switch self {
        case .retryCharge: try PaymentRules.retry(port, region: "eu-central-1", now: later)
        case .accepted: try ActivationRules.accepted(port, acceptance(of: port), now: later)
        case .paymentSettled: try ActivationRules.paymentResult(port, port.result(.settled), now: later)
        case .paymentDeclined: try ActivationRules.paymentResult(port, port.result(.declined), now: later)
        case .paymentRefunded: try ActivationRules.paymentResult(port, port.result(.refunded), now: later)
        case .vbrCreated: try ActivationRules.vbrCreated(port, VBRCreated(portID: port.id, vbrID: id(9)), now: later)
        case .subscriptionPaid: try SubscriptionRules.changed(port, port.standing(.paid), now: later)
        case .subscriptionExpired: try SubscriptionRules.changed(port, port.standing(.expired), now: later)
        case .subscriptionLocked: try SubscriptionRules.changed(port, port.standing(.locked), now: later)
        case .vbrChanged: try RouterRules.changed(port, VBRChanged(portID: port.id, vbrID: vbrID, status: .enabled), now: later)
        case .vbrDeleted: try RouterRules.deleted(port, VBRDeleted(portID: port.id, vbrID: vbrID), now: later)
        case .chargeSettled: try folded(port, port.settled)
        case .chargeDeclined: try folded(port, port.declined)
        case .refundSettled: try folded(port, port.refunded)
        case .expired: try folded(port, port.expired)
        case .renewed: try folded(port, port.renewed)
        case .locked: SubscriptionRules.lock(port, true, reason: "Arrears")
        case .unlocked: SubscriptionRules.lock(port, false, reason: "")
        }
    }

    private func folded(_ port: SuppliedPort, _ event: SubscriptionEvent) throws(Refusal) -> SupplyDecision {
        try PaymentRules.folded(port, event, isPayerLocked: port.subscription.isLocked, now: later)
    }

    /// The row of a request of the API; nil for one that moves no port that is there already.
    static func row(of action: PartnerCommand.Action) -> SupplyCommand? {
        switch action {
        case .retryCharges: .retryCharge
        case .registerAccounts, .storeToken, .registerCircuits, .offer: nil
        }
    }

    static func port(in situation: Situation, payer: PayingParty) -> SuppliedPort {
        let axes = situation.axes
        let charge = situation.charge(paidBy: payer)
        return SuppliedPort(
            id: portID, circuit: id(1), partner: partnerID, tenant: tenantID, name: "port", resourceGroup: "", vlan: VLANID(stored: 100),
            bandwidth: Bandwidth(megabitsPerSecond: 200), payer: payer, axes: axes,
            subscription: payer == .tenant && charge == .none ? .none : subscription(charge, axes.billing),
            vbr: axes.association == .none ? .none : vbrID,
            router: axes.association == .none ? nil : RouterCopy(state: .enabled, name: "", bandwidth: Bandwidth(megabitsPerSecond: 0)),
            offeredAt: now, acceptedAt: axes.acceptance == .confirmed ? now : nil,
            activatedAt: axes.service == .allocated ? nil : now, waitingSince: now)
    }

    private func acceptance(of port: SuppliedPort) -> PortAccepted {
        PortAccepted(portID: port.id, subscriptionID: port.payer == .tenant ? SubscriptionID(of: port.id) : .none)
    }
}

extension SupplyDecision: PortDecision {}
