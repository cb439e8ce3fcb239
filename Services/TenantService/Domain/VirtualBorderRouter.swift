public import HostedConnection

/// A tenant's virtual border router on a shared port.
public struct VirtualBorderRouter: Equatable, Sendable {
    public var id: VBRID
    public var port: PortID
    public var account: AccountID
    public var name: String
    /// The port's VLAN.
    public var vlan: VLANID
    public var bandwidth: Bandwidth
    public var addressing: VBRAddressing
    /// nil without IPv6.
    public var ipv6: IPv6Addressing?
    /// Whether IPv6 is used.
    public var isIPv6Enabled: Bool
    public var detection: FailureDetection
    public var state: RouterState
    /// Whether the termination of the port disabled it: recovering the port then recovers it too.
    public var isDisabledWithPort: Bool
    public var createdAt: Instant
    public var deletedAt: Instant?

    public init(
        id: VBRID, port: PortID, account: AccountID, name: String, vlan: VLANID, bandwidth: Bandwidth, addressing: VBRAddressing,
        ipv6: IPv6Addressing? = nil, isIPv6Enabled: Bool = false, detection: FailureDetection = FailureDetection(),
        state: RouterState = .enabled, isDisabledWithPort: Bool = false, createdAt: Instant, deletedAt: Instant? = nil
    ) {
        self.id = id
        self.port = port
        self.account = account
        self.name = name
        self.vlan = vlan
        self.bandwidth = bandwidth
        self.addressing = addressing
        self.ipv6 = ipv6
        self.isIPv6Enabled = isIPv6Enabled
        self.detection = detection
        self.state = state
        self.isDisabledWithPort = isDisabledWithPort
        self.createdAt = createdAt
        self.deletedAt = deletedAt
    }
}

extension VirtualBorderRouter {
    /// The router as a change would leave it.
    /// - Parameter bandwidth: the one asked for, checked already.
    /// - Throws: a refusal that names the field at fault.
    func changed(by change: VBRChange, bandwidth: Bandwidth?) throws(Refusal) -> VirtualBorderRouter {
        var router = self
        if let name = change.name {
            try Refusal.check(name, field: "name", limit: VBRRules.nameLimit)
            router.name = name
        }
        if let bandwidth { router.bandwidth = bandwidth }
        router.addressing = try VBRAddressing(
            cloud: change.cloudIPv4 ?? addressing.cloud.description, client: change.clientIPv4 ?? addressing.client.description,
            mask: change.subnetMask ?? addressing.mask.description)
        router.ipv6 = try VBRRules.ipv6(
            change.cloudIPv6 ?? ipv6?.cloud.description ?? "", change.clientIPv6 ?? ipv6?.client.description ?? "",
            change.ipv6Prefix ?? ipv6?.prefix.description ?? "")
        router.isIPv6Enabled = change.enablesIPv6 ?? isIPv6Enabled
        router.detection = FailureDetection(
            multiplier: change.detection.multiplier ?? detection.multiplier, minRx: change.detection.minRx ?? detection.minRx,
            minTx: change.detection.minTx ?? detection.minTx)
        return router
    }

    /// What is other than before, in words for its history.
    func differences(from old: VirtualBorderRouter) -> String {
        var words: [String] = []
        func note(_ what: String, _ value: (VirtualBorderRouter) -> String) {
            if value(self) != value(old) { words.append("\(what) \(value(self))") }
        }
        note("name") { $0.name }
        note("bandwidth") { $0.bandwidth.description }
        note("IPv4") { "\($0.addressing.cloud), \($0.addressing.client), \($0.addressing.mask)" }
        note("IPv6") { router in router.ipv6.map { "\($0.cloud), \($0.client), \($0.prefix)" } ?? "none" }
        note("IPv6") { $0.isIPv6Enabled ? "enabled" : "disabled" }
        note("missed packets") { $0.detection.multiplier.map(String.init) ?? "" }
        note("least receiving interval") { $0.detection.minRx.map { "\($0) ms" } ?? "" }
        note("least sending interval") { $0.detection.minTx.map { "\($0) ms" } ?? "" }
        return words.joined(separator: "; ")
    }

    /// What is allowed but hardly meant.
    public var warnings: [String] {
        guard addressing.prefixLength < VBRAddressing.prefixLengths.upperBound else { return [] }
        let room = (1 << (32 - Int(addressing.prefixLength))) - 2
        return ["The mask \(addressing.mask) has room for \(room) addresses where two are needed: 255.255.255.252 is enough"]
    }
}
