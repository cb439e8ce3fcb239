public import HostedConnection
import Schema

/// The connection of a VBR that a partner has pushed to a tenant: what is known of it besides the VBR itself.
public struct PushedConnection: Equatable, Sendable {
    public var vbr: VBRID
    public var partner: AccountID
    public var tenant: AccountID
    public var circuit: CircuitID
    public var region: String
    public var accessPoint: String
    /// The fee of the old model; decided about here where the tenant pays it.
    public var fee: VBRFee

    public init(
        vbr: VBRID, partner: AccountID, tenant: AccountID, circuit: CircuitID, region: String, accessPoint: String, fee: VBRFee
    ) {
        self.vbr = vbr
        self.partner = partner
        self.tenant = tenant
        self.circuit = circuit
        self.region = region
        self.accessPoint = accessPoint
        self.fee = fee
    }

    public var connection: ConnectionID { ConnectionID(vbr) }

    /// Ends the VBR's fee.
    /// - Returns: what to ask of billing; nil where the partner pays, and when the fee has ended.
    mutating func stopFee(of router: VirtualBorderRouter, because reason: String) -> StopRequested? {
        fee.stop(of: vbr, by: .tenant, account: tenant, bandwidth: router.bandwidth, reason: reason)
    }
}

/// What a rule decided about a pushed VBR that is on no port.
public struct PushedConnectionDecision: Equatable, Sendable {
    public var pushed: PushedConnection
    public var vbr: VirtualBorderRouter
    public var messages: [DemandMessage] = []
    public var history: [HistoryNote] = []

    public init(_ pushed: PushedConnection, _ vbr: VirtualBorderRouter) {
        self.pushed = pushed
        self.vbr = vbr
    }

    /// Notes what happened to the VBR.
    mutating func note(_ action: HistoryAction, _ detail: String = "") {
        history.append(HistoryNote(action, subject: vbr.id.bits, detail: detail))
    }
}
