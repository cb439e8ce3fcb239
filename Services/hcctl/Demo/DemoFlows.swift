import AdminConsole
import HostedConnection
import LocalCluster
import Schema
import ServiceKit

/// Walks the demo's ports from offer to VBR through the admin APIs, each party with its own token.
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
        for flow in DemoPlan.Flow.allCases {
            let ports = plan.ports(of: flow)
            Output.line("\n== \(flow.rawValue) (\(ports.count) ports)")
            for port in ports { try bringUp(port) }
        }
    }

    private func bringUp(_ wanted: DemoPlan.Port) throws(ClusterError) {
        guard let tenant = tenants[wanted.tenant] else { throw ClusterError("tenant \(wanted.tenant) has no client") }
        let port = try offer(wanted)
        _ = try until("port \(port) arrives at tenant-service") { () throws(ClusterError) in try known(tenant, port) }
        var acceptance = AcceptanceInput()
        acceptance.portID = port
        let _: PortView = try tenant.post("/admin/v1/acceptances", acceptance)
        if wanted.flow == .declinedThenPaid { try payAgain(port, tenant) }
        let active = try until("port \(port) becomes active", within: billingLimit) { () throws(ClusterError) -> PortView? in
            let view = try known(tenant, port)
            return view?.status == "Active" ? view : nil
        }
        let hadVBR = active.vbrID.isSet
        if !hadVBR { try createVBR(on: active, tenant) }
        _ = try until("partner-service sees the VBR of \(port)") { () throws(ClusterError) -> PortView? in
            let view: PortView = try partner.get("/admin/v1/ports/\(port)")
            return view.vbrID.isSet ? view : nil
        }
        if !hadVBR { narrator.waitForVBR(of: port) }
        Output.line("  → \(port) is Active with its VBR")
    }

    /// Offers the port, or finds it from an earlier run on the same data.
    private func offer(_ wanted: DemoPlan.Port) throws(ClusterError) -> PortID {
        let circuit = circuits[wanted.circuit].circuitID
        let existing: PortList = try partner.get("/admin/v1/ports?circuitId=\(circuit)&pageSize=1000")
        if let known = existing.items.first(where: { $0.vlanID == wanted.vlan && $0.circuitID == circuit }) { return known.portID }
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

    private func known(_ tenant: AdminClient, _ port: PortID) throws(ClusterError) -> PortView? {
        do throws(ClusterError) {
            return try tenant.get("/admin/v1/ports/\(port)", as: PortView.self)
        } catch  where error.status == 404 {
            return nil
        }
    }

    private func payAgain(_ port: PortID, _ tenant: AdminClient) throws(ClusterError) {
        let declined = try until("billing answers for \(port)", within: billingLimit) { () throws(ClusterError) -> PortView? in
            let view = try known(tenant, port)
            return view?.declineReason.isEmpty == false || view?.billing == "paid" ? view : nil
        }
        guard declined.billing != "paid" else { return }
        Output.line("  → \(port) waits for \(declined.waitingFor)")
        var charge = ChargeInput()
        charge.portID = port
        let _: PortView = try tenant.post("/admin/v1/charges", charge)
    }

    private func createVBR(on port: PortView, _ tenant: AdminClient) throws(ClusterError) {
        var input = VBRInput()
        input.portID = port.portID
        input.name = "router of \(port.name)"
        input.cloudIPv4 = "10.\((port.vlanID ?? 0) / 256).\((port.vlanID ?? 0) % 256).1"
        input.clientIPv4 = "10.\((port.vlanID ?? 0) / 256).\((port.vlanID ?? 0) % 256).2"
        input.subnetMask = "255.255.255.252"
        let _: VBRView = try tenant.post("/admin/v1/vbrs", input)
    }

    private func until<Value>(_ what: String, within limit: Duration? = Self.limit, _ look: () throws(ClusterError) -> Value?)
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
