public import HostedConnection
public import Schema

/// What must be the same everywhere: the two services' views of a port, what the billing simulator has in its ledger, and what the
/// network simulator's access device has.
public struct Agreement {
    /// One thing that is not the same.
    public struct Difference: CustomStringConvertible, Equatable {
        public var port: PortID
        public var field: String
        public var values: String

        public var description: String { "\(port): \(field): \(values)" }
    }

    public private(set) var differences: [Difference] = []

    /// - Parameters:
    ///   - ledger: nil when billing is somebody else's.
    ///   - devices: nil without access devices.
    public init(partner: [PortView], tenant: [PortView], vbrs: [VBRView], ledger: [LedgerEntry]?, devices: [DeviceView]? = nil) {
        let tenantPorts = Dictionary(tenant.map { ($0.portID, $0) }) { first, _ in first }
        let routers = Dictionary(grouping: vbrs, by: \.portID)
        let charges = ledger.map { Dictionary(grouping: $0, by: \.portID) }
        let states = devices.map { Dictionary($0.map { ($0.connectionID, $0) }) { first, _ in first } }
        for port in partner {
            guard let other = tenantPorts[port.portID] else {
                note(port.portID, "port", "tenant-service does not know it")
                continue
            }
            compare(port, other)
            compareRouter(port, other, routers[port.portID] ?? [])
            if let charges { compareCharges(port, other, charges[port.portID] ?? []) }
            // What was to be made of a pushed VBR and is not, or not yet, is on no device: the VBR is.
            if let states, port.vbrID.isSet || port.connectionID == ConnectionID(port.portID) {
                compareDevice(port, states[port.connectionID])
            }
        }
        let partnerPorts = Set(partner.map(\.portID))
        for port in tenant where !partnerPorts.contains(port.portID) { note(port.portID, "port", "partner-service does not know it") }
    }

    private mutating func note(_ port: PortID, _ field: String, _ values: String) {
        differences.append(Difference(port: port, field: field, values: values))
    }

    private mutating func compare(_ a: PortView, _ b: PortView) {
        func text(_ view: PortView) -> [(String, String)] {
            [
                ("id", view.connectionID.description), ("circuit", view.circuitID.description),
                ("vlan", view.vlanID.map(String.init) ?? "none"), ("bandwidth", "\(view.bandwidthMbps)"),
                ("payer", view.payer.protoName.map { "\($0)" } ?? "?"), ("acceptance", view.acceptance), ("service", view.service),
                ("billing", view.billing), ("association", view.association), ("subscription", view.subscriptionID.description),
                ("vbr", view.vbrID.description),
            ]
        }
        for (own, other) in zip(text(a), text(b)) where own.1 != other.1 {
            note(a.portID, own.0, "partner-service \(own.1), tenant-service \(other.1)")
        }
    }

    private mutating func compareRouter(_ partner: PortView, _ tenant: PortView, _ routers: [VBRView]) {
        let routers = routers.filter { $0.state != "deleted" }
        if routers.count > 1 { note(partner.portID, "vbr", "\(routers.count) VBRs on one port") }
        guard let router = routers.first else {
            if tenant.vbrID.isSet { note(partner.portID, "vbr", "\(tenant.vbrID) is not listed") }
            return
        }
        if router.vbrID != tenant.vbrID { note(partner.portID, "vbr", "the port says \(tenant.vbrID), the list \(router.vbrID)") }
        if router.vlanID != partner.vlanID {
            note(partner.portID, "vlan", "the port has \(partner.vlanID ?? 0), its VBR \(router.vlanID ?? 0)")
        }
    }

    /// A port that the device does not know is not on it.
    private mutating func compareDevice(_ partner: PortView, _ device: DeviceView?) {
        let forwarding = device?.forwarding ?? "removed"
        if forwarding != partner.forwarding {
            note(partner.portID, "traffic", "partner-service \(partner.forwarding), access device \(forwarding)")
        }
        guard let device, forwarding != "removed" else { return }
        if device.vlanID != partner.vlanID {
            note(partner.portID, "vlan", "port \(partner.vlanID ?? 0), access device \(device.vlanID ?? 0)")
        }
        if device.rateMbps != partner.bandwidthMbps {
            note(partner.portID, "bandwidth", "port \(partner.bandwidthMbps), access device \(device.rateMbps)")
        }
    }

