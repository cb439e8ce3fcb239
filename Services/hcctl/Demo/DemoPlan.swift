import HostedConnection
import Schema

/// The ports the demo brings up, and the flow each belongs to.
struct DemoPlan {
    enum Flow: String, CaseIterable {
        case tenantPays = "the tenant pays"
        case partnerPays = "the partner pays"
        case declinedThenPaid = "billing declines, the tenant pays again"
        case partnersLife = "the partner changes, stops and deletes what it pays for"
        case tenantsLife = "the tenant pays for more, stops and deletes what it pays for"

        /// Whether its ports are deleted at the end.
        var ends: Bool { self == .partnersLife || self == .tenantsLife }
    }

    struct Port {
        var flow: Flow
        var tenant: AccountID
        var circuit: Int
        var vlan: UInt32
        var bandwidthMbps: UInt32
        /// No other port of the plan has it.
        var name: String

        var payer: Payer { flow == .partnerPays || flow == .partnersLife ? .partner : .tenant }
    }

    /// Mbit/s at which the simulator declines a first attempt in the demo.
    static let declinedBandwidth: UInt32 = 300
    /// What the ports that are changed end up with.
    static let laterBandwidth: UInt32 = 500
    static let laterVLAN: UInt32 = 2_999

    var ports: [Port]

    /// - Parameter tenants: the inventory's three tenants.
    init(tenants: [AccountID]) {
        ports = []
        for (number, tenant) in tenants.enumerated() {
            let base = UInt32(100 * (number + 1))
            ports.append(
                Port(flow: .tenantPays, tenant: tenant, circuit: 0, vlan: base, bandwidthMbps: 100, name: "primary of tenant \(number + 1)")
            )
            ports.append(
                Port(flow: .partnerPays, tenant: tenant, circuit: 2, vlan: base, bandwidthMbps: 200, name: "backup of tenant \(number + 1)")
            )
        }
        guard let first = tenants.first, let last = tenants.last else { return }
        ports += [
            Port(
                flow: .declinedThenPaid, tenant: last, circuit: 3, vlan: 500, bandwidthMbps: Self.declinedBandwidth,
                name: "with a card that fails once"),
            Port(flow: .partnersLife, tenant: first, circuit: 1, vlan: 600, bandwidthMbps: 200, name: "for a trade fair"),
            Port(flow: .tenantsLife, tenant: last, circuit: 1, vlan: 700, bandwidthMbps: 100, name: "for a migration"),
        ]
    }

    func ports(of flow: Flow) -> [Port] { ports.filter { $0.flow == flow } }
}
