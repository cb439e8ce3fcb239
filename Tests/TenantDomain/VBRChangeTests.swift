import HostedConnection
import Schema
import TenantDomain
import Testing

@Suite("The tenant changes and deletes its VBR")
struct VBRChangeTests {
    private func change(_ body: (inout VBRChange) -> Void) -> VBRChange {
        var change = VBRChange()
        body(&change)
        return change
    }

    @Test("R-097: name, bandwidth, addresses, IPv6 and detection are the tenant's to change; the partner is told") func modify() throws {
        let (port, router) = try connected()
        let decision = try VBRRules.modify(
            router,
            change {
                $0.name = "edge"
                $0.bandwidthMbps = 50
                $0.clientIPv4 = "10.0.0.5"
                $0.cloudIPv4 = "10.0.0.6"
                $0.cloudIPv6 = "2001:db8::1"
                $0.clientIPv6 = "2001:db8::2"
                $0.ipv6Prefix = "2001:db8::/64"
                $0.enablesIPv6 = true
                $0.detection = FailureDetection(multiplier: 3)
            }, on: port)
        let changed = try #require(decision.vbr)
        #expect(changed.name == "edge")
        #expect(changed.bandwidth.megabitsPerSecond == 50)
        #expect(changed.addressing.client.description == "10.0.0.5")
        #expect(changed.addressing.mask == router.addressing.mask)
        #expect(changed.ipv6?.prefix.description == "2001:db8::/64")
        #expect(changed.isIPv6Enabled)
        #expect(changed.detection == FailureDetection(multiplier: 3))
        #expect(changed.vlan == router.vlan)
        #expect(decision.port == port)
        guard case .vbrChanged(let told) = decision.messages.first else { throw Missing() }
        #expect(told.name == "edge")
        #expect(told.bandwidthMbps == 50)
        #expect(told.vlanID == 100)
        #expect(told.status == .enabled)
        #expect(
            decision.history.map(\.sentence) == [
                "\(router.id): name edge; bandwidth 50 Mbit/s; IPv4 10.0.0.6, 10.0.0.5, 255.255.255.252; "
                    + "IPv6 2001:db8::1, 2001:db8::2, 2001:db8::/64; IPv6 enabled; missed packets 3"
            ])
        // What is not given stays; the same once more changes nothing.
        #expect(try VBRRules.modify(changed, change { $0.name = "edge" }, on: port) == DemandDecision(port))
        let without = try VBRRules.modify(
            changed,
            change {
                $0.cloudIPv6 = ""
                $0.clientIPv6 = ""
                $0.ipv6Prefix = ""
                $0.enablesIPv6 = false
            }, on: port)
        #expect(without.vbr?.ipv6 == nil)
        #expect(without.vbr?.detection == changed.detection)
    }

    @Test("R-077, R-095: the VLAN of a VBR can't be changed, only named as it is") func vlan() throws {
        let (port, router) = try connected()
        let other = change { $0.vlan = 101 }
        let refused = refusal { () throws(Refusal) in try VBRRules.modify(router, other, on: port) }
        #expect(refused?.code == .vlanFixedByPartner)
        #expect(refused?.field == "vlanId")
        #expect(try VBRRules.modify(router, change { $0.vlan = 100 }, on: port) == DemandDecision(port))
    }

    @Test("A-17: a VBR never gets more than its port", arguments: [(0, false), (1, true), (200, true), (201, false)] as [(UInt32, Bool)])
    func bandwidth(_ megabits: UInt32, _ isValid: Bool) throws {
        let (port, router) = try connected()
        let wanted = change { $0.bandwidthMbps = megabits }
        if isValid {
            #expect((try VBRRules.modify(router, wanted, on: port).vbr ?? router).bandwidth.megabitsPerSecond == megabits)
        } else {
            #expect(refusal { () throws(Refusal) in try VBRRules.modify(router, wanted, on: port) }?.code == .bandwidthAbovePort)
        }
    }

    @Test("A change that makes the whole wrong is refused by the field at fault, and nothing is changed") func wrong() throws {
        let (port, router) = try connected()
        for (field, wanted) in [
            ("clientIpv4", change { $0.clientIPv4 = "10.0.0.9" }), ("cloudIpv4", change { $0.cloudIPv4 = "" }),
            ("subnetMask", change { $0.subnetMask = "255.255.0.0" }), ("clientIpv6", change { $0.cloudIPv6 = "2001:db8::1" }),
            ("cloudIpv6", change { $0.enablesIPv6 = true }), ("name", change { $0.name = String(repeating: "x", count: 129) }),
            ("detectMultiplier", change { $0.detection = FailureDetection(multiplier: 2) }), ("region", change { $0.region = "eu-west-1" }),
        ] {
            #expect(refusal { () throws(Refusal) in try VBRRules.modify(router, wanted, on: port) }?.field == field)
        }
    }

    @Test("R-172, R-097: the tenant deletes its own VBR, terminated or not, and its port takes another one") func delete() throws {
        for state in [RouterState.enabled, .terminated] {
            var (port, router) = try connected()
            router.state = state
            let decision = try VBRRules.delete(router, on: port, now: later)
            #expect(decision.vbr?.state == .deleted)
            #expect(decision.vbr?.deletedAt == later)
            #expect(decision.port.axes.association == .none)
            #expect(!decision.port.vbr.isSet)
            guard case .vbrDeleted(let told) = decision.messages.first else { throw Missing() }
            #expect(told.vbrID == router.id)
            #expect(decision.history.map(\.action) == [.vbrDeleted])
            #expect(try VBRRules.create(form(), on: decision.port, id: id(10), now: later).vbr?.id == id(10))
            let gone = try #require(decision.vbr)
            #expect(try VBRRules.delete(gone, on: decision.port, now: later) == DemandDecision(decision.port))
            let after = decision.port
            let refused = refusal { () throws(Refusal) in try VBRRules.modify(gone, VBRChange(), on: after) }
            #expect(refused?.code == .vbrNotActive)
        }
    }
}
