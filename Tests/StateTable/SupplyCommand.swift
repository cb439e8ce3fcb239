import HostedConnection
import PartnerDomain
import PartnerService
import Schema

/// What partner-service can be asked about a port.
enum SupplyCommand: String, StateCommand {
    case retryCharge = "retry the charge"
    case tellTenant = "tell the tenant again"
    case tag = "tag"
    case changePayer = "ask for the other payer"
    case changeVLAN = "change the VLAN"
    case increaseBandwidth = "ask for more bandwidth"
    case decreaseBandwidth = "ask for less bandwidth"
    case cancelBandwidthChange = "cancel the bandwidth change"
    case withdraw = "withdraw the offer"
    case terminate = "terminate"
    case recover = "recover, not asked for"
    case recoverOnRequest = "recover on the tenant's request"
    case delete = "delete"
    case terminateVBR = "terminate the VBR"
    case recoverVBR = "recover the VBR"
    case deleteVBR = "delete the VBR"
    case askForDeletion = "ask the tenant to delete the port"
    case accepted = "PortAccepted"
    case rejected = "OfferRejected"
    case terminationAsked = "TerminationAsked"
    case deletionAsked = "DeletionAsked"
    case vbrEnabled = "VBRChanged: enabled"
    case vbrTerminated = "VBRChanged: terminated"
    case vbrDeleted = "VBRDeleted"
    case vbrOrderRefused = "VBROrderRefused"
    case paymentSettled = "PaymentResult: settled"
    case paymentDeclined = "PaymentResult: declined"
    case paymentRefunded = "PaymentResult: refunded"
    case subscriptionPaid = "SubscriptionChanged: paid"
    case subscriptionExpired = "SubscriptionChanged: expired"
    case subscriptionLocked = "SubscriptionChanged: locked"
    case vbrCreated = "VBRCreated"
    case chargeSettled = "ChargeSettled"
    case chargeDeclined = "ChargeDeclined"
    case refundSettled = "RefundSettled"
    case expired = "SubscriptionExpired"
    case renewed = "SubscriptionRenewed"
    case locked = "AccountLocked"
    case unlocked = "AccountUnlocked"
    case networkApplied = "NetworkApplied"
    case networkFailed = "NetworkFailed"

    static let topics: Set<UInt16> = [2, 6, 8]
    static let withoutRow: Set<MessageType> = [
        // Answers to a saga, which moves the port.
        .deletionAgreed, .deletionRefused,
        .vlanChangeReady, .vlanChangeRefused, .vlanChangeDone, .bandwidthChangeRejected,
        .outboundBillingEnabled,
        // Answers to a transformation.
        .vbrAssociated, .offerEndSettled,
    ]

