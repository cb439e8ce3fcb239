import HostedConnection
import Schema
import TenantDomain
import Testing

@Suite("Changes of VLAN and bandwidth on the tenant's side")
struct ChangeRuleTests {
    private static let saga: SagaID = id(8)

    /// A port in normal use with its VBR.
    private func connected(payer: PayingParty = .tenant, routerMbps: UInt32 = 200) throws -> (DemandedPort, VirtualBorderRouter) {
        var port = try active()
        port.payer = payer
        port.vbr = id(3)
        port.axes.association = .associated
        let router = VirtualBorderRouter(
            id: port.vbr, port: port.id, account: port.tenant, name: "router", vlan: port.vlan,
            bandwidth: Bandwidth(megabitsPerSecond: routerMbps),
            addressing: try VBRAddressing(cloud: "10.0.0.1", client: "10.0.0.2", mask: "255.255.255.252"), createdAt: now)
        return (port, router)
    }

    private func announced(_ port: DemandedPort, vlan: UInt32? = 200) throws(Refusal) -> DemandDecision {
        try VLANChangeRules.announced(port, VLANChangeAnnounced(portID: port.id, sagaID: Self.saga, vlanID: vlan), now: later)
    }

    private func changed(_ port: DemandedPort, _ router: VirtualBorderRouter?, vlan: UInt32 = 200) throws(Refusal) -> DemandDecision {
        try VLANChangeRules.changed(port, vbr: router, VLANChanged(portID: port.id, sagaID: Self.saga, vlanID: vlan), now: later)
    }

    private func reserved(_ port: DemandedPort, hasConsent: Bool = false) throws(Refusal) -> DemandDecision {
        try BandwidthChangeRules.reserved(
            port, BandwidthReserved(portID: port.id, sagaID: Self.saga, bandwidthMbps: 500, tenantPays: port.payer == .tenant),
            hasConsent: hasConsent, now: later)
    }

    @Test("R-143: port and VBR take the new VLAN together, and each step may be repeated") func vlan() throws {
        let (port, router) = try connected()
        let ready = try announced(port)
        #expect(ready.port.vlan == port.vlan && ready.port.change.vlan == VLANID(200))
        let again = try announced(ready.port)
        #expect(again.port == ready.port && again.messages == ready.messages && again.history.isEmpty)
        let done = try changed(ready.port, router)
        #expect(done.port.vlan == VLANID(200) && done.vbr?.vlan == VLANID(200))
        #expect(!done.port.change.isRunning)
        let repeated = try changed(done.port, done.vbr)
        #expect(repeated.port == done.port && repeated.messages == done.messages)
        #expect(throws: Refusal.self) { try changed(port, router) }
    }

    @Test("R-143: a change that is undone leaves the VLAN, and one that is not under way leaves everything") func undone() throws {
        let (port, _) = try connected()
        let message = VLANChangeUndone(portID: port.id, sagaID: Self.saga, code: "network_failed", text: "no")
        let undone = VLANChangeRules.undone(try announced(port).port, message, now: later)
        #expect(undone.port.vlan == port.vlan && !undone.port.change.isRunning)
        #expect(VLANChangeRules.undone(port, message, now: later) == DemandDecision(port))
    }

    @Test("R-140, R-076: while the VLAN changes no VBR is created, and only the partner changes it") func frozen() throws {
        var port = try active()
        port = try announced(port).port
        let form = VBRForm(port: port.id, cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252")
        #expect(refusal { () throws(Refusal) in try VBRRules.create(form, on: port, id: id(9), now: later) }?.code == .changeInProgress)
        var own = form
        own.vlan = 7
        let free = try active()
        #expect(refusal { () throws(Refusal) in try VBRRules.create(own, on: free, id: id(9), now: later) }?.code == .vlanFixedByPartner)
    }

    @Test("A tenant whose own command is on its way refuses the change", arguments: [ServiceState.terminating, .deleting, .recovering])
    func crossing(service: ServiceState) throws {
        var (port, _) = try connected()
        port.axes.service = service
        let answer = try announced(port)
        guard case .vlanChangeRefused(let message) = answer.messages.first else { throw Missing() }
        #expect(message.code == RefusalCode.changeInProgress.rawValue)
        #expect(answer.port == port)
    }

    @Test("R-144: a paying tenant is charged for more bandwidth when it pays, or at once if it has asked for it") func increase() throws {
        let (port, _) = try connected()
        let open = try reserved(port)
        #expect(open.messages.isEmpty && open.port.bandwidth == port.bandwidth)
        #expect(open.port.waitingFor == "you to pay for 500 Mbit/s")
        let paying = try TenantPaymentRules.retry(open.port, now: later)
        guard case .chargeRequested(let charge) = paying.messages.first else { throw Missing() }
        #expect(charge.bandwidthMbps == 500 && charge.chargeID.bits.attempt == 2)
        #expect(try reserved(port, hasConsent: true).messages == paying.messages)
        #expect(paying.port.waitingFor == "billing to settle the charge for 500 Mbit/s")
        #expect(
            refusal { () throws(Refusal) in try BandwidthChangeRules.reject(paying.port, reason: "", now: later) }?.code
                == .changeInProgress)
        #expect(refusal { () throws(Refusal) in try TenantPaymentRules.retry(port, now: later) }?.code == .chargeNotRetriable)
    }

