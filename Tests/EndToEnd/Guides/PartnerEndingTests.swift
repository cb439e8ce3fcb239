import HostedConnection
import LocalCluster
import Schema
import Testing

extension EndToEnd.Guides {
    /// The partner guide's "More operations", open to the partner that pays.
    @Suite("Partner guide: more operations") struct PartnerEnding {
        @Test("Terminate an instance connection, a VBR: R-160, R-162, R-166, R-168, R-169, R-183", arguments: EndToEnd.Guides.levels)
        func terminateVBR(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let (port, vbr) = try business.connectedPort(payer: .partner)
                let order = VBROrderInput(vbrID: vbr)
                let tried: PortView = try business.partner.post("/admin/v1/vbr-terminations?dryRun=true", order)
                #expect(tried.vbrState == "terminating")
                #expect(try business.router(vbr).state == "enabled", "only said what it would do")

                try business.partner("vbr-terminations", order)
                try business.becomes("terminated", vbr, of: port)
                #expect(try business.router(vbr).status == "Disabled")
                try business.becomes("Active", port)
                #expect(try business.deviceLog(port).map(\.traffic) == ["pass", "block"])

                // Of a disabled port the VBR alone does not come back.
                try business.partner("terminations", TerminationInput(portID: port))
                try business.becomes("Disabled", port)
                try business.expectRefused(.portTerminated) { try business.partner("vbr-recoveries", order) }
                try business.partner("recoveries", RecoveryInput(portID: port))
                try business.becomes("Active", port)
                #expect(try business.router(vbr).state == "terminated", "it was disabled on its own before")

                try business.partner("vbr-recoveries", order)
                try business.becomes("enabled", vbr, of: port)
                #expect(try business.deviceLog(port).last?.traffic == "pass")

                let (_, tenants) = try business.connectedPort(payer: .tenant)
                try business.expectRefused(.notThePayer) { try business.partner("vbr-terminations", VBROrderInput(vbrID: tenants)) }
            }
        }

        @Test(
            "Terminate an instance connection, a shared port: R-160, R-161, R-164, R-165, R-166, R-169, R-170",
            arguments: EndToEnd.Guides.levels)
        func terminatePort(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let (port, vbr) = try business.connectedPort(payer: .partner)
                let before = try business.seenByPartner(port)
                let configuration = try business.router(vbr)
                try business.partner("terminations", TerminationInput(portID: port))
                try business.becomes("Disabled", port)
                try business.becomes("terminated", vbr, of: port)
                #expect(try business.router(vbr).status == "Disabled", "the VBR with its port")
                let vlan = try #require(before.vlanID)
                #expect(try business.deviceLog(port) == ["applied pass \(vlan) 100", "applied block \(vlan) 100"])

                // Nothing is released, and the fee goes on.
                try business.expectRefused(.vlanInUse) { try business.partner("ports", business.form(vlan: vlan)) }
                #expect(try business.allocated() == 100)
                #expect(try business.ledger(port) == ["settled first 100"])
                #expect(try business.subscription(port).state == "paid")
                try business.partner("terminations", TerminationInput(portID: port))
                #expect(try business.deviceLog(port).count == 2, "a disabled port stays so")

                try business.partner("recoveries", RecoveryInput(portID: port))
                try business.becomes("Active", port)
                try business.becomes("enabled", vbr, of: port)
                let after = try business.seenByPartner(port)
                #expect(after.vlanID == before.vlanID)
                #expect(after.bandwidthMbps == before.bandwidthMbps)
                #expect(try business.router(vbr) == configuration)
                #expect(try business.deviceLog(port).last == "applied pass \(vlan) 100")

                let tenants = try business.activePort(payer: .tenant)
                try business.expectRefused(.notThePayer) { try business.partner("terminations", TerminationInput(portID: tenants)) }
                let pending = try business.offer(business.form(payer: .partner))
                try business.expectRefused(.portNotActive) { try business.partner("terminations", TerminationInput(portID: pending)) }
            }
        }

        @Test("Delete a VBR instance: R-160, R-171", arguments: EndToEnd.Guides.levels)
        func deleteVBR(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let (port, vbr) = try business.connectedPort(payer: .partner)
                let order = VBROrderInput(vbrID: vbr)
                try business.expectRefused(.vbrNotTerminated) { try business.partner("vbr-deletions", order) }
                try business.partner("vbr-terminations", order)
                try business.becomes("terminated", vbr, of: port)
                try business.partner("vbr-deletions", order)
                try business.becomes("deleted", vbr, of: port)
                try business.becomes("Active", port)
                // The port has room for another one.
                try business.createVBR(port)
                #expect(try business.seenByTenant(port).vbrID != vbr)

                let (_, tenants) = try business.connectedPort(payer: .tenant)
                try business.expectRefused(.notThePayer) { try business.partner("vbr-deletions", VBROrderInput(vbrID: tenants)) }
            }
        }

        @Test(
            "Delete a shared port: R-160, R-173, R-174, R-175, R-176, R-177, R-178, R-179, R-180, R-182",
            arguments: EndToEnd.Guides.levels)
        func deletePort(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let (port, vbr) = try business.connectedPort(payer: .partner)
                let vlan = try #require(try business.seenByPartner(port).vlanID)
                let blocked = try business.refusal { try delete(port, business) }
                #expect(blocked.code == "port_has_vbr")
                #expect(blocked.object == vbr.description)
                try business.partner("vbr-terminations", VBROrderInput(vbrID: vbr))
                try business.becomes("terminated", vbr, of: port)
                try business.expectRefused(.portHasVBR) { try delete(port, business) }
                try business.partner("vbr-deletions", VBROrderInput(vbrID: vbr))
                try business.becomes("deleted", vbr, of: port)

                // Within its billing cycle: what is left of the month goes back, once.
                let deletion = try delete(port, business)
                #expect(deletion.next.contains("refund"))
                try business.becomes("Deleted", port)
                _ = try delete(port, business)
                #expect(try business.ledger(port) == ["refunded first 100"])
                let subscription = try business.subscription(port)
                #expect(subscription.refundID == deletion.refundID)
                #expect(subscription.state == "refunded")
                #expect(subscription.refundRequests == 1)
                #expect(subscription.refundedMinor > 0)
                #expect(try business.deviceLog(port).last == "applied removed \(vlan) 100")
                #expect(try business.allocated() == 0)

                // Its VLAN is free. Expired: nothing goes back.
                let next = try business.offer(business.form(vlan: vlan, payer: .partner))
                try business.accept(next)
                try business.becomes("Active", next)
                try business.expire(next)
                let ended = try delete(next, business)
                #expect(ended.refundID.isEmpty)
                try business.becomes("Deleted", next)
                #expect(try business.ledger(next) == ["settled first 100"])
                _ = try until("billing has stopped") { try business.subscription(next).state == "stopped" ? true : nil }

                let tenants = try business.activePort(payer: .tenant)
                try business.expectRefused(.notThePayer) { _ = try delete(tenants, business) }
            }
        }

        @discardableResult
        private func delete(_ port: PortID, _ business: Business) throws -> DeletionView {
            try business.partner("deletions", DeletionInput(portID: port), as: DeletionView.self)
        }
    }
}

extension String {
    /// What a line of the device's log says about traffic.
    fileprivate var traffic: String { String(split(separator: " ").dropFirst().first ?? "") }
}
