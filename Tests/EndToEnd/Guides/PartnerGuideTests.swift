import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

extension EndToEnd.Guides {
    /// The partner guide, offers first.
    @Suite("Partner guide: offering") struct PartnerOffering {
        @Test(
            """
            Apply for permissions to create shared ports: R-001, R-002, R-020, R-021, R-022, R-023, R-025, R-028, R-029, R-030, R-031, \
            R-240
            """, arguments: EndToEnd.Guides.levels)
        func apply(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                // Without the privilege nothing can be offered, in the guide's words and with a hint that says what they do not.
                let refused = try business.refusal { try business.partner("ports", business.form()) }
                #expect(refused.code == "privilege_expired")
                #expect(refused.text == "The specified bandwidth value is incorrect")
                #expect(refused.next.contains("apply for ec/can_buy_1G_vpconn"))

                try forms(business)
                try carriers(business)

                let granted = try business.apply(business.privilege(until: .seconds(2 * 86_400), notifies: true))
                #expect(granted.decision == "granted")
                #expect(granted.quotaID == "ec/can_buy_1G_vpconn")
                #expect(!granted.description.isEmpty)
                let privilege: PrivilegeView = try business.partner.get("/admin/v1/accounts/\(business.carrier)/privilege")
                #expect(privilege.valid)
                let day = try #require(privilege.expiresAt).instant.microseconds - (try #require(granted.appliedAt).instant.microseconds)
                #expect(day == 86_400_000_000, "a day from the application, whatever was asked for")
                let port = try business.offer(business.form())

                let revoked = try business.apply(
                    PrivilegeApplicationInput(accountID: business.carrier, applied: .invalid, reason: "No more ports"))
                #expect(revoked.decision == "revoked")
                try business.expectRefused(.privilegeExpired) { try business.partner("ports", business.form()) }
                try business.accept(port)
                try business.becomes("Active", port)

                try business.apply(business.privilege(until: .seconds(60), notifies: true))
                let told = try business.notices.told(business.carrier, count: 2)
                #expect(told.map(\.words) == ["ec/can_buy_1G_vpconn is valid", "ec/can_buy_1G_vpconn is valid"], "nobody asked for more")
                let kept = try business.partner.get("/admin/v1/privilege-applications", as: PrivilegeApplicationList.self).items
                #expect(kept.map(\.decision) == ["granted", "revoked", "granted"])
                #expect(kept.first?.reason == granted.reason)
            }
        }

        /// What the form must have.
        private func forms(_ business: Business) throws {
            func expectRefused(_ code: RefusalCode, field: String, _ change: (inout PrivilegeApplicationInput) -> Void) throws {
                var input = business.privilege(until: .seconds(60))
                change(&input)
                let refused = try business.refusal { try business.apply(input) }
                #expect(refused.code == code.rawValue)
                #expect(refused.field == field)
            }
            try expectRefused(.quotaUnknown, field: "quotaId") { $0.quotaID = "ec/another_quota" }
            try expectRefused(.missingField, field: "applied") { $0.applied = .unspecified }
            try expectRefused(.missingField, field: "effectiveAt") { $0.effectiveAt = nil }
            try expectRefused(.missingField, field: "expiresAt") { $0.expiresAt = nil }
            try expectRefused(.missingField, field: "reason") { $0.reason = "" }
        }

        /// Who may apply.
        private func carriers(_ business: Business) throws {
            let eligible = ["China Mobile", "China Unicom", "China Telecom", "CITIC Telecom", "China Broadcasting Network"]
            for (number, carrier) in (eligible + ["Rheintal Telekom"]).enumerated() {
                let account = AccountID(number: business.carrier.number + 500_000 + UInt64(number) * 1_000)
                let client = try Business.register(
                    Business.account(account, carrier: carrier), at: business.stage.cluster.partner, business.stage)
                var input = business.privilege(until: .seconds(60))
                input.accountID = account
                if eligible.contains(carrier) {
                    let view: PrivilegeApplicationView = try client.post("/admin/v1/privilege-applications", input)
                    #expect(view.decision == "granted", "\(carrier)")
                } else {
                    try business.expectRefused(.carrierNotEligible) {
                        let _: PrivilegeApplicationView = try client.post("/admin/v1/privilege-applications", input)
                    }
                }
                // For another account the partner is not there.
                try business.expectRefused(.accountUnknown) {
                    let _: PrivilegeApplicationView = try client.post(
                        "/admin/v1/privilege-applications", business.privilege(until: .seconds(60)))
                }
            }
        }

