import HostedConnection
import Schema

/// The ports the demo brings up, and the flow each belongs to.
struct DemoPlan {
    enum Flow: String, CaseIterable {
        case tenantPays = "the tenant pays"
        case partnerPays = "the partner pays"
        case declinedThenPaid = "billing declines, the tenant pays again"
    }

    struct Port {
        var flow: Flow
        var tenant: AccountID
        var circuit: Int
        var vlan: UInt32
        var bandwidthMbps: UInt32
        var name: String

        var payer: Payer { flow == .partnerPays ? .partner : .tenant }
    }

    /// Mbit/s at which the simulator declines a first attempt in the demo.
    static let declinedBandwidth: UInt32 = 300

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
        if let last = tenants.last {
            ports.append(
                Port(
                    flow: .declinedThenPaid, tenant: last, circuit: 3, vlan: 500, bandwidthMbps: Self.declinedBandwidth,
                    name: "with a card that fails once"))
        }
    }

    func ports(of flow: Flow) -> [Port] { ports.filter { $0.flow == flow } }
}
