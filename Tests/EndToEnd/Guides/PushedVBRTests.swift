import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

extension EndToEnd.Guides {
    /// What a transformation starts from: VBRs of the old model.
    @Suite("Pushed VBRs") struct PushedVBRs {
        @Test(
            "VBRs are pushed from an inventory file and by hand, get a bandwidth, and are deleted: R-110, R-111, R-114, R-115, R-124, R-178",
            arguments: EndToEnd.Guides.levels)
        func life(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let vbr = try pushFromFile(business)
                try setBandwidth(vbr, business)
                try byHand(business)
            }
        }

        /// Applying a file twice pushes once; without a bandwidth the circuit takes no ports.
        private func pushFromFile(_ business: Business) throws -> VBRID {
            let folder = try Environment.newFolder("inventory")
            defer { Files.removeFolder(folder) }
            let file = "\(folder)/inventory.yaml"
            try Files.write(
                """
                pushedVBRs:
                  - {name: from the file, circuit: \(business.circuits[0]), tenant: "\(business.tenant)", vlan: 801,
                     cloudIpv4: 10.8.0.1, clientIpv4: 10.8.0.2, subnetMask: 255.255.255.252, feePrepaid: true, informed: a letter}

                """, to: file)
            for _ in 0..<2 {
                let applied = try business.hcctl(["inventory", "apply", file] + business.both())
                #expect(applied.contains("1 pushed VBRs are registered"), "\(applied)")
            }
            let list: PushedVBRList = try business.partner.get("/admin/v1/pushed-vbrs?circuitId=\(business.circuits[0])")
            #expect(list.items.count == 1)
            let view = try #require(list.items.first)
            #expect(view.informedHow == "a letter")
            #expect(view.bandwidthMbps == nil)
            try business.expectRefused(.circuitUnlimited) { _ = try business.offer(business.form()) }
            return view.vbrID
        }

        private func setBandwidth(_ vbr: VBRID, _ business: Business) throws {
            try business.expectRefused(.unlimitedBandwidth) {
                try business.partner(
                    "pushed-vbr-bandwidths", PushedVBRBandwidthInput(vbrID: vbr, bandwidthMbps: 0), as: PushedVBRView.self)
            }
            _ = try business.hcctl(["pushed-vbr", "bandwidth", vbr.description, "--bandwidth", "200"] + business.partnerOnly())
            try business.seesPushed(vbr, "200 Mbit/s") { $0.bandwidthMbps == 200 && $0.pushedByAccountID == business.carrier }
            #expect(try eventually { try business.deviceLog(of: vbr) == ["applied pass 801 0", "applied pass 801 200"] })
            #expect(try business.allocated() == 200)
            _ = try business.offer(business.form())
        }

        private func byHand(_ business: Business) throws {
            let answer = try business.hcctl(
                [
                    "pushed-vbr", "push", "--circuit", business.circuits[1].description, "--to", business.tenant.description, "--vlan",
                    "802", "--bandwidth", "150", "--name", "by hand", "--cloud-ipv4", "10.8.0.5", "--client-ipv4", "10.8.0.6",
                    "--subnet-mask", "255.255.255.252", "--fee-payer", "partner", "--json",
                ] + business.partnerOnly())
            let vbr = try PushedVBRView(json: Array(answer.utf8)).vbrID
            try business.seesPushed(vbr, "in use") { $0.status == "Active" && $0.name == "by hand" }
            _ = try business.hcctl(["pushed-vbr", "attest", vbr.description, "--how", "a call"] + business.partnerOnly())
            try business.expectRefused(.setByPartner) {
                try business.tenant("vbr-deletions", VBRDeletionInput(vbrID: vbr), as: VBRView.self)
            }
            _ = try business.hcctl(["pushed-vbr", "terminate", vbr.description, "--yes"] + business.partnerOnly())
            try business.seesPushed(vbr, "Disabled") { $0.status == "Disabled" }
            _ = try business.hcctl(["pushed-vbr", "delete", vbr.description, "--yes"] + business.partnerOnly())
            try business.seesPushed(vbr, "Deleted") { $0.status == "Deleted" && $0.fee?.state == "stopped" }
            #expect(
                try eventually {
                    try business.deviceLog(of: vbr) == ["applied pass 802 150", "applied block 802 150", "applied removed 802 150"]
                })
            #expect(try business.allocated(circuit: 1) == 0)
            let history: History = try business.partner.get("/admin/v1/pushed-vbrs/\(vbr)/history")
            #expect(history.items.first?.action == "vbr_pushed" && history.items.contains { $0.action == "vbr_deleted" })
        }
    }
}

extension Business {
    /// Runs `hcctl`, which has to succeed.
    /// - Returns: what it says.
    func hcctl(_ words: [String]) throws -> String {
        String(decoding: try Program.run("\(try #require(Environment.programs))/hcctl", words), as: UTF8.self)
    }

    /// Where `hcctl` goes as staff.
    func partnerOnly() throws -> [String] {
        ["--partner", try stage.partner.baseURL, "--token-file", "\(stage.cluster.options.folder)/operator.token"]
    }

    func both() throws -> [String] { try partnerOnly() + ["--tenant", try stage.tenant.baseURL] }

    /// Waits until the tenant sees a pushed VBR so.
    func seesPushed(_ vbr: VBRID, _ what: String, _ look: (VBRView) -> Bool) throws {
        _ = try until("the tenant sees \(vbr) \(what)") { () throws -> Bool? in
            guard let view = try? router(vbr) else { return nil }
            return look(view) ? true : nil
        }
    }

    /// What the access device did for a pushed VBR: outcome, traffic, VLAN and Mbit/s.
    func deviceLog(of vbr: VBRID) throws -> [String] {
        let simulator = try stage.client(try #require(stage.cluster.network))
        return try simulator.get("/admin/v1/changes?connectionId=\(vbr)&pageSize=1000", as: DeviceChanges.self).items.map {
            "\($0.outcome) \($0.forwarding) \($0.vlanID ?? 0) \($0.rateMbps)"
        }
    }
}
