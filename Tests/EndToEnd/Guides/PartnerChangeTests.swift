import HostedConnection
import LocalCluster
import Schema
import Testing

extension EndToEnd.Guides {
    /// The partner guide's changes of ports that there are.
    @Suite("Partner guide: changing") struct PartnerChanging {
        @Test(
            "Modify the VLAN ID of a shared port: R-027, R-076, R-077, R-140, R-141, R-142, R-143", arguments: EndToEnd.Guides.levels)
        func vlan(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let (port, vbr) = try business.connectedPort(payer: .tenant)
                let old = try #require(try business.seenByPartner(port).vlanID)
                let other = try business.offer(business.form(vlan: 900))
                try business.privilegeExpires()

                func change(to vlan: UInt32) throws {
                    try business.partner("vlan-changes", VLANChangeInput(portID: port, vlanID: vlan))
                }
                let inUse = try business.refusal { try change(to: 900) }
                #expect(inUse.code == "vlan_in_use")
                #expect(inUse.object == ConnectionID(other).description)
                try business.expectRefused(.vlanZeroNotAlone) { try change(to: 0) }
                try business.expectRefused(.notFound) { try business.tenant("vlan-changes", VLANChangeInput(portID: port, vlanID: 901)) }
                try change(to: old)
                #expect(try business.seenByPartner(port).sagaID.isSet == false, "the port's own VLAN changes nothing")

                // The device refuses: port, VBR and device keep the old VLAN.
                try business.deviceRefuses(DeviceFaults(vlanIDs: [2_998], reason: "VLAN table full"))
                try change(to: 2_998)
                try business.settles(port)
                try business.deviceRefuses(DeviceFaults())
                try expectVLAN(old, port, vbr, business)
                #expect(try business.history(port).tenant.suffix(1) == ["vlan_change_undone"])

                try change(to: 2_999)
                try business.stage.port(port, at: business.stage.cluster.partner, becomes: "on VLAN 2999") { $0.vlanID == 2_999 }
                try business.settles(port)
                try expectVLAN(2_999, port, vbr, business)
                #expect(
                    try business.deviceLog(port) == [
                        "applied pass \(old) 100", "failed pass 2998 100", "applied pass \(old) 100", "applied pass 2999 100",
                    ])
                let told = try business.notices.told(business.tenant, count: 6).filter { $0.words.hasPrefix("interruption") }
                #expect(told.map(\.words) == ["interruption ahead", "interruption over", "interruption ahead", "interruption over"])
                #expect(told.allSatisfy { $0.port == port })
                try business.applyForADay()
                _ = try business.offer(business.form(vlan: old))
            }
        }

        private func expectVLAN(
            _ vlan: UInt32, _ port: PortID, _ vbr: VBRID, _ business: Business, sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            #expect(try business.seenByPartner(port).vlanID == vlan, sourceLocation: sourceLocation)
            #expect(try business.seenByTenant(port).vlanID == vlan, sourceLocation: sourceLocation)
            #expect(try business.router(vbr).vlanID == vlan, sourceLocation: sourceLocation)
            #expect(try business.deviceLog(port).last == "applied pass \(vlan) 100", sourceLocation: sourceLocation)
        }

        @Test(
            "\"Insufficient bandwidth resources\" error during scaling: R-144, R-146, R-178, R-240",
            arguments: EndToEnd.Guides.levels)
        func scaling(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let port = try business.activePort(payer: .partner, mbps: 200)
                let unused = try business.activePort(payer: .partner, mbps: 500)
                let full = try business.refusal { try change(port, to: 1_000, business) }
                #expect(full.code == "insufficient_bandwidth")
                #expect(full.text == "Insufficient bandwidth resources")
                #expect(try business.seenByPartner(port).bandwidthMbps == 200)

                // Unused connections are released first.
                try business.partner("deletions", DeletionInput(portID: unused), as: DeletionView.self)
                try business.becomes("Deleted", unused)
                try change(port, to: 1_000, business)
                try hasBandwidth(1_000, port, business)
                #expect(try business.ledger(port) == ["settled first 200", "settled upgrade 1000"])

                try change(port, to: 100, business)
                try hasBandwidth(100, port, business)
                #expect(try business.allocated() == 100)
                #expect(try business.ledger(port).count == 2, "less is neither charged nor refunded")
                let log = try business.deviceLog(port).map { String($0.split(separator: " ").last ?? "") }
                #expect(log == ["200", "1000", "100"])
            }
        }

        @Test(
            "\"Invalid Bandwidth parameter\" error during modification: R-026, R-028, R-144, R-145, R-240",
            arguments: EndToEnd.Guides.levels)
        func modification(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let port = try business.activePort(payer: .tenant, mbps: 100)
                try business.privilegeExpires()
                // The privilege is asked for before the capacity.
                let refused = try business.refusal { try change(port, to: 10_000, business) }
                #expect(refused.code == "privilege_expired")
                #expect(refused.text == "Invalid Bandwidth parameter")
                #expect(refused.next.contains("apply for ec/can_buy_1G_vpconn"))
                #expect(try business.seenByPartner(port).status == "Active")

                // More is in force when the tenant has paid for it, and not before.
                try business.applyForADay()
                try change(port, to: 500, business)
                let waiting = try business.stage.port(port, at: business.stage.cluster.tenant, becomes: "asked to pay") {
                    $0.requestedBandwidthMbps == 500
                }
                #expect(waiting.bandwidthMbps == 100)
                #expect(try business.allocated() == 500)
                #expect(try business.deviceLog(port).count == 1)
                try business.tenant("charges", ChargeInput(portID: port))
                try hasBandwidth(500, port, business)
                #expect(try business.ledger(port) == ["settled first 100", "settled upgrade 500"])
                #expect(try business.charges(port).allSatisfy { $0.payerAccountID == business.tenant })
            }
        }

        private func change(_ port: PortID, to mbps: UInt32, _ business: Business) throws {
            try business.partner("bandwidth-changes", BandwidthChangeInput(portID: port, bandwidthMbps: mbps))
        }

        private func hasBandwidth(_ mbps: UInt32, _ port: PortID, _ business: Business) throws {
            for node in [business.stage.cluster.partner, business.stage.cluster.tenant] {
                try business.stage.port(port, at: node, becomes: "\(mbps) Mbit/s") {
                    $0.bandwidthMbps == mbps && !$0.sagaID.isSet && $0.status == "Active"
                }
            }
            #expect(try business.deviceLog(port).last?.hasSuffix(" \(mbps)") == true)
        }
    }
}