    func decide(_ port: SuppliedPort) throws(Refusal) -> SupplyDecision {
        switch self {
        case .retryCharge: try PaymentRules.retry(port, region: "eu-central-1", now: later)
        case .tellTenant: try NoticeRules.tellAgain(port, region: "eu-central-1")
        case .tag: try PayerRules.tag(port, setting: ["team": "core"], removing: [])
        case .changePayer: try PayerRules.changePayer(port, to: port.payer == .partner ? .tenant : .partner)
        case .changeVLAN:
            VLANChangeRules.begin(
                port, saga: id(8), to: try VLANChangeRules.check(port, to: 200, on: circuit, holder: nil), now: later)
        case .increaseBandwidth: try change(port, to: 500)
        case .decreaseBandwidth: try change(port, to: 100)
        case .cancelBandwidthChange:
            try { () throws(Refusal) in
                try BandwidthChangeRules.requireChange(port)
                let failure = ChangeFailure(.changeCancelled, "too dear")
                return try BandwidthChangeRules.cancel(port, because: failure, now: later) ?? SupplyDecision(port)
            }()
        case .withdraw: try OfferEndingRules.withdraw(port, reason: "", policy: PartnerPolicy(mayWithdraw: true), now: later)
        case .terminate: carried(try TerminationRules.terminate(port, now: later), from: port)
        case .recover: carried(try TerminationRules.recover(port, isRequested: false, now: later), from: port)
        case .recoverOnRequest: carried(try TerminationRules.recover(port, isRequested: true, now: later), from: port)
        case .delete: try deletion(of: port, by: .partner)
        case .terminateVBR: try RouterOrderRules.terminate(port, now: later)
        case .recoverVBR: try RouterOrderRules.recover(port, now: later)
        case .deleteVBR: try RouterOrderRules.delete(port, now: later)
        case .askForDeletion:
            try { () throws(Refusal) in
                let request = try RequestRules.make(
                    RequestForm(.deletePort), id: id(10), on: port, by: .partner, open: nil, now: later)
                var decision = SupplyDecision(port)
                decision.history.append(HistoryNote(.requestMade, subject: request.id.bits))
                return decision
            }()
        case .accepted: try ActivationRules.accepted(port, acceptance(of: port), now: later)
        case .rejected: try OfferEndingRules.rejected(port, OfferRejected(portID: port.id), now: later)
        case .terminationAsked: carried(TerminationRules.asked(port, now: later), from: port)
        case .deletionAsked:
            { () -> SupplyDecision in
                do throws(Refusal) { return try deletion(of: port, by: .tenant) } catch { return DeletionRules.refuse(port, error) }
            }()
        case .vbrEnabled: try RouterRules.changed(port, changed(port, .enabled), now: later)
        case .vbrTerminated: try RouterRules.changed(port, changed(port, .terminated), now: later)
        case .vbrDeleted: try RouterRules.deleted(port, VBRDeleted(portID: port.id, vbrID: port.vbr), now: later)
        case .vbrOrderRefused:
            try RouterOrderRules.refused(port, VBROrderRefused(portID: port.id, vbrID: port.vbr, action: .terminate), now: later)
        case .paymentSettled: try ActivationRules.paymentResult(port, port.result(.settled), now: later)
        case .paymentDeclined: try ActivationRules.paymentResult(port, port.result(.declined), now: later)
        case .paymentRefunded: try ActivationRules.paymentResult(port, port.result(.refunded), now: later)
        case .vbrCreated: try ActivationRules.vbrCreated(port, VBRCreated(portID: port.id, vbrID: id(9)), now: later)
        case .subscriptionPaid: try SubscriptionRules.changed(port, port.standing(.paid), now: later)
        case .subscriptionExpired: try SubscriptionRules.changed(port, port.standing(.expired), now: later)
        case .subscriptionLocked: try SubscriptionRules.changed(port, port.standing(.locked), now: later)
        case .chargeSettled: try folded(port, port.settled)
        case .chargeDeclined: try folded(port, port.declined)
        case .refundSettled: try folded(port, port.refunded)
        case .expired: try folded(port, port.expired)
        case .renewed: try folded(port, port.renewed)
        case .locked: SubscriptionRules.lock(port, true, reason: "Arrears", now: later)
        case .unlocked: SubscriptionRules.lock(port, false, reason: "", now: later)
        case .networkApplied: try DeviceRules.applied(Self.asked(port), version: 1, policy: .standard, now: later)
        case .networkFailed: DeviceRules.failed(Self.asked(port), version: 1, reason: "No such VLAN", isTransient: false, now: later)
        }
    }

    /// The access device has been asked for a state that it has not taken yet.
    private static func asked(_ port: SuppliedPort) -> SuppliedPort {
        var port = port
        let forwarding = DeviceRules.forwarding(of: port, policy: .standard, now: later)
        port.device = DeviceState(desired: 1, asked: DeviceConfiguration(forwarding, vlan: port.vlan, rate: port.bandwidth))
        return port
    }

    private func folded(_ port: SuppliedPort, _ event: SubscriptionEvent) throws(Refusal) -> SupplyDecision {
        try PaymentRules.folded(port, event, isPayerLocked: port.subscription.isLocked, now: later)
    }

