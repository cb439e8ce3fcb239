import HostedConnection
import LocalCluster
import Schema
import Testing

extension EndToEnd.Guides {
    /// The tenant guide.
    @Suite("Tenant guide") struct Tenant {
        @Test(
            "Create a shared port to establish a new hosted connection: R-073, R-076, R-078, R-181",
            arguments: EndToEnd.Guides.levels, [Payer.tenant, .partner])
        func newConnection(level: Stage.Level, payer: Payer) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let port = try business.offer(business.form(vlan: 42, mbps: 200, payer: payer))
                try business.accept(port)
                try business.becomes("Active", port)
                let router = try business.createVBR(port)
                #expect(router.vlanID == 42)
                #expect(try business.seenByTenant(port).bandwidthMbps == 200)
                #expect(try eventually { try business.deviceLog(port) == ["applied pass 42 200"] })
                #expect(try business.ledger(port) == ["settled first 200"])
                #expect(try business.charges(port).map(\.payerAccountID) == [payer == .tenant ? business.tenant : business.carrier])
            }
        }

        @Test(
            "Step 1: Accept a shared port: R-012, R-070, R-072, R-073, R-074, R-075, R-181, R-220",
            arguments: EndToEnd.Guides.levels)
        func accept(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let paid = try business.offer(business.form(mbps: 500))
                let shown = try business.seenByTenant(paid)
                #expect(shown.region == Business.region)
                #expect(shown.bandwidthMbps == 500)
                #expect(shown.waitingFor == "you to accept and pay")
                try business.expectRefused(.regionMismatch) {
                    let _: PortView = try business.customer.post(
                        "/admin/v1/acceptances?region=cn-beijing", AcceptanceInput(portID: paid))
                }
                let other = try Business(on: business.stage, business.notices)
                try business.expectRefused(.notFound) { try other.accept(paid) }
                try business.accept(paid)
                try business.becomes("Active", paid)
                let active = try business.seenByTenant(paid)
                #expect(active.stage == "Complete")
                #expect(active.billing == "paid")
                try business.accept(paid)
                #expect(try business.ledger(paid) == ["settled first 500"], "accepted again: charged once")

                let free = try business.offer(business.form(payer: .partner))
                #expect(try business.seenByTenant(free).waitingFor == "you to accept")
                try business.accept(free)
                try business.becomes("Active", free)
                #expect(try business.charges(free).map(\.payerAccountID) == [business.carrier])
                #expect(try business.history(free).tenant.allSatisfy { $0 != "charge_requested" })
            }
        }

        @Test(
            "Step 2: Create a VBR: R-059, R-076, R-077, R-090, R-092, R-093, R-094, R-095, R-097", arguments: EndToEnd.Guides.levels)
        func createVBR(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let port = try business.offer(business.form(vlan: 42, mbps: 200))
                func expectRefused(_ code: RefusalCode, _ change: (inout VBRInput) -> Void) throws {
                    var form = Business.router(of: port)
                    change(&form)
                    try business.expectRefused(code) { try business.tenant("vbrs", form, as: VBRView.self) }
                }
                try expectRefused(.portNotActive) { _ in }
                try business.accept(port)
                try business.becomes("Active", port)
                try expectRefused(.vlanFixedByPartner) { $0.vlanID = 43 }
                try expectRefused(.invalidValue) { $0.connectionKind = "Dedicated Physical Connection" }
                try expectRefused(.addressing) { $0.clientIPv4 = "10.0.0.1" }
                try expectRefused(.addressing) { $0.clientIPv4 = "10.0.0.5" }
                try expectRefused(.addressing) { $0.clientIPv4 = "10.0.0.3" }
                try expectRefused(.addressing) { $0.subnetMask = "255.255.0.0" }
                try expectRefused(.bandwidthAbovePort) { $0.bandwidthMbps = 201 }

                let router = try business.createVBR(port)
                #expect(router.accountID == business.tenant)
                #expect(router.vlanID == 42)
                #expect(router.bandwidthMbps == 200)
                #expect(router.status == "Active")
                try expectRefused(.portHasVBR) { _ in }

                // Set its bandwidth, modify its configuration.
                try business.expectRefused(.vlanFixedByPartner) {
                    try business.tenant("vbr-changes", VBRChangeInput(vbrID: router.vbrID, vlanID: 43), as: VBRView.self)
                }
                try business.expectRefused(.bandwidthAbovePort) {
                    try business.tenant("vbr-changes", VBRChangeInput(vbrID: router.vbrID, bandwidthMbps: 500), as: VBRView.self)
                }
                let changed = try business.tenant(
                    "vbr-changes",
                    VBRChangeInput(vbrID: router.vbrID, name: "edge", bandwidthMbps: 50, cloudIPv4: "10.1.0.1", clientIPv4: "10.1.0.2"),
                    as: VBRView.self)
                #expect(changed.name == "edge")
                #expect(changed.cloudIPv4 == "10.1.0.1")
                _ = try until("the partner knows the VBR's bandwidth") {
                    try business.partner.get("/admin/v1/vbrs/\(router.vbrID)", as: VBRView.self).bandwidthMbps == 50 ? true : nil
                }
            }
        }

        @Test("Delete a VBR: R-172", arguments: EndToEnd.Guides.levels)
        func deleteVBR(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let (port, vbr) = try business.connectedPort(payer: .tenant)
                try deleteVBR(vbr, of: port, business)
                #expect(try business.seenByTenant(port).association == "none")
                try business.becomes("Active", port)
                let next = try business.createVBR(port)
                #expect(next.vbrID != vbr)

                // One that a paying partner has terminated is deleted like any other.
                let (own, router) = try business.connectedPort(payer: .partner)
                try business.partner("vbr-terminations", VBROrderInput(vbrID: router))
                try business.becomes("terminated", router, of: own)
                try deleteVBR(router, of: own, business)
                #expect(try eventually { try business.deviceLog(own).count == 3 }, "nothing blocks the port any more")
            }
        }

        @Test("Stop instance access: R-091, R-163, R-164, R-165, R-166, R-167, R-169", arguments: EndToEnd.Guides.levels)
        func stop(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let (port, vbr) = try business.connectedPort(payer: .tenant)
                let vlan = try #require(try business.seenByTenant(port).vlanID)
                let blocked = try business.refusal { try business.tenant("terminations", TerminationInput(portID: port)) }
                #expect(blocked.code == "port_has_vbr")
                #expect(blocked.object == vbr.description)
                try deleteVBR(vbr, of: port, business)
                try business.tenant("terminations", TerminationInput(portID: port))
                try business.becomes("Disabled", port)
                #expect(try business.deviceLog(port).last == "applied block \(vlan) 100")
                #expect(try business.subscription(port).state == "paid", "a disabled port is still billed")
                #expect(try business.allocated() == 100)
                try business.expectRefused(.portNotActive) { try business.tenant("vbrs", Business.router(of: port), as: VBRView.self) }

                // Back it comes by the partner, whom the tenant has to ask.
                let own = try business.refusal { try business.tenant("recoveries", RecoveryInput(portID: port)) }
                #expect(own.code == "partner_recovers")
                #expect(own.next == "Make a request to recover the port")
                try business.expectRefused(.recoveryNotRequested) { try business.partner("recoveries", RecoveryInput(portID: port)) }
                let request = try ask(.recoverPort, port, business)
                try business.partner("recoveries", RecoveryInput(portID: port))
                try business.becomes("Active", port)
                try becomesFulfilled(request, business)
                #expect(try business.deviceLog(port).last == "applied pass \(vlan) 100")
                try business.createVBR(port)
            }
        }

        @Test("Delete a shared port: R-173, R-174, R-175, R-176, R-177, R-178, R-182", arguments: EndToEnd.Guides.levels)
        func deletePort(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                // Still billed.
                let (port, vbr) = try business.connectedPort(payer: .tenant)
                try business.expectRefused(.portHasVBR) { _ = try delete(port, business) }
                try deleteVBR(vbr, of: port, business)
                let deletion = try delete(port, business)
                #expect(deletion.next.contains("refund"))
                try business.becomes("Deleted", port)
                _ = try delete(port, business)
                #expect(try business.ledger(port) == ["refunded first 100"])
                #expect(try business.subscription(port).refundID == deletion.refundID)
                #expect(try business.subscription(port).refundRequests == 1)
                #expect(try business.deviceLog(port).last?.hasPrefix("applied removed") == true)
                #expect(try business.allocated() == 0)

                // Expired, whoever has paid.
                for payer in [Payer.tenant, .partner] {
                    let expired = try business.activePort(payer: payer)
                    try business.expire(expired)
                    #expect(try delete(expired, business).refundID.isEmpty)
                    try business.becomes("Deleted", expired)
                    #expect(try business.ledger(expired) == ["settled first 100"])
                }

                // Paid by the partner, who has to be asked.
                let partners = try business.activePort(payer: .partner)
                let refused = try business.refusal { _ = try delete(partners, business) }
                #expect(refused.code == "not_the_payer")
                #expect(refused.next.contains("request to delete the port"))
                let request = try ask(.deletePort, partners, business)
                try business.partner("deletions", DeletionInput(portID: partners), as: DeletionView.self)
                try business.becomes("Deleted", partners)
                try becomesFulfilled(request, business)
                #expect(try business.ledger(partners) == ["refunded first 100"])
            }
        }

        private func delete(_ port: PortID, _ business: Business) throws -> DeletionView {
            try business.tenant("deletions", DeletionInput(portID: port), as: DeletionView.self)
        }

        private func deleteVBR(_ vbr: VBRID, of port: PortID, _ business: Business) throws {
            let deleted = try business.tenant("vbr-deletions", VBRDeletionInput(vbrID: vbr), as: VBRView.self)
            #expect(deleted.state == "deleted")
            try business.becomes("deleted", vbr, of: port)
        }

        /// The tenant asks the partner, who gets to know of it.
        private func ask(_ kind: RequestKind, _ port: PortID, _ business: Business) throws -> PartyRequestID {
            let request = try business.tenant(
                "requests", RequestInput(portID: port, kind: kind, reason: "please"), as: RequestView.self
            ).requestID
            _ = try until("the partner knows \(request)") {
                (try? business.partner.get("/admin/v1/requests/\(request)", as: RequestView.self)) != nil ? true : nil
            }
            return request
        }

        private func becomesFulfilled(_ request: PartyRequestID, _ business: Business) throws {
            for client in [business.partner, business.customer] {
                _ = try until("\(request) is fulfilled") {
                    try client.get("/admin/v1/requests/\(request)", as: RequestView.self).state == "fulfilled" ? true : nil
                }
            }
        }
    }
}