    private mutating func compareCharges(_ partner: PortView, _ tenant: PortView, _ charges: [LedgerEntry]) {
        let settled = charges.filter { $0.outcome == "settled" }
        // Upgrades and renewals follow the first charge.
        let first = settled.count { $0.kind == "first" }
        let expected = ["paid", "expired", "locked"].contains(partner.billing) ? 1 : 0
        if first != expected {
            note(partner.portID, "charge", "billing is \(partner.billing), the ledger has \(first) settled charges")
        }
        // A decrease is not paid back.
        if let paid = settled.map(\.bandwidthMbps).max(), paid < partner.bandwidthMbps {
            note(partner.portID, "bandwidth", "port \(partner.bandwidthMbps), ledger \(paid)")
        }
        let payer = partner.payer == .partner ? partner.partnerAccountID : partner.tenantAccountID
        for charge in settled {
            if charge.subscriptionID != tenant.subscriptionID {
                note(partner.portID, "subscription", "tenant-service \(tenant.subscriptionID), ledger \(charge.subscriptionID)")
            }
            if charge.payerAccountID != payer { note(partner.portID, "payer", "port \(payer), ledger \(charge.payerAccountID)") }
        }
    }
}

extension LocalCluster {
    /// All pages of a list.
    private static func pages<List: WireMessage, Item>(
        _ client: AdminClient, _ path: String, _ list: List.Type, _ items: (List) -> (items: [Item], next: String)
    ) throws(ClusterError) -> [Item] {
        var all: [Item] = []
        var token = ""
        repeat {
            let page = items(try client.get("\(path)?pageSize=1000" + (token.isEmpty ? "" : "&pageToken=\(token)"), as: list))
            all += page.items
            token = page.next
        } while !token.isEmpty
        return all
    }

    public static func ports(_ client: AdminClient) throws(ClusterError) -> [PortView] {
        try pages(client, "/admin/v1/ports", PortList.self) { ($0.items, $0.nextPageToken) }
    }

    public static func vbrs(_ client: AdminClient) throws(ClusterError) -> [VBRView] {
        try pages(client, "/admin/v1/vbrs", VBRList.self) { ($0.items, $0.nextPageToken) }
    }

    public static func ledger(_ client: AdminClient) throws(ClusterError) -> [LedgerEntry] {
        try pages(client, "/ledger", Ledger.self) { ($0.items, $0.nextPageToken) }
    }

    public static func subscriptions(_ client: AdminClient) throws(ClusterError) -> [BilledSubscriptionView] {
        try pages(client, "/admin/v1/subscriptions", BilledSubscriptionList.self) { ($0.items, $0.nextPageToken) }
    }

    public static func devices(_ client: AdminClient) throws(ClusterError) -> [DeviceView] {
        try pages(client, "/admin/v1/devices", DeviceList.self) { ($0.items, $0.nextPageToken) }
    }

    /// Reads both services, the ledger and the access device, and compares them port by port.
    public func agreement() throws(ClusterError) -> (partner: [PortView], tenant: [PortView], vbrs: [VBRView], agreement: Agreement) {
        let partnerPorts = try Self.ports(client(partner))
        let tenantClient = try client(tenant)
        let tenantPorts = try Self.ports(tenantClient)
        let routers = try Self.vbrs(tenantClient)
        let charges: [LedgerEntry]? = if let simulator { try Self.ledger(client(simulator)) } else { nil }
        let states: [DeviceView]? = if let network { try Self.devices(client(network)) } else { nil }
        return (
            partnerPorts, tenantPorts, routers,
            Agreement(partner: partnerPorts, tenant: tenantPorts, vbrs: routers, ledger: charges, devices: states)
        )
    }
}
