public import HostedConnection
import Schema

/// What a tenant asks for when it creates a VBR.
public struct VBRForm: Equatable, Sendable {
    public var port: PortID
    public var name: String
    /// Only the partner's VLAN is taken; nil takes it too.
    public var vlan: UInt32?
    /// Mbit/s; nil takes the port's.
    public var bandwidthMbps: UInt32?
    public var cloudIPv4: String
    public var clientIPv4: String
    public var subnetMask: String

    public init(
        port: PortID, name: String = "", vlan: UInt32? = nil, bandwidthMbps: UInt32? = nil, cloudIPv4: String, clientIPv4: String,
        subnetMask: String
    ) {
        self.port = port
        self.name = name
        self.vlan = vlan
        self.bandwidthMbps = bandwidthMbps
        self.cloudIPv4 = cloudIPv4
        self.clientIPv4 = clientIPv4
        self.subnetMask = subnetMask
    }
}

/// The rules for the tenant's VBR.
public enum VBRRules {
    public static let nameLimit = 128

    /// Creates the VBR of an active port.
    public static func create(_ form: VBRForm, on port: DemandedPort, id: VBRID, now: Instant) throws(Refusal) -> DemandDecision {
        guard port.axes.isActive else {
            throw Refusal(
                .portNotActive, "Port \(port.id) is not in the normal state: it is \(PortWording.tenantStatus(port.axes))", field: "portId",
                object: port.id.description, next: port.waitingFor.map { "It waits for \($0)" })
        }
        try port.requireVBRFree()
        guard port.axes.association == .none else {
            throw Refusal(
                .portHasVBR, "Port \(port.id) has a VBR already", field: "portId", object: port.vbr.description,
                next: "Use that VBR, or delete it first")
        }
        if let vlan = form.vlan, vlan != UInt32(port.vlan.number) {
            throw Refusal(
                .vlanFixedByPartner, "The VLAN of port \(port.id) is \(port.vlan), set by the partner", field: "vlanId",
                object: port.id.description, next: "Leave the VLAN out, or ask the partner \(port.partner) to change it")
        }
        let bandwidth = form.bandwidthMbps.map { Bandwidth(megabitsPerSecond: $0) } ?? port.bandwidth
        guard bandwidth.megabitsPerSecond > 0, bandwidth <= port.bandwidth else {
            throw Refusal(
                .bandwidthAbovePort, "The VBR's bandwidth must be from 1 Mbit/s to the port's \(port.bandwidth)", field: "bandwidthMbps",
                object: port.id.description, next: "Choose at most \(port.bandwidth)")
        }
        try Refusal.check(form.name, field: "name", limit: nameLimit)
        let addressing = try VBRAddressing(cloud: form.cloudIPv4, client: form.clientIPv4, mask: form.subnetMask)
        let router = VirtualBorderRouter(
            id: id, port: port.id, account: port.tenant, name: form.name, vlan: port.vlan, bandwidth: bandwidth, addressing: addressing,
            createdAt: now)
        var decision = DemandDecision(port)
        decision.vbr = router
        decision.port.vbr = id
        decision.port.axes.association = .associated
        decision.port.waitingSince = now
        decision.messages.append(.vbrCreated(announcement(of: router, on: port)))
        decision.history.append(HistoryNote(.vbrCreated, subject: id.bits))
        return decision
    }

    private static func announcement(of router: VirtualBorderRouter, on port: DemandedPort) -> VBRCreated {
        var message = VBRCreated()
        message.connectionID = port.connection
        message.portID = port.id
        message.vbrID = router.id
        message.tenantAccountID = router.account
        message.name = router.name
        message.vlanID = UInt32(router.vlan.number)
        message.bandwidthMbps = router.bandwidth.megabitsPerSecond
        message.cloudIPv4 = router.addressing.cloud.description
        message.clientIPv4 = router.addressing.client.description
        message.subnetMask = router.addressing.mask.description
        return message
    }
}
