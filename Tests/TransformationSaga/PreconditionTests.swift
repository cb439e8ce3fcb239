import HostedConnection
import PartnerDomain
import Testing
import TransformationSaga

@Suite("What has to be so before a pushed VBR is transformed")
struct PreconditionTests {
    @Test("R-110: a pushed VBR in use, on no port, can be transformed") func free() throws {
        #expect(try obstacles(pushed()).isEmpty)
        let checked = try TransformationRules.check(try pushed(), on: ground(), policy: .standard, now: now)
        #expect(checked.bandwidth == Bandwidth(megabitsPerSecond: 200))
    }

    @Test("R-110, A-18: one on a port, one that is deleted, disabled or being transformed cannot, and the refusal names what is in the way")
    func taken() throws {
        let attached = try obstacles(
            pushed {
                $0.attachedAt = now
                $0.port = id(2)
            })
        #expect(attached.map(\.code) == [.vbrOnPort] && attached[0].object == id(2, PortKind.self).description)
        let deleted = try obstacles(pushed { $0.state = .deleted })
        #expect(deleted.map(\.code) == [.vbrNotActive] && deleted[0].text.contains("deleted"))
        let busy = try obstacles(pushed { $0.saga = sagaID })
        #expect(busy.map(\.code) == [.sagaRunning] && busy[0].object == sagaID.description)
        for state in [RouterState.terminated, .terminating, .recovering] {
            #expect(try obstacles(pushed { $0.state = state }).map(\.code) == [.vbrNotActive])
        }
    }

    @Test("R-111, A-19: without a record that the tenant was told it is refused") func informed() throws {
        let refused = try obstacles(pushed { $0.informed = nil })
        #expect(refused.map(\.code) == [.tenantNotInformed])
        #expect(refused[0].next?.contains("attestation") == true)
    }

    @Test("R-112: the tenant must have enabled billing for outbound data transfer") func outboundBilling() throws {
        let refused = obstacles(try pushed(), on: ground { $0.tenant?.outboundBilling = false })
        #expect(refused.map(\.code) == [.outboundBillingOff] && refused[0].object == tenantID.description)
    }

    @Test("R-113: the VBR must support the configuration of a bandwidth") func configurable() throws {
        #expect(try obstacles(pushed { $0.supportsBandwidth = false }).map(\.code) == [.bandwidthNotConfigurable])
    }

    @Test("R-114, R-115: without a bandwidth, which is unlimited, it is refused until one is set") func bandwidth() throws {
        let refused = try obstacles(pushed { $0.bandwidth = nil })
        #expect(refused.map(\.code) == [.bandwidthNotSet])
        #expect(refused[0].text.contains("unlimited") && refused[0].next == "Set a bandwidth first")
        #expect(try obstacles(pushed { $0.bandwidth = Bandwidth(megabitsPerSecond: 500) }).isEmpty)
    }

    @Test("A-20: a bandwidth that is not offered is refused, not rounded; one granted to the partner is offered") func catalogue() throws {
        let odd = try pushed { $0.bandwidth = Bandwidth(megabitsPerSecond: 150) }
        let refused = obstacles(odd)
        #expect(refused.map(\.code) == [.bandwidthNotOffered])
        #expect(refused[0].text.contains("150") && refused.first?.next?.contains("200") == true)
        let granted = ground { $0.partner?.extraBandwidths = [Bandwidth(megabitsPerSecond: 150)] }
        #expect(obstacles(odd, on: granted).isEmpty)
    }

    @Test("R-116, R-117: the tenant pays unless the partner, with its permission, says that it does") func payer() throws {
        let refused = obstacles(try pushed(), payer: .partner)
        #expect(refused.map(\.code) == [.payerNotPermitted] && refused[0].field == "payer")
        let permitted = ground { $0.partner?.mayPayForTransformed = true }
        #expect(obstacles(try pushed(), payer: .partner, on: permitted).isEmpty)
        #expect(throws: Never.self) { try TransformationRules.check(try pushed(), on: ground(), policy: .standard, now: now) }
    }

    @Test("R-008, A-04: partner and tenant are on one site; R-025, A-02: the privilege is needed, and its text is the guide's")
    func siteAndPrivilege() throws {
        #expect(obstacles(try pushed(), on: ground { $0.tenant?.site = "china" }).map(\.code) == [.crossSite])
        let refused = obstacles(try pushed(), on: ground { $0.privilege = nil })
        #expect(refused.map(\.code) == [.privilegeExpired] && refused[0].text == "The specified bandwidth value is incorrect")
    }

    @Test("All that fails is named, in the order of A-10, and the first is the refusal") func all() throws {
        let vbr = try pushed {
            $0.informed = nil
            $0.bandwidth = nil
            $0.state = .terminated
        }
        let ground = ground {
            $0.partner?.carrier = "Nobody"
            $0.tenant?.site = "china"
            $0.tenant?.outboundBilling = false
            $0.privilege = nil
            $0.circuit.isDeployed = false
        }
        let codes = obstacles(vbr, payer: .partner, on: ground).map(\.code)
        #expect(
            codes == [
                .carrierNotEligible, .crossSite, .privilegeExpired, .circuitNotDeployed, .vbrNotActive, .tenantNotInformed,
                .outboundBillingOff, .bandwidthNotSet, .payerNotPermitted,
            ])
        let refused = refusal { () throws(Refusal) in
            try TransformationRules.check(vbr, payer: .partner, on: ground, policy: .standard, now: now)
        }
        #expect(refused?.code == .carrierNotEligible)
        #expect(refused?.next?.hasSuffix("also in the way: \(codes.dropFirst().map(\.rawValue).joined(separator: ", "))") == true)
        #expect(obstacles(vbr, on: ground).allSatisfy { $0.next != nil && $0.field != nil })
    }

    @Test("An account that is not known, or closed, is named") func accounts() throws {
        #expect(obstacles(try pushed(), on: ground { $0.tenant = nil }).map(\.code) == [.accountUnknown])
        #expect(obstacles(try pushed(), on: ground { $0.partner = nil }).map(\.code) == [.accountUnknown])
        #expect(obstacles(try pushed(), on: ground { $0.tenant?.isClosed = true }).map(\.code) == [.accountClosed])
    }
}
