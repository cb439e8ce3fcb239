import HostedConnection
import PartnerDomain
import PartnerService
import Schema
import TenantDomain
import TenantService

/// A state that the table of pushed VBRs has a column for.
enum PushedState: CaseIterable {
    case enabled
    case terminating
    case terminated
    case recovering
    case deleting
    case deleted
    case transforming
    case onPort

    var name: String {
        switch self {
        case .transforming: "being transformed"
        case .onPort: "on a port"
        default: router.name
        }
    }

    var router: RouterState {
        switch self {
        case .enabled, .transforming, .onPort: .enabled
        case .terminating: .terminating
        case .terminated: .terminated
        case .recovering: .recovering
        case .deleting: .deleting
        case .deleted: .deleted
        }
    }
}

/// What a side can be asked about a VBR that a partner has pushed.
protocol PushedCommand: CaseIterable, RawRepresentable<String> {
    func answer(in state: PushedState, payer: PayingParty) -> Answer
}

extension PushedCommand {
    /// The message that this is; nil for a request of the API.
    var message: MessageType? {
        MessageType.allCases.first { $0.fullName.split(separator: ".").last == rawValue.split(separator: ":").first }
    }
}

private let addressing = VBRAddressing(stored: 0x0a00_0001, client: 0x0a00_0002, prefixLength: 30)

/// A prepaid fee as it usually stands.
private func fee(in state: PushedState, payer: PayingParty) -> VBRFee {
    VBRFee(payer: payer, isPrepaid: true, state: state == .deleted || state == .onPort ? .stopped : .running)
}

/// What partner-service can be asked about a VBR that it has pushed.
enum PushedSupplyCommand: String, PushedCommand {
    case setBandwidth = "set the bandwidth"
    case attest = "attest that the tenant was informed"
    case terminate = "terminate"
    case recover = "recover"
    case delete = "delete"
    case retryDevice = "ask the access device again"
    case refundFee = "apply for the fee's refund"

    static func vbr(in state: PushedState, payer: PayingParty) -> PushedVBR {
        PushedVBR(
            id: vbrID, circuit: id(1), partner: partnerID, tenant: tenantID, name: "edge", vlan: VLANID(stored: 100),
            bandwidth: Bandwidth(megabitsPerSecond: 200), addressing: addressing, fee: fee(in: state, payer: payer), state: state.router,
            port: state == .transforming || state == .onPort ? portID : .none, saga: state == .transforming ? id(8) : .none,
            attachedAt: state == .onPort ? now : nil,
            device: DeviceState(
                desired: 1, applied: 1,
                asked: DeviceConfiguration(.pass, vlan: VLANID(stored: 100), rate: Bandwidth(megabitsPerSecond: 200))),
            pushedAt: now, deletedAt: state == .deleted ? now : nil, waitingSince: now)
    }

    private func decide(_ vbr: PushedVBR) throws(Refusal) -> PushedVBRDecision {
        switch self {
        case .setBandwidth:
            try { () throws(Refusal) in
                var circuit = Circuit(
                    id: id(1), partner: partnerID, name: "FRA-1", region: "eu-central-1", accessPoint: "Frankfurt A",
                    capacity: Bandwidth(megabitsPerSecond: 1_000), isDeployed: true, allocated: 200, connections: 1, registeredAt: now)
                return try PushedVBRRules.setBandwidth(vbr, to: 300, on: &circuit, now: later)
            }()
        case .attest: try PushedVBRRules.attest(vbr, at: nil, how: "letter", by: "ada", now: later)
        case .terminate: try PushedVBRRules.terminate(vbr, now: later)
        case .recover: try PushedVBRRules.recover(vbr, now: later)
        case .delete: try PushedVBRRules.delete(vbr, now: later)
        case .retryDevice: try PushedVBRDevice.retry(vbr, policy: PartnerPolicy(hasAccessDevices: true), now: later)
        case .refundFee: try PushedVBRRules.refundFee(vbr)
        }
    }

    func answer(in state: PushedState, payer: PayingParty) -> Answer {
        let vbr = Self.vbr(in: state, payer: payer)
        do throws(Refusal) {
            let decision = try decide(vbr)
            if decision == PushedVBRDecision(vbr) { return .unchanged }
            return .moved(decision.vbr.state == vbr.state ? [] : ["VBR \(decision.vbr.state.name)"])
        } catch {
            return .refused(error.code)
        }
    }

    /// The row of a request of the API; nil for one that is not about a pushed VBR that is there already.
    static func row(of action: PartnerCommand.Action) -> PushedSupplyCommand? {
        switch action {
        case .setPushedBandwidths: .setBandwidth
        case .attest: .attest
        case .terminatePushed: .terminate
        case .recoverPushed: .recover
        case .deletePushed: .delete
        case .retryPushedDevices: .retryDevice
        case .refundFees: .refundFee
        default: nil
        }
    }
}

