import HostedConnection
import LocalCluster
import Schema
import Testing

@Suite("Comparing both views and the ledger")
struct AgreementTests {
    private let port: PortView
    private let router: VBRView
    private let charge: LedgerEntry

    init() {
        var mint = IdentifierMint { 11 }
        let now = Instant(seconds: 1000)
        let id: PortID = mint.mint(at: now)
        let tenant = AccountID(number: 2_000_000_000_000_001)
        let subscription = SubscriptionID(of: id)
        var port = PortView()
        port.portID = id
        port.connectionID = ConnectionID(id)
        port.circuitID = mint.mint(at: now)
        port.partnerAccountID = AccountID(number: 1_000_000_000_000_001)
        port.tenantAccountID = tenant
        port.vlanID = 100
        port.bandwidthMbps = 200
        port.payer = .tenant
        port.acceptance = "confirmed"
        port.service = "enabled"
        port.billing = "paid"
        port.association = "associated"
        port.subscriptionID = subscription
        port.vbrID = mint.mint(at: now)
        self.port = port
        var router = VBRView()
        router.vbrID = port.vbrID
        router.portID = id
        router.vlanID = 100
        self.router = router
        var charge = LedgerEntry()
        charge.chargeID = subscription.charge(attempt: 1)
        charge.subscriptionID = subscription
        charge.payerAccountID = tenant
        charge.portID = id
        charge.bandwidthMbps = 200
        charge.kind = "first"
        charge.outcome = "settled"
        self.charge = charge
    }

    private func fields(_ agreement: Agreement) -> [String] { agreement.differences.map(\.field) }

    @Test("what is the same has no differences")
    func same() {
        #expect(Agreement(partner: [port], tenant: [port], vbrs: [router], ledger: [charge]).differences.isEmpty)
        #expect(Agreement(partner: [port], tenant: [port], vbrs: [router], ledger: nil).differences.isEmpty)
    }

    @Test("a port that only one side knows is named, whichever side")
    func missing() {
        #expect(fields(Agreement(partner: [port], tenant: [], vbrs: [], ledger: nil)) == ["port"])
        #expect(fields(Agreement(partner: [], tenant: [port], vbrs: [router], ledger: nil)) == ["port"])
    }

    @Test("each field that differs is named")
    func differing() {
        var other = port
        other.vlanID = 101
        other.bandwidthMbps = 300
        other.billing = "unpaid"
        #expect(fields(Agreement(partner: [port], tenant: [other], vbrs: [router], ledger: nil)) == ["vlan", "bandwidth", "billing"])
    }

    @Test("a charge too many, too few, or of somebody else is named")
    func charges() {
        var second = charge
        second.chargeID = port.subscriptionID.charge(attempt: 2)
        #expect(fields(Agreement(partner: [port], tenant: [port], vbrs: [router], ledger: [charge, second])) == ["charge"])
        #expect(fields(Agreement(partner: [port], tenant: [port], vbrs: [router], ledger: [])) == ["charge"])
        var foreign = charge
        foreign.payerAccountID = AccountID(number: 2_000_000_000_000_009)
        #expect(fields(Agreement(partner: [port], tenant: [port], vbrs: [router], ledger: [foreign])) == ["payer"])
        var declined = charge
        declined.outcome = "declined"
        #expect(Agreement(partner: [port], tenant: [port], vbrs: [router], ledger: [declined, second]).differences.isEmpty)
    }

    @Test("a second VBR on a port, and a VBR on another VLAN, are named")
    func routers() {
        var second = router
        second.vbrID = VBRID(bits: ID128(router.vbrID.bits.value + 256))
        #expect(fields(Agreement(partner: [port], tenant: [port], vbrs: [router, second], ledger: nil)) == ["vbr"])
        var elsewhere = router
        elsewhere.vlanID = 7
        #expect(fields(Agreement(partner: [port], tenant: [port], vbrs: [elsewhere], ledger: nil)) == ["vlan"])
    }

    @Test("an access device that does something else with the port is named")
    func devices() {
        var port = port
        port.forwarding = "pass"
        let device = DeviceView(
            portID: port.portID, version: 1, vlanID: 100, rateMbps: 200, forwarding: "pass", connectionID: port.connectionID)
        func differing(_ devices: [DeviceView]?) -> [String] {
            fields(Agreement(partner: [port], tenant: [port], vbrs: [router], ledger: nil, devices: devices))
        }
        #expect(differing([device]) == [])
        #expect(differing(nil) == [])
        #expect(differing([]) == ["traffic"])
        var other = device
        other.vlanID = 7
        other.rateMbps = 50
        #expect(differing([other]) == ["vlan", "bandwidth"])
        port.forwarding = "removed"
        #expect(differing([]) == [])
        #expect(differing([device]) == ["traffic"])
    }

    @Test("a port made of a pushed VBR has the VBR's state on the device, from the association on")
    func transformed() {
        var port = port
        let connection = ConnectionID(port.vbrID)
        port.connectionID = connection
        let device = DeviceView(version: 1, vlanID: 100, rateMbps: 200, forwarding: "pass", connectionID: connection)
        func differing() -> [String] {
            fields(Agreement(partner: [port], tenant: [port], vbrs: port.vbrID.isSet ? [router] : [], ledger: nil, devices: [device]))
        }
        port.forwarding = "pass"
        #expect(differing() == [])
        port.forwarding = "block"
        #expect(differing() == ["traffic"])
        port.vbrID = .none
        port.forwarding = "removed"
        #expect(differing() == [], "the device carries the VBR, not yet the port")
    }
}
