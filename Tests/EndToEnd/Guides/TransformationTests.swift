import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

extension EndToEnd.Guides {
    /// The one procedure that both guides tell (A-42): the partner transforms, the tenant accepts and pays, the partner confirms.
    @Suite("Transformation") struct Transformation {
        @Test(
            """
            Transform a connection for an existing tenant: R-058, R-110, R-111, R-113, R-114, R-115, R-116, R-117, R-118, R-119, R-120, \
            R-122, R-123, R-124, R-125, R-126, R-127
            """, arguments: EndToEnd.Guides.levels)
        func byHand(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let vbr = try business.push(vlan: 821)
                try business.expectRefused(.tenantNotInformed) { try business.transform(vbr) }
                _ = try business.hcctl(["pushed-vbr", "attest", vbr.description, "--how", "a letter"] + business.partnerOnly())
                try business.expectRefused(.bandwidthNotSet) { try business.transform(vbr) }
                try business.expectRefused(.unlimitedBandwidth) {
                    try business.partner(
                        "pushed-vbr-bandwidths", PushedVBRBandwidthInput(vbrID: vbr, bandwidthMbps: 0), as: PushedVBRView.self)
                }
                try business.partner(
                    "pushed-vbr-bandwidths", PushedVBRBandwidthInput(vbrID: vbr, bandwidthMbps: 200), as: PushedVBRView.self)
                try business.expectRefused(.payerNotPermitted) { try business.transform(vbr, payer: .partner) }
                try business.seesPushed(vbr, "200 Mbit/s") { $0.bandwidthMbps == 200 }
                let (before, log) = (try business.router(vbr), try business.deviceLog(of: vbr))

                let port = try business.transform(vbr).portID
                try business.stage.arrives(port)
                let offered = try business.seenByTenant(port)
                #expect(offered.vlanID == 821 && offered.bandwidthMbps == 200 && offered.payer == .tenant)
                #expect(try business.allocated() == 200, "not counted twice")
                let told = try business.notices.told(business.tenant, count: 1)
                #expect(told.contains(NoticeBoard.Notice(account: business.tenant, port: port, words: "accept and pay")))
                try business.expectRefused(.offerNotAccepted) { try business.confirm(vbr) }

                try business.accept(port)
                try business.stage.port(port, at: business.stage.cluster.partner, becomes: "paid") { $0.billing == "paid" }
                #expect(try business.seenByPartner(port).waitingFor == "the partner to confirm")
                #expect(try business.router(vbr) == before)
                #expect(try business.pushed(vbr).fee?.state == "running")
                let why = try business.hcctl(
                    ["saga", "why", try business.pushed(vbr).sagaID.description] + business.partnerOnly())
                #expect(why.contains("waits for the confirmation from the partner"))

                _ = try business.hcctl(["pushed-vbr", "confirm", vbr.description, "--yes"] + business.partnerOnly())
                try business.becomes("Active", port)
                try business.confirm(vbr)
                try business.isTransformed(vbr, to: port, from: before, log)
                #expect(try business.ledger(port) == ["settled first 200"])

                try business.tenant("vbr-fee-refunds", VBRFeeRefundInput(vbrID: vbr), as: VBRFeeView.self)
                _ = try until("the fee is refunded") { try business.router(vbr).fee?.state == "refunded" ? true : nil }
            }
        }

