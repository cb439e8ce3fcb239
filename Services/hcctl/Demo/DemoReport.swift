import AdminConsole
import HostedConnection
import LocalCluster
import Schema
import ServiceKit

/// The closing table, read back from both services, and whether all agree.
struct DemoReport {
    let plan: DemoPlan
    let cluster: LocalCluster

    func print() throws {
        let seen = try settled()
        var table = TextTable(["PORT", "TENANT", "VLAN", "MBIT/S", "PAYER", "PARTNER SAYS", "TENANT SAYS", "VBR"])
        let tenantViews = Dictionary(seen.tenant.map { ($0.portID, $0) }) { first, _ in first }
        for port in seen.partner {
            let other = tenantViews[port.portID]
            table.add([
                port.portID.description, port.tenantAccountID.description, "\(port.vlanID ?? 0)", "\(port.bandwidthMbps)",
                port.payer == .partner ? "partner" : "tenant", port.status, other.map { "\($0.status), \($0.stage)" } ?? "unknown",
                other?.vbrID.description ?? "",
            ])
        }
        Output.line("\n== ports and VBRs, as both services tell them")
        for line in table.lines { Output.line(line) }
        for difference in seen.agreement.differences { Output.error("differs: \(difference)") }
        guard seen.agreement.differences.isEmpty else { throw ClusterError("the views do not agree") }
        for flow in DemoPlan.Flow.allCases {
            let wanted = plan.ports(of: flow)
            let done = wanted.filter { port in
                seen.partner.contains { view in
                    view.name == port.name && view.tenantAccountID == port.tenant && Self.isDone(view, port)
                        && tenantViews[view.portID].map { Self.isDone($0, port) } == true
                }
            }
            let end = flow.ends ? "deleted and refunded" : "active"
            Output.line("\(flow.rawValue): \(done.count) of \(wanted.count) ports \(end) on both sides")
            guard done.count == wanted.count else { throw ClusterError("flow \"\(flow.rawValue)\" is not complete") }
        }
        let others = [cluster.simulator.map { _ in "the billing ledger" }, cluster.network.map { _ in "the access device" }]
        Output.line((["both services"] + others.compactMap { $0 }).joined(separator: " and ") + " agree on every port")
    }

    /// Whether one side sees the port as its flow leaves it.
    private static func isDone(_ view: PortView, _ wanted: DemoPlan.Port) -> Bool {
        if wanted.flow.ends { return view.status == "Deleted" && view.billing == "refunded" }
        return view.status == "Active" && view.vlanID == wanted.vlan && view.bandwidthMbps == wanted.bandwidthMbps
    }

    /// The views once they agree, or as they are when they have had their time.
    private func settled() throws -> (partner: [PortView], tenant: [PortView], vbrs: [VBRView], agreement: Agreement) {
        let deadline = MonotonicInstant.now + .seconds(10)
        while true {
            let seen = try cluster.agreement()
            if seen.agreement.differences.isEmpty || MonotonicInstant.now > deadline { return seen }
            Pause.briefly()
        }
    }
}
