import AdminConsole
import HostedConnection
import LocalCluster
import Schema
import ServiceKit

/// One port's way. What an earlier run on the same data has done is not done again.
struct DemoWalk {
    let flows: DemoFlows
    let wanted: DemoPlan.Port
    /// The tenant's own client.
    let tenant: AdminClient
    let port: PortID

    private var partner: AdminClient { flows.partner }

    // MARK: From offer to VBR

    func bringUp() throws(ClusterError) {
        _ = try flows.until("port \(port) arrives at tenant-service") { () throws(ClusterError) in try seenByTenant() }
        let _: PortView = try tenant.post("/admin/v1/acceptances", AcceptanceInput(portID: port))
        if wanted.flow == .declinedThenPaid { try payAgain() }
        let active = try becomes("Active", within: flows.billingLimit)
        guard !active.vbrID.isSet else { return }
        let vlan = active.vlanID ?? 0
        let _: VBRView = try tenant.post(
            "/admin/v1/vbrs",
            VBRInput(
                portID: port, name: "router of \(active.name)", cloudIPv4: "10.\(vlan / 256).\(vlan % 256).1",
                clientIPv4: "10.\(vlan / 256).\(vlan % 256).2", subnetMask: "255.255.255.252"))
        try partnerSees("the VBR of \(port)") { $0.vbrID.isSet }
        flows.narrator.waitFor(.vbrCreated, of: port)
    }

    private func payAgain() throws(ClusterError) {
        let declined = try flows.until("billing answers for \(port)", within: flows.billingLimit) {
            () throws(ClusterError) -> PortView? in
            let view = try seenByTenant()
            return view?.declineReason.isEmpty == false || view?.billing == "paid" ? view : nil
        }
        guard declined.billing != "paid" else { return }
        Output.line("  → \(port) waits for \(declined.waitingFor)")
        let _: PortView = try tenant.post("/admin/v1/charges", ChargeInput(portID: port))
    }

    // MARK: To its end

    /// Everything that the guides have for a port, up to its deletion.
    func wholeLife() throws(ClusterError) {
        guard try !isOver() else { return }
        try bringUp()
        try changeVLAN()
        try changeBandwidth()
        wanted.payer == .partner ? try stopByPartner() : try stopByTenant()
        try delete()
    }

    /// Whether an earlier run has deleted the port. If it was interrupted, what it had begun is brought to its end.
    private func isOver() throws(ClusterError) -> Bool {
        if try partnerSees("\(port)", { _ in true }).requestedBandwidthMbps != nil { try payForMore() }
        let view = try partnerSees("the end of what an earlier run has begun", within: flows.billingLimit) { !$0.sagaID.isSet }
        if view.status == "Disabled" { try recover() }
        return view.status == "Deleted"
    }

    private func changeVLAN() throws(ClusterError) {
        say("the partner changes the VLAN to \(DemoPlan.laterVLAN): port, VBR and access device as one step")
        let _: PortView = try partner.post("/admin/v1/vlan-changes", VLANChangeInput(portID: port, vlanID: DemoPlan.laterVLAN))
        try bothSee("VLAN \(DemoPlan.laterVLAN)") { $0.vlanID == DemoPlan.laterVLAN && !$0.sagaID.isSet }
        flows.narrator.waitFor(.vlanChangeDone, of: port)
    }

    private func changeBandwidth() throws(ClusterError) {
        let bandwidth = DemoPlan.laterBandwidth
        let payer = wanted.payer == .tenant ? "the tenant" : "it"
        say("the partner changes the bandwidth to \(bandwidth) Mbit/s: in force once \(payer) has paid")
        let _: PortView = try partner.post("/admin/v1/bandwidth-changes", BandwidthChangeInput(portID: port, bandwidthMbps: bandwidth))
        try payForMore()
        try bothSee("\(bandwidth) Mbit/s", within: flows.billingLimit) { $0.bandwidthMbps == bandwidth && !$0.sagaID.isSet }
        flows.narrator.waitFor(.bandwidthInForce, of: port)
    }

    /// The tenant, if it is the payer, pays for the bandwidth that is reserved, unless it has paid already.
    private func payForMore() throws(ClusterError) {
        guard wanted.payer == .tenant else { return }
        let asked = try flows.until("the tenant is asked to pay for \(port)") { () throws(ClusterError) -> PortView? in
            let view = try seenByTenant()
            return view?.requestedBandwidthMbps != nil || view?.bandwidthMbps == DemoPlan.laterBandwidth ? view : nil
        }
        guard asked.requestedBandwidthMbps != nil else { return }
        do throws(ClusterError) {
            let _: PortView = try tenant.post("/admin/v1/charges", ChargeInput(portID: port))
        } catch  where error.code == RefusalCode.chargeNotRetriable.rawValue {}
    }