        @Test(
            """
            Create a shared port for a new tenant: R-007, R-008, R-013, R-040, R-041, R-042, R-044, R-045, R-046, R-051, R-052, R-054, \
            R-055, R-056, R-057, R-058, R-220, R-240
            """, arguments: EndToEnd.Guides.levels)
        func create(level: Stage.Level) throws {
            try EndToEnd.Guides.run(level) { business in
                try business.applyForADay()
                let offered = try business.partner("ports", business.form(vlan: 7))
                #expect(offered.payer == .tenant, "Pay by Other Account is selected")
                #expect(offered.status == "Hosted")
                #expect(offered.stage == "Pending for Acceptance")
                try business.stage.arrives(offered.portID)
                #expect(try business.seenByTenant(offered.portID).waitingFor == "you to accept and pay")
                #expect(try business.deviceLog(offered.portID) == [], "nothing passes yet")

                try business.partner(
                    "resource-groups", ResourceGroupInput(partnerAccountID: business.carrier, name: "retail"), as: ResourceGroupView.self)
                var wanted = business.form(vlan: 0, payer: .partner, circuit: 1)
                wanted.resourceGroup = "retail"
                wanted.tags = ["customer": "Amber"]
                let own: PortView = try business.partner.post("/admin/v1/circuits/\(business.circuits[1])/ports", wanted)
                #expect(own.vlanID == 0)
                #expect(own.resourceGroup == "retail")
                #expect(own.tags == ["customer": "Amber"])
                #expect(
                    try business.notices.told(business.tenant, count: 2).map { [$0.port.description, $0.words] } == [
                        [offered.portID.description, "accept and pay"], [own.portID.description, "accept"],
                    ])

                try refusals(business)
                #expect(try LocalCluster.ports(business.partner).map(\.portID) == [offered.portID, own.portID], "nothing else was made")
                try thirdAccounts(business, offered.portID)
            }
        }

        private func refusals(_ business: Business) throws {
            func expectRefused(_ code: RefusalCode, _ text: String? = nil, _ change: (inout OfferInput) -> Void) throws {
                var form = business.form()
                change(&form)
                let refused = try business.refusal { try business.partner("ports", form) }
                #expect(refused.code == code.rawValue)
                if let text { #expect(refused.text == text) }
            }
            try expectRefused(.missingField) { $0.tenantAccountID = .none }
            try expectRefused(.missingField) { $0.vlanID = nil }
            try expectRefused(.invalidValue) { $0.vlanID = 3_000 }
            try expectRefused(.vlanInUse) { $0.vlanID = 7 }
            try expectRefused(.vlanZeroNotAlone) { $0.vlanID = 0 }
            try expectRefused(.vlanZeroNotAlone) { $0.circuitID = business.circuits[1] }
            try expectRefused(.bandwidthNotOffered) { $0.bandwidthMbps = 150 }
            try expectRefused(.tagsBelongToPayer) { $0.tags = ["customer": "Amber"] }
            try expectRefused(.resourceGroupUnknown) { $0.resourceGroup = "wholesale" }
            // The errors of the FAQ.
            let abroad = AccountID(number: business.tenant.number + 500_000)
            _ = try Business.register(
                Business.account(abroad, site: "international"), at: business.stage.cluster.tenant, business.stage)
            try business.knows(abroad)
            try expectRefused(.crossSite, "Cross-site pushing of shared ports is not allowed") { $0.tenantAccountID = abroad }
            try expectRefused(.insufficientBandwidth, "Insufficient bandwidth resources") { $0.bandwidthMbps = Business.capacity }
            try business.privilegeExpires()
            try expectRefused(.privilegeExpired, "The specified bandwidth value is incorrect") { _ in }
        }

        /// Nobody else sees the port.
        private func thirdAccounts(_ business: Business, _ port: PortID) throws {
            let other = try Business(on: business.stage, business.notices)
            for client in [other.partner, other.customer] {
                try business.expectRefused(.notFound) { _ = try client.get("/admin/v1/ports/\(port)", as: PortView.self) }
                #expect(try LocalCluster.ports(client) == [])
            }
            try business.expectRefused(.notFound) { try other.accept(port) }
        }
    }
}