        @Test(
            "Add a shared port to an existing hosted connection: from an inventory file, many at once: R-112, R-118, R-122, R-123, R-124",
            arguments: EndToEnd.Guides.levels)
        func fromFile(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let vbrs = try business.pushFromFile(vlans: [831, 832, 833])
                let before = try vbrs.map { (try business.router($0), try business.deviceLog(of: $0)) }
                let circuit = business.circuits[0].description
                let rehearsed = try business.hcctl(
                    ["transformation-batch", "start", "--circuit", circuit, "--dry-run"] + business.partnerOnly())
                #expect(rehearsed.contains("3 VBRs: 3 under way"))
                #expect(try business.pushed(vbrs[0]).sagaID.isSet == false)
                let begun = try TransformationBatchView(
                    json: Array(
                        business.hcctl(
                            ["transformation-batch", "start", "--circuit", circuit, "--at-once", "2", "--json"] + business.partnerOnly()
                        ).utf8))
                #expect(begun.items.map(\.state) == ["running", "running", "waiting"])

                var ports: [PortID] = []
                for vbr in vbrs {
                    let port = try until("\(vbr) is being transformed") { () throws -> PortID? in
                        let port = try business.pushed(vbr).portID
                        return port.isSet ? port : nil
                    }
                    ports.append(port)
                    try business.stage.arrives(port)
                    if vbr == vbrs[1] {
                        _ = try business.hcctl(
                            ["pushed-vbr", "cancel-transformation", vbr.description, "--reason", "not now", "--yes"]
                                + business.partnerOnly())
                        continue
                    }
                    try business.accept(port)
                    try business.stage.port(port, at: business.stage.cluster.partner, becomes: "paid") { $0.billing == "paid" }
                    try business.confirm(vbr)
                    try business.becomes("Active", port)
                }
                for place in [0, 2] { try business.isTransformed(vbrs[place], to: ports[place], from: before[place].0, before[place].1) }
                #expect(try business.router(vbrs[1]) == before[1].0)
                #expect(try business.deviceLog(of: vbrs[1]) == before[1].1)
                let path = "/admin/v1/transformation-batches/\(begun.batchID)"
                _ = try until("the batch is done") { () throws -> Bool? in
                    try business.partner.get(path, as: TransformationBatchView.self).state == "done" ? true : nil
                }
                let report = try business.hcctl(
                    ["transformation-batch", "report", begun.batchID.description] + business.partnerOnly())
                #expect(report.hasPrefix("3 VBRs: 2 transformed, 1 turned back\n") && report.contains("not now"))
            }
        }
    }
}

extension Business {
    /// A VBR of the old model, without a bandwidth.
    fileprivate func push(vlan: UInt32) throws -> VBRID {
        try partner(
            "pushed-vbrs",
            PushedVBRInput(
                circuitID: circuits[0], tenantAccountID: tenant, name: "edge", vlanID: vlan, cloudIPv4: "10.8.1.1", clientIPv4: "10.8.1.2",
                subnetMask: "255.255.255.252", feePrepaid: true), as: PushedVBRView.self
        ).vbrID
    }

    /// VBRs that nothing is in the way of, each with 200 Mbit/s, in use.
    fileprivate func pushFromFile(vlans: [UInt32]) throws -> [VBRID] {
        let folder = try Environment.newFolder("inventory")
        defer { Files.removeFolder(folder) }
        let file = "\(folder)/inventory.yaml"
        let entries = vlans.map { vlan in
            """
              - {name: "edge \(vlan)", circuit: \(circuits[0]), tenant: "\(tenant)", vlan: \(vlan), bandwidthMbps: 200,
                 cloudIpv4: 10.8.2.1, clientIpv4: 10.8.2.2, subnetMask: 255.255.255.252, informed: a letter}
            """
        }
        try Files.write("pushedVBRs:\n\(entries.joined(separator: "\n"))\n", to: file)
        _ = try hcctl(["inventory", "apply", file] + both())
        let list: PushedVBRList = try partner.get("/admin/v1/pushed-vbrs?circuitId=\(circuits[0])")
        let vbrs = list.items.map(\.vbrID)
        for vbr in vbrs {
            try seesPushed(vbr, "in use") { $0.status == "Active" }
            _ = try until("\(vbr) is on its device") { try deviceLog(of: vbr).isEmpty ? nil : true }
        }
        return vbrs
    }

    @discardableResult
    fileprivate func transform(_ vbr: VBRID, payer: Payer = .unspecified) throws -> PushedVBRView {
        try partner("transformations", TransformationInput(vbrID: vbr, payer: payer), as: PushedVBRView.self)
    }

    @discardableResult
    fileprivate func confirm(_ vbr: VBRID) throws -> PushedVBRView {
        try partner("confirmations", ConfirmationInput(vbrID: vbr), as: PushedVBRView.self)
    }

    fileprivate func pushed(_ vbr: VBRID) throws -> PushedVBRView { try partner.get("/admin/v1/pushed-vbrs/\(vbr)") }

    /// The VBR is on the port, its fee has ended, and nothing else about it has changed.
    fileprivate func isTransformed(
        _ vbr: VBRID, to port: PortID, from before: VBRView, _ log: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try stage.port(port, at: stage.cluster.partner, becomes: "associated") { $0.vbrID == vbr && !$0.sagaID.isSet }
        var now = try router(vbr)
        #expect(now.portID == port && now.fee?.state == "stopped", sourceLocation: sourceLocation)
        now.portID = before.portID
        now.fee = before.fee
        #expect(now == before, "R-123", sourceLocation: sourceLocation)
        #expect(try deviceLog(of: vbr) == log, "R-124", sourceLocation: sourceLocation)
        #expect(try pushed(vbr).fee?.state == "stopped", sourceLocation: sourceLocation)
    }
}