/// What tenant-service can be asked about a VBR that a partner has pushed.
enum PushedDemandCommand: String, PushedCommand {
    case change = "change the VBR's name"
    case changeBandwidth = "change the VBR's bandwidth"
    case delete = "delete the VBR"
    case refundFee = "apply for the fee's refund"
    case enabled = "PushedVBRChanged: enabled"
    case terminated = "PushedVBRChanged: terminated"
    case deleted = "PushedVBRDeleted"
    case confirmed = "PortConfirmed"

    /// Tenant-service knows only where a way has ended.
    static func known(_ state: PushedState) -> RouterState {
        switch state.router {
        case .terminating: .enabled
        case .recovering, .deleting: .terminated
        case .enabled, .terminated, .deleted: state.router
        }
    }

    private static func router(in state: PushedState) -> VirtualBorderRouter {
        VirtualBorderRouter(
            id: vbrID, port: state == .onPort ? portID : .none, account: tenantID, name: "edge", vlan: VLANID(stored: 100),
            bandwidth: Bandwidth(megabitsPerSecond: 200), addressing: addressing, state: known(state), createdAt: now,
            deletedAt: state == .deleted ? now : nil)
    }

    func answer(in state: PushedState, payer: PayingParty) -> Answer {
        let router = Self.router(in: state)
        let pushed = PushedConnection(
            vbr: vbrID, partner: partnerID, tenant: tenantID, circuit: id(1), region: "eu-central-1", accessPoint: "Frankfurt A",
            fee: fee(in: state, payer: payer))
        do throws(Refusal) {
            if self == .confirmed { return try confirmed(pushed, router, state) }
            let decision = try decide(pushed, router)
            if decision == PushedConnectionDecision(pushed, router) { return .unchanged }
            return .moved(decision.vbr.state == router.state ? [] : ["VBR \(decision.vbr.state.name)"])
        } catch {
            return .refused(error.code)
        }
    }

    private func decide(_ pushed: PushedConnection, _ router: VirtualBorderRouter) throws(Refusal) -> PushedConnectionDecision {
        switch self {
        case .change:
            return try PushedConnectionRules.modify(pushed, router, VBRChange(name: "edge of Birch"))
        case .changeBandwidth: return try PushedConnectionRules.modify(pushed, router, VBRChange(bandwidthMbps: 300))
        case .delete: return try PushedConnectionRules.delete(pushed, router)
        case .refundFee: return try PushedConnectionRules.refundFee(pushed, router)
        case .enabled, .terminated:
            let event = PushedVBRChanged(vbrID: router.id, status: self == .enabled ? .enabled : .terminated, bandwidthMbps: 200)
            return try PushedConnectionRules.changed(pushed, router, event)
        case .deleted, .confirmed: return try PushedConnectionRules.deleted(pushed, router, now: later)
        }
    }

    /// An accepted and paid port that is made of the VBR is confirmed.
    private func confirmed(_ pushed: PushedConnection, _ router: VirtualBorderRouter, _ state: PushedState) throws(Refusal) -> Answer {
        let isDone = state == .onPort
        let port = DemandedPort(
            id: portID, circuit: id(1), partner: partnerID, tenant: tenantID, region: "eu-central-1", accessPoint: "Frankfurt A",
            name: "port", resourceGroup: "", vlan: VLANID(stored: 100), bandwidth: Bandwidth(megabitsPerSecond: 200), payer: .tenant,
            axes: PortAxes(
                acceptance: .confirmed, service: isDone ? .enabled : .allocated, billing: .paid, association: isDone ? .associated : .none),
            subscription: subscription(.settled, .paid), vbr: isDone ? vbrID : .none, origin: vbrID, offeredAt: now, waitingSince: now)
        let event = PortConfirmed(portID: portID, vbrID: vbrID, sagaID: id(8))
        let after = try AssociationRules.confirmed(port, pushed, router, event, now: later).port.port
        return .moved(
            after.axes == port.axes ? [] : ["service \(after.axes.service.name)", "VBR \(after.axes.association.name)"])
    }

    /// The row of a request of the API; nil for one that is not about a VBR that is there already.
    static func row(of action: TenantCommand.Action) -> PushedDemandCommand? {
        switch action {
        case .changeVBRs: .change
        case .deleteVBRs: .delete
        case .refundFees: .refundFee
        default: nil
        }
    }
}

extension VBRChange {
    fileprivate init(name: String? = nil, bandwidthMbps: UInt32? = nil) {
        self.init()
        self.name = name
        self.bandwidthMbps = bandwidthMbps
    }
}