    /// The row of a request of the API; nil for one that moves no port that is there already.
    static func row(of action: PartnerCommand.Action) -> SupplyCommand? {
        switch action {
        case .retryCharges: .retryCharge
        case .tellTenants: .tellTenant
        case .tagPorts: .tag
        case .changePayers: .changePayer
        case .changeVLANs: .changeVLAN
        case .changeBandwidths: .increaseBandwidth
        case .cancelBandwidthChanges: .cancelBandwidthChange
        case .withdraw: .withdraw
        case .terminate: .terminate
        case .recover: .recover
        case .delete: .delete
        case .terminateVBRs: .terminateVBR
        case .recoverVBRs: .recoverVBR
        case .deleteVBRs: .deleteVBR
        case .request: .askForDeletion
        case .refuseRequest, .withdrawRequest: nil
        case .registerAccounts, .storeToken, .registerCircuits, .offer, .retryDevices, .direct: nil
        case .pushVBRs, .setPushedBandwidths, .attest, .terminatePushed, .recoverPushed, .deletePushed, .retryPushedDevices,
            .refundFees:
            nil
        // They begin, confirm and end transformations, which move the port.
        case .transform, .confirm, .cancelTransformations, .transformMany, .pauseBatch, .resumeBatch: nil
        case .offerOn, .applyForPrivileges, .registerAccessDevices, .createResourceGroups, .changeCircuits, .changeAccounts,
            .closeAccounts:
            nil
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
            router: axes.association == .none
                ? nil : RouterCopy(state: .enabled, name: "router", bandwidth: Bandwidth(megabitsPerSecond: 200)), offeredAt: now,
            acceptedAt: axes.acceptance == .confirmed ? now : nil,
            activatedAt: axes.service == .allocated ? nil : now, waitingSince: now)
    }

    private var circuit: Circuit {
        Circuit(
            id: id(1), partner: partnerID, name: "FRA-1", region: "eu-central-1", accessPoint: "Frankfurt A",
            capacity: Bandwidth(megabitsPerSecond: 1_000), isDeployed: true, allocated: 200, connections: 1, registeredAt: now)
    }

    private func change(_ port: SuppliedPort, to number: UInt32) throws(Refusal) -> SupplyDecision {
        let privilege = Privilege(
            account: partnerID, application: id(7), window: PrivilegeWindow(effective: now, expires: now + .seconds(86_400)))
        let bandwidth = try BandwidthChangeRules.check(
            port, to: number, on: circuit, catalogue: .standard, privilege: privilege, now: later)
        return BandwidthChangeRules.begin(port, saga: id(8), to: bandwidth, now: later)
    }

    private func changed(_ port: SuppliedPort, _ status: RouterStatus) -> VBRChanged {
        VBRChanged(portID: port.id, vbrID: port.vbr, status: status, name: "router", vlanID: 100, bandwidthMbps: 200)
    }

    private func deletion(of port: SuppliedPort, by party: PayingParty) throws(Refusal) -> SupplyDecision {
        switch try DeletionRules.check(port, by: party) {
        case .isUnderWay: SupplyDecision(port)
        case .begins: DeletionRules.freeze(port, saga: id(8), attempt: 1, now: later)
        }
    }

    /// Carried out, with a device that follows at once.
    private func carried(_ decision: SupplyDecision, from port: SuppliedPort) -> SupplyDecision {
        if decision == SupplyDecision(port) { return decision }
        var decision = decision
        DeviceRules.settle(&decision, policy: .standard, now: later)
        DeviceRules.goOn(&decision, from: port, now: later)
        return decision
    }

    private func acceptance(of port: SuppliedPort) -> PortAccepted {
        PortAccepted(portID: port.id, subscriptionID: port.payer == .tenant ? SubscriptionID(of: port.id) : .none)
    }
}

extension SupplyDecision: PortDecision {}
