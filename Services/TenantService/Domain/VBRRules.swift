public import HostedConnection
import Schema

/// The rules for the tenant's VBR.
public enum VBRRules {
    public static let nameLimit = 128
    /// What a VBR on a shared port is connected by, in the words of the form.
    public static let connectionKind = "Shared Physical Connection"

    // MARK: Creating

    /// Creates the VBR of an active port.
    public static func create(_ form: VBRForm, on port: DemandedPort, id: VBRID, now: Instant) throws(Refusal) -> DemandDecision {
        try check(form, on: port)
        try requirePlace(on: port)
        try check(vlan: form.vlan, on: port)
        try Refusal.check(form.name, field: "name", limit: nameLimit)
        let router = VirtualBorderRouter(
            id: id, port: port.id, account: port.tenant, name: form.name, vlan: port.vlan,
            bandwidth: try bandwidth(form.bandwidthMbps, on: port) ?? port.bandwidth,
            addressing: try VBRAddressing(cloud: form.cloudIPv4, client: form.clientIPv4, mask: form.subnetMask),
            ipv6: try ipv6(form.cloudIPv6, form.clientIPv6, form.ipv6Prefix), isIPv6Enabled: form.enablesIPv6, detection: form.detection,
            createdAt: now)
        try check(router)
        var decision = DemandDecision(port)
        decision.vbr = router
        decision.isNewVBR = true
        decision.port.vbr = id
        decision.port.axes.association = .associated
        decision.port.waitingSince = now
        decision.messages.append(.vbrCreated(VBRCreated(router, on: port)))
        decision.history.append(HistoryNote(.vbrCreated, subject: id.bits))
        return decision
    }

    /// What the form says about the VBR's kind, account and place.
    private static func check(_ form: VBRForm, on port: DemandedPort) throws(Refusal) {
        guard form.kind.isEmpty || form.kind == connectionKind else {
            throw Refusal(
                .invalidValue, "A VBR on a shared port is no \"\(form.kind)\"", field: "connectionKind", object: port.id.description,
                next: "Use \(connectionKind)")
        }
        guard !form.account.isSet || form.account == port.tenant else {
            throw Refusal(
                .invalidValue, "A VBR on port \(port.id) belongs to its account \(port.tenant)", field: "accountId",
                object: port.id.description, next: "Leave the account out")
        }
        try check(region: form.region, of: port)
    }

    /// A port that has room for a VBR.
    private static func requirePlace(on port: DemandedPort) throws(Refusal) {
        guard !port.isFromTransformation || port.axes.association == .associated else {
            throw Refusal(
                .vbrFromTransformation, "Port \(port.id) came from a transformation: the VBR that there is will be associated with it",
                field: "portId", object: port.id.description,
                next: "Wait until the partner \(port.partner) has confirmed the transformation")
        }
        try port.requireVBRFree()
        guard port.axes.isActive else {
            throw Refusal(
                .portNotActive, "Port \(port.id) is not in the normal state: it is \(PortWording.tenantStatus(port.axes))", field: "portId",
                object: port.id.description, next: port.waitingFor.map { "It waits for \($0)" })
        }
        guard port.axes.association == .none else {
            throw Refusal(
                .portHasVBR, "Port \(port.id) has a VBR already", field: "portId", object: port.vbr.description,
                next: "Use that VBR, or delete it first")
        }
    }

    // MARK: Changing

    /// Changes what is the tenant's to set of its VBR. What is so already changes nothing.
    public static func modify(
        _ router: VirtualBorderRouter, _ change: VBRChange, on port: DemandedPort
    ) throws(Refusal) -> DemandDecision {
        var decision = DemandDecision(port)
        try check(region: change.region, of: port)
        guard router.state != .deleted else {
            throw Refusal(
                .vbrNotActive, "VBR \(router.id) is deleted", field: "vbrId", object: router.id.description,
                next: "Create a new VBR on port \(port.id)")
        }
        try port.requireVBRFree()
        try check(vlan: change.vlan, on: port)
        let changed = try router.changed(by: change, bandwidth: try bandwidth(change.bandwidthMbps, on: port))
        try check(changed)
        guard changed != router else { return decision }
        decision.tell(of: changed)
        decision.history.append(HistoryNote(.vbrChanged, subject: router.id.bits, detail: changed.differences(from: router)))
        return decision
    }

    // MARK: Deleting

    /// Deletes a VBR of the tenant's own, terminated or not: its port is free for another one. Deleting it again
    /// changes nothing.
    public static func delete(_ router: VirtualBorderRouter, on port: DemandedPort, now: Instant) throws(Refusal) -> DemandDecision {
        var decision = DemandDecision(port)
        guard router.state != .deleted else { return decision }
        try port.requireVBRFree()
        decision.delete(router, now: now)
        return decision
    }

    // MARK: What all of them ask

    private static func check(region: String, of port: DemandedPort) throws(Refusal) {
        guard region.isEmpty || region == port.region else {
            throw Refusal(
                .regionMismatch, "Port \(port.id) is in region \(port.region), not in \(region)", field: "region",
                object: port.id.description, next: "Choose region \(port.region)")
        }
    }

    private static func check(vlan: UInt32?, on port: DemandedPort) throws(Refusal) {
        guard let vlan, vlan != UInt32(port.vlan.number) else { return }
        throw Refusal(
            .vlanFixedByPartner, "The VLAN of port \(port.id) is \(port.vlan), set by the partner", field: "vlanId",
            object: port.id.description, next: "Leave the VLAN out, or ask the partner \(port.partner) to change it")
    }

    private static func bandwidth(_ megabits: UInt32?, on port: DemandedPort) throws(Refusal) -> Bandwidth? {
        guard let megabits else { return nil }
        let bandwidth = Bandwidth(megabitsPerSecond: megabits)
        guard megabits > 0, bandwidth <= port.bandwidth else {
            throw Refusal(
                .bandwidthAbovePort, "The VBR's bandwidth must be from 1 Mbit/s to the port's \(port.bandwidth)", field: "bandwidthMbps",
                object: port.id.description, next: "Choose at most \(port.bandwidth)")
        }
        return bandwidth
    }

    static func ipv6(_ cloud: String, _ client: String, _ prefix: String) throws(Refusal) -> IPv6Addressing? {
        if cloud.isEmpty, client.isEmpty, prefix.isEmpty { return nil }
        return try IPv6Addressing(cloud: cloud, client: client, prefix: prefix)
    }

    static func check(_ router: VirtualBorderRouter) throws(Refusal) {
        guard router.ipv6 != nil || !router.isIPv6Enabled else {
            throw Refusal(
                .missingField, "IPv6 needs two addresses and their prefix", field: "cloudIpv6",
                next: "Give cloudIpv6, clientIpv6 and ipv6Prefix, or leave IPv6 disabled")
        }
        try router.detection.check()
    }
}
