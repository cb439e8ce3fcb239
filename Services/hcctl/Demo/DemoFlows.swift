import AdminConsole
import HostedConnection
import LocalCluster
import Schema
import ServiceKit

/// Walks the demo's ports through the procedures of the guides by the admin APIs, each party with its own token.
struct DemoFlows {
    let plan: DemoPlan
    let circuits: [CircuitView]
    let partner: AdminClient
    /// Each tenant's own client of tenant-service.
    let tenants: [AccountID: AdminClient]
    let narrator: MessageNarrator
    /// How long billing may take to answer; nil for as long as whoever plays it needs.
    let billingLimit: Duration?
    /// Whether the demo has been told to stop.
    let isStopping: @Sendable () -> Bool

    /// How long any other step may take.
    private static var limit: Duration { .seconds(60) }

    func run() throws(ClusterError) {
        var number = 0
        for flow in DemoPlan.Flow.allCases {
            let ports = plan.ports(of: flow)
            Output.line("\n== \(flow.rawValue) (\(ports.count) \(ports.count == 1 ? "port" : "ports"))")
            for wanted in ports {
                number += 1
                guard let tenant = tenants[wanted.tenant] else { throw ClusterError("tenant \(wanted.tenant) has no client") }
                let walk = DemoWalk(flows: self, wanted: wanted, tenant: tenant, port: try offer(wanted))
                try flow.ends ? walk.wholeLife() : walk.bringUp()
                Output.line("  → \(number) of \(plan.ports.count): \(walk.port) is \(flow.ends ? "Deleted" : "Active with its VBR")")
            }
        }
    }

    /// Offers the port, or finds it from an earlier run on the same data.
    private func offer(_ wanted: DemoPlan.Port) throws(ClusterError) -> PortID {
        let circuit = circuits[wanted.circuit].circuitID
        let existing: PortList = try partner.get("/admin/v1/ports?circuitId=\(circuit)&pageSize=1000")
        if let known = existing.items.first(where: { $0.name == wanted.name }) { return known.portID }
        var input = OfferInput()
        input.circuitID = circuit
        input.tenantAccountID = wanted.tenant
        input.vlanID = wanted.vlan
        input.bandwidthMbps = wanted.bandwidthMbps
        input.payer = wanted.payer
        input.name = wanted.name
        // The tenant's facts reach partner-service over Kafka: until then it does not know the account.
        return try until("partner-service knows tenant \(wanted.tenant)") { () throws(ClusterError) -> PortID? in
            do throws(ClusterError) {
                let view: PortView = try partner.post("/admin/v1/ports", input)
                return view.portID
            } catch  where error.code == RefusalCode.accountUnknown.rawValue {
                return nil
            }
        }
    }

    func until<Value>(_ what: String, within limit: Duration? = Self.limit, _ look: () throws(ClusterError) -> Value?)
        throws(ClusterError) -> Value
    {
        let deadline = limit.map { MonotonicInstant.now + $0 } ?? .distantFuture
        while true {
            if let value = try look() { return value }
            if isStopping() { throw .stopped }
            guard MonotonicInstant.now < deadline else { throw ClusterError("\(what): not after \(limit ?? .zero)") }
            Pause.briefly()
        }
    }
}

extension ClusterError {
    /// Somebody has stopped the demo: no failure.
    static let stopped = ClusterError("stopped", code: "stopped")
}