    /// Terminate an instance connection, the port's and then the VBR's; delete the VBR.
    private func stopByPartner() throws(ClusterError) {
        say("the partner terminates the port's connection, and the VBR's with it")
        try terminate(partner)
        try recover()
        let vbr = try partnerSees("the VBR of \(port) in use") { $0.vbrState == "enabled" }.vbrID
        say("the partner terminates the VBR's connection alone, and deletes the VBR")
        let _: PortView = try partner.post("/admin/v1/vbr-terminations", VBROrderInput(vbrID: vbr))
        try partnerSees("VBR \(vbr) terminated") { $0.vbrState == "terminated" }
        let _: PortView = try partner.post("/admin/v1/vbr-deletions", VBROrderInput(vbrID: vbr))
        try bothSee("no VBR") { $0.association == "none" }
        flows.narrator.waitFor(.vbrDeleted, of: port)
    }

    /// Delete a VBR, stop instance access, and have it back by asking the partner.
    private func stopByTenant() throws(ClusterError) {
        say("the tenant deletes its VBR and stops instance access")
        if let vbr = try seenByTenant()?.vbrID {
            let _: VBRView = try tenant.post("/admin/v1/vbr-deletions", VBRDeletionInput(vbrID: vbr))
        }
        try bothSee("no VBR") { $0.association == "none" }
        try terminate(tenant)
        try recover()
    }

    private func terminate(_ party: AdminClient) throws(ClusterError) {
        let _: PortView = try party.post("/admin/v1/terminations", TerminationInput(portID: port))
        try becomes("Disabled")
        flows.narrator.waitFor(.portTerminated, of: port)
    }

    /// The partner recovers the port; one that the tenant pays for when it has asked.
    private func recover() throws(ClusterError) {
        if wanted.payer == .tenant {
            say("the tenant asks the partner to recover the port")
            do throws(ClusterError) {
                let _: RequestView = try tenant.post("/admin/v1/requests", RequestInput(portID: port, kind: .recoverPort, reason: "back"))
            } catch  where error.code == RefusalCode.requestExists.rawValue {}
            _ = try flows.until("the request reaches partner-service") { () throws(ClusterError) -> Bool? in
                try partner.get("/admin/v1/requests?portId=\(port)&state=open", as: RequestList.self).items.isEmpty ? nil : true
            }
        }
        say("the partner recovers it")
        let _: PortView = try partner.post("/admin/v1/recoveries", RecoveryInput(portID: port))
        try becomes("Active")
        flows.narrator.waitFor(.portRecovered, of: port)
    }

    private func delete() throws(ClusterError) {
        say("the \(wanted.payer == .partner ? "partner" : "tenant") deletes the port within its billing cycle")
        let payer = wanted.payer == .partner ? partner : tenant
        let deletion: DeletionView = try payer.post("/admin/v1/deletions", DeletionInput(portID: port))
        say("\(deletion.next) (\(deletion.refundID))")
        try becomes("Deleted", within: flows.billingLimit)
        flows.narrator.waitFor(.portDeleted, of: port)
    }

    private func say(_ text: String) { Output.line("  – \(text)") }

    // MARK: Views

    private func seenByTenant() throws(ClusterError) -> PortView? {
        do throws(ClusterError) {
            return try tenant.get("/admin/v1/ports/\(port)", as: PortView.self)
        } catch  where error.status == 404 {
            return nil
        }
    }

    @discardableResult
    private func partnerSees(
        _ what: String, within limit: Duration? = .seconds(60), _ isWanted: (PortView) -> Bool
    ) throws(ClusterError) -> PortView {
        try flows.until("partner-service sees \(what)", within: limit) { () throws(ClusterError) -> PortView? in
            let view: PortView = try partner.get("/admin/v1/ports/\(port)")
            return isWanted(view) ? view : nil
        }
    }

    /// - Returns: the tenant's view.
    @discardableResult
    private func bothSee(
        _ what: String, within limit: Duration? = .seconds(60), _ isWanted: (PortView) -> Bool
    ) throws(ClusterError) -> PortView {
        try partnerSees("\(port): \(what)", within: limit, isWanted)
        return try flows.until("tenant-service sees \(port): \(what)", within: limit) { () throws(ClusterError) -> PortView? in
            guard let view = try seenByTenant(), isWanted(view) else { return nil }
            return view
        }
    }

    @discardableResult
    private func becomes(_ status: String, within limit: Duration? = .seconds(60)) throws(ClusterError) -> PortView {
        try bothSee(status, within: limit) { $0.status == status }
    }
}