    @Test("R-144: a declined charge ends the change, and the port goes on as it is") func declined() throws {
        let (port, _) = try connected()
        let paying = try TenantPaymentRules.retry(try reserved(port).port, now: later).port
        let event = ChargeDeclined(
            subscriptionID: paying.subscription.id, chargeID: paying.subscription.chargeID, payerAccountID: port.tenant, version: 3,
            reason: "No funds")
        let declined = try TenantPaymentRules.folded(paying, .declined(event), now: later)
        #expect(!declined.port.change.isRunning && declined.port.axes.isActive)
        #expect(declined.port.bandwidth == port.bandwidth)
        #expect(refusal { () throws(Refusal) in try TenantPaymentRules.retry(declined.port, now: later) }?.code == .chargeNotRetriable)
    }

    private func cancelled(_ port: DemandedPort, saga: SagaID = Self.saga) throws(Refusal) -> DemandDecision {
        try BandwidthChangeRules.cancelAsked(
            port, BandwidthCancelAsked(portID: port.id, sagaID: saga, code: "change_cancelled", text: "too dear"), now: later)
    }

    private func rejection(_ decision: DemandDecision) -> BandwidthChangeRejected? {
        for case .bandwidthChangeRejected(let message) in decision.messages { return message }
        return nil
    }

    @Test("R-144: what nothing is charged for is called off at once, and what is over is answered again") func cancel() throws {
        let open = try reserved(try connected().0).port
        let over = try cancelled(open)
        #expect(rejection(over)?.reason == "change_cancelled: too dear" && rejection(over)?.sagaID == Self.saga)
        #expect(!over.port.change.isRunning)
        #expect(refusal { () throws(Refusal) in try TenantPaymentRules.retry(over.port, now: later) }?.code == .chargeNotRetriable)
        let again = try cancelled(over.port)
        #expect(again.messages == over.messages && again.port == over.port && again.history.isEmpty)
        let other = try cancelled(open, saga: id(9))
        #expect(other.port == open && rejection(other)?.sagaID == id(9), "another change is not touched")
        let partnerPays = try connected(payer: .partner).0
        #expect(refusal { () throws(Refusal) in try cancelled(partnerPays) }?.code == .contradictsState)
    }

    @Test("R-144: while billing decides the answer waits: declined the change is over, settled it goes on") func cancelAtBilling() throws {
        let paying = try TenantPaymentRules.retry(try reserved(try connected().0).port, now: later).port
        let waiting = try cancelled(paying)
        #expect(waiting.messages.isEmpty && waiting.port.change.bandwidth == paying.change.bandwidth)
        #expect(try cancelled(waiting.port) == DemandDecision(waiting.port))
        let event = ChargeDeclined(
            subscriptionID: paying.subscription.id, chargeID: paying.subscription.chargeID, payerAccountID: paying.tenant, version: 3,
            reason: "No funds")
        let declined = try TenantPaymentRules.folded(waiting.port, .declined(event), now: later)
        #expect(rejection(declined)?.sagaID == Self.saga && !declined.port.change.isRunning)
        let paid = try TenantPaymentRules.folded(waiting.port, .settled(settled(paying, attempt: 2)), now: later)
        #expect(rejection(paid) == nil && paid.port.change.isRunning && paid.port.change.cancellation == nil)
        #expect(paid.history.last?.sentence.contains("it came too late") == true)
        let tooLate = try cancelled(paid.port)
        #expect(tooLate.messages.isEmpty && tooLate.port == paid.port && tooLate.history.count == 1)
    }

    @Test("What is paid is neither paid again nor rejected; a payment for a change that is over contradicts") func paid() throws {
        let paying = try TenantPaymentRules.retry(try reserved(try connected().0).port, now: later).port
        let event = SubscriptionEvent.settled(settled(paying, attempt: 2))
        let paid = try TenantPaymentRules.folded(paying, event, now: later).port
        #expect(refusal { () throws(Refusal) in try TenantPaymentRules.retry(paid, now: later) }?.code == .chargeNotRetriable)
        #expect(
            refusal { () throws(Refusal) in try BandwidthChangeRules.reject(paid, reason: "", now: later) }?.code == .changeInProgress)
        var over = paying
        over.change = .none
        #expect(refusal { () throws(Refusal) in try TenantPaymentRules.folded(over, event, now: later) }?.code == .contradictsState)
    }

    @Test("The tenant rejects what it would pay, not what the partner pays") func reject() throws {
        let open = try reserved(try connected().0).port
        let rejected = try BandwidthChangeRules.reject(open, reason: "no need", now: later)
        #expect(!rejected.port.change.isRunning)
        #expect(rejected.messages.count == 1)
        let partnerPays = try reserved(try connected(payer: .partner).0).port
        #expect(
            refusal { () throws(Refusal) in try BandwidthChangeRules.reject(partnerPays, reason: "", now: later) }?.code == .notThePayer)
    }

    @Test("R-146: in force on the port; a VBR above it is lowered, one below it stays", arguments: [(100, 100), (50, 50), (200, 100)])
    func inForce(before: UInt32, after: UInt32) throws {
        let (port, router) = try connected(routerMbps: before)
        let message = BandwidthInForce(portID: port.id, sagaID: Self.saga, bandwidthMbps: 100)
        let decision = try BandwidthChangeRules.inForce(port, vbr: router, message, now: later)
        #expect(decision.port.bandwidth == Bandwidth(megabitsPerSecond: 100))
        #expect((decision.vbr ?? router).bandwidth == Bandwidth(megabitsPerSecond: after))
        #expect(decision.messages.count == (before == after ? 0 : 1))
    }
}
