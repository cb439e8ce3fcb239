import HostedConnection
import Testing

@Suite("The words that each party reads")
struct PortWordingTests {
    private static let all: [PortAxes] = Acceptance.allCases.flatMap { acceptance in
        ServiceState.allCases.flatMap { service in
            BillingState.allCases.flatMap { billing in
                VBRAssociation.allCases.map { PortAxes(acceptance: acceptance, service: service, billing: billing, association: $0) }
            }
        }
    }

    /// Section 10 of the rules as a list: the first line that fits says the words. nil fits every state of an axis.
    private static let lines: [(Acceptance?, ServiceState?, BillingState?, partner: String, tenant: String)] = [
        (.withdrawn, nil, nil, "Withdrawn", "Withdrawn"),
        (.rejected, nil, nil, "Rejected", "Rejected"),
        (.lapsed, nil, nil, "Offer Expired", "Offer Expired"),
        (.deleted, nil, nil, "Deleted", "Deleted"),
        (nil, .released, nil, "Deleted", "Deleted"),
        (nil, .deleting, nil, "Deleting", "Deleting"),
        (nil, .terminating, nil, "Terminating", "Terminating"),
        (nil, .recovering, nil, "Recovering", "Recovering"),
        (nil, .terminated, nil, "Disabled", "Disabled"),
        (.unconfirmed, .allocated, .expired, "Expired", "Pending"),
        (.unconfirmed, .allocated, .locked, "FinancialLocked", "Pending"),
        (.unconfirmed, .allocated, nil, "Hosted", "Pending"),
        (nil, nil, .expired, "Expired", "Expired"),
        (nil, nil, .locked, "FinancialLocked", "FinancialLocked"),
        (.unconfirmed, .enabled, nil, "Hosted", "Hosted"),
        (.confirmed, .enabled, .paid, "Active", "Active"),
        (.confirmed, .allocated, .paid, "Activating", "Activating"),
        (.confirmed, nil, .refunded, "Refunded", "Refunded"),
        (.confirmed, nil, .unpaid, "Pending Payment", "Pending Payment"),
    ]

    private func words(_ axes: PortAxes) throws -> (partner: String, tenant: String) {
        let line = try #require(
            Self.lines.first { line in
                (line.0 ?? axes.acceptance) == axes.acceptance && (line.1 ?? axes.service) == axes.service
                    && (line.2 ?? axes.billing) == axes.billing
            })
        return (line.partner, line.tenant)
    }

    @Test("R-220: every state has its word in each party's view, as section 10 has it") func statuses() throws {
        #expect(Self.all.count == 420)
        for axes in Self.all {
            let words = try words(axes)
            #expect(PortWording.partnerStatus(axes) == words.partner, "\(axes)")
            #expect(PortWording.tenantStatus(axes) == words.tenant, "\(axes)")
        }
    }

    @Test("R-220: tab and construction process follow from the same state; whether a VBR is there changes no word") func stages() {
        for axes in Self.all {
            let isEnded = axes.acceptance.isEnded
            #expect(
                PortWording.partnerTab(axes) == (isEnded ? "Ended" : axes.acceptance == .confirmed ? "Hosted" : "Pending for Acceptance"))
            #expect(
                PortWording.constructionProcess(axes) == (isEnded ? "Ended" : axes.service == .allocated ? "In Progress" : "Complete"))
            var other = axes
            other.association = axes.association == .none ? .associated : .none
            #expect(PortWording.partnerStatus(other) == PortWording.partnerStatus(axes))
            #expect(PortWording.tenantStatus(other) == PortWording.tenantStatus(axes))
        }
    }

    @Test("R-221: the status Hosted never means accepted, the tab Hosted always does; Active always means usable") func hosted() {
        for axes in Self.all {
            if PortWording.partnerStatus(axes) == "Hosted" { #expect(axes.acceptance == .unconfirmed, "\(axes)") }
            if PortWording.partnerTab(axes) == "Hosted" { #expect(axes.acceptance == .confirmed, "\(axes)") }
            #expect((PortWording.tenantStatus(axes) == "Active") == axes.isActive, "\(axes)")
            #expect((PortWording.partnerStatus(axes) == "Active") == axes.isActive, "\(axes)")
        }
    }

    @Test("R-182: an expired port is distinguishable from a Disabled one in every axis that matters") func expiredAndDisabled() {
        let expired = PortAxes(acceptance: .confirmed, service: .enabled, billing: .expired, association: .associated)
        let disabled = PortAxes(acceptance: .confirmed, service: .terminated, billing: .paid, association: .associated)
        let both = PortAxes(acceptance: .confirmed, service: .terminated, billing: .expired, association: .associated)
        #expect(PortWording.partnerStatus(expired) == "Expired")
        #expect(PortWording.tenantStatus(disabled) == "Disabled")
        #expect(PortWording.tenantStatus(both) == "Disabled")
        #expect(both.billing.name == "expired")
    }
}
