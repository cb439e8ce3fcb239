import HostedConnection
import Schema
import TenantDomain
import Testing

@Suite("The tenant's VBR")
struct VBRRuleTests {
    @Test("R-076, R-093, A-17: the VBR takes VLAN, account and bandwidth from its port") func create() throws {
        let decision = try VBRRules.create(form(), on: try active(), id: id(9), now: later)
        let router = try #require(decision.vbr)
        #expect(router.vlan.number == 100)
        #expect(router.account == tenantID)
        #expect(router.bandwidth?.megabitsPerSecond == 200)
        #expect(decision.port.axes.association == .associated)
        #expect(decision.port.vbr == router.id)
        guard case .vbrCreated(let told) = decision.messages.first else { throw Missing() }
        #expect(told.vlanID == 100)
        #expect(told.cloudIPv4 == "10.0.0.1")
        #expect(told.subnetMask == "255.255.255.252")
        #expect(decision.history.map(\.sentence) == ["\(router.id)"])
    }

    @Test("R-090, R-091: no VBR on a port that is not accepted, paid and in the normal state") func order() throws {
        let offer = try offered()
        let accepted = try AcceptanceRules.accept(offer, now: now).port
        let paid = try TenantPaymentRules.folded(accepted, .settled(settled(accepted)), now: now).port
        var disabled = try active()
        disabled.axes.service = .terminated
        var expired = try active()
        expired.axes.billing = .expired
        var locked = try active()
        locked.axes.billing = .locked
        for port in [offer, accepted, paid, disabled, expired, locked] {
            let refused = refusal { () throws(Refusal) in try VBRRules.create(form(), on: port, id: id(9), now: later) }
            #expect(refused?.code == .portNotActive)
            #expect(refused?.object == port.id.description)
        }
    }

    @Test("R-059: a second VBR is refused and the first one named") func second() throws {
        let port = try VBRRules.create(form(), on: try active(), id: id(9), now: later).port
        let refused = refusal { () throws(Refusal) in try VBRRules.create(form(), on: port, id: id(10), now: later) }
        #expect(refused?.code == .portHasVBR)
        #expect(refused?.object == "\(id(9, VBRKind.self))")
    }

    @Test("R-077, R-095: another VLAN than the partner's is refused, the same one taken") func vlan() throws {
        let port = try active()
        let refused = refusal { () throws(Refusal) in try VBRRules.create(form(vlan: 101), on: port, id: id(9), now: later) }
        #expect(refused?.code == .vlanFixedByPartner)
        #expect(try VBRRules.create(form(vlan: 100), on: port, id: id(9), now: later).vbr?.vlan.number == 100)
    }

    @Test("A-17: the VBR's bandwidth is at most the port's", arguments: [(1, true), (200, true), (0, false), (201, false)])
    func bandwidth(_ megabits: UInt32, _ isValid: Bool) throws {
        let port = try active()
        if isValid {
            let router = try VBRRules.create(form(bandwidth: megabits), on: port, id: id(9), now: later).vbr
            #expect(router?.bandwidth?.megabitsPerSecond == megabits)
        } else {
            let refused = refusal { () throws(Refusal) in try VBRRules.create(form(bandwidth: megabits), on: port, id: id(9), now: later) }
            #expect(refused?.code == .bandwidthAbovePort)
        }
    }

    @Test(
        "R-094, A-16: two different host addresses of one subnet with a mask of 24 to 30 bits",
        arguments: [
            ("10.0.0.1", "10.0.0.2", "255.255.255.252", ""), ("10.0.0.1", "10.0.0.254", "255.255.255.0", ""),
            ("", "10.0.0.2", "255.255.255.252", "cloudIpv4"), ("10.0.0.1", "", "255.255.255.252", "clientIpv4"),
            ("10.0.0.1", "10.0.0.2", "", "subnetMask"), ("10.0.0.256", "10.0.0.2", "255.255.255.252", "cloudIpv4"),
            ("10.0.0.1", "10.0.0.1", "255.255.255.252", "clientIpv4"), ("10.0.0.1", "10.0.0.5", "255.255.255.252", "clientIpv4"),
            ("10.0.0.0", "10.0.0.1", "255.255.255.252", "cloudIpv4"), ("10.0.0.1", "10.0.0.3", "255.255.255.252", "clientIpv4"),
            ("10.0.0.1", "10.0.0.2", "255.255.254.0", "subnetMask"), ("10.0.0.0", "10.0.0.1", "255.255.255.254", "subnetMask"),
            ("10.0.0.1", "10.0.0.2", "255.255.255.255", "subnetMask"), ("10.0.0.1", "10.0.0.2", "255.0.255.0", "subnetMask"),
            ("10.0.0.1", "10.0.0.2", "0.0.0.0", "subnetMask"), ("10.0.0.1", "10.0.0.2", "0.0.0.255", "subnetMask"),
        ])
    func addressing(_ cloud: String, _ client: String, _ mask: String, _ faulty: String) throws {
        let port = try active()
        let form = form(cloud: cloud, client: client, mask: mask)
        if faulty.isEmpty {
            #expect(try VBRRules.create(form, on: port, id: id(9), now: later).vbr?.addressing.mask.description == mask)
        } else {
            #expect(refusal { () throws(Refusal) in try VBRRules.create(form, on: port, id: id(9), now: later) }?.field == faulty)
        }
    }
}
