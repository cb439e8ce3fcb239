import HostedConnection
import PartnerDomain
import Schema
import Testing

@Suite("VBRs that the partner has pushed")
struct PushedVBRTests {
    private func form(
        vlan: UInt32? = 100, bandwidth: UInt32? = 200, supports: Bool = true, mask: String = "255.255.255.252",
        payer: PayingParty = .tenant, isPrepaid: Bool = false
    ) -> PushForm {
        PushForm(
            circuit: id(1), tenant: tenantID, name: "edge", vlan: vlan, bandwidthMbps: bandwidth, supportsBandwidth: supports,
            cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: mask, feePayer: payer, isFeePrepaid: isPrepaid)
    }

    private func checked(
        _ form: PushForm, circuit: Circuit? = circuit(), partner: KnownAccount? = partner(), tenant: KnownAccount? = tenant(),
        policy: PartnerPolicy = .standard
    ) throws(Refusal) -> CheckedPush {
        try PushRules.check(form, on: OfferGround(partner: partner, circuit: circuit, tenant: tenant), policy: policy)
    }

    /// A pushed VBR, and the circuit that it is on.
    private func pushed(_ form: PushForm? = nil, on ground: Circuit = circuit()) throws(Refusal) -> (vbr: PushedVBR, circuit: Circuit) {
        var circuit = ground
        let vbr = try PushRules.push(try checked(form ?? self.form(), circuit: ground), on: &circuit, holder: nil, id: id(3), now: now).vbr
        return (vbr, circuit)
    }

    private func carried(_ decision: PushedVBRDecision, _ policy: PartnerPolicy = .standard) -> PushedVBRDecision {
        var decision = decision
        PushedVBRDevice.settle(&decision, policy: policy, now: later)
        return decision
    }

    private let withDevices = PartnerPolicy(hasAccessDevices: true)

    // MARK: Push

    @Test("R-110, R-053: a push holds VLAN and bandwidth of the circuit and tells the tenant's side") func push() throws {
        var ground = circuit()
        let decision = try PushRules.push(try checked(form()), on: &ground, holder: nil, id: id(3), now: now)
        #expect(ground.allocated == 200)
        #expect(ground.connections == 1)
        #expect(ground.unlimited == 0)
        guard case .vbrPushed(let message) = decision.messages.first else { throw Missing() }
        #expect(message.connectionID == ConnectionID(id(3, VBRKind.self)))
        #expect(message.vlanID == 100)
        #expect(message.bandwidthMbps == 200)
        #expect(message.feePayer == .tenant)
    }

    @Test("R-046, R-048, R-052: VLAN and capacity are judged as for an offer, the VLAN first") func conflicts() throws {
        let (vbr, held) = try pushed()
        var ground = held
        #expect(
            refusal { () throws(Refusal) in
                try PushRules.push(try checked(form()), on: &ground, holder: vbr.connection, id: id(4), now: now)
            }?.code == .vlanInUse)
        #expect(
            refusal { () throws(Refusal) in
                try PushRules.push(try checked(form(vlan: 0)), on: &ground, holder: nil, id: id(4), now: now)
            }?.code == .vlanZeroNotAlone)
        #expect(
            refusal { () throws(Refusal) in
                try PushRules.push(try checked(form(vlan: 101, bandwidth: 801)), on: &ground, holder: nil, id: id(4), now: now)
            }?.code == .insufficientBandwidth)
        #expect(ground == held)
    }

    @Test("R-008, R-011, R-012: site, region and the circuit's deployment are judged as for an offer") func ground() {
        #expect(refusal { () throws(Refusal) in try checked(form(), tenant: tenant(site: "china")) }?.code == .crossSite)
        #expect(refusal { () throws(Refusal) in try checked(form(), tenant: tenant(regions: ["us-west-1"])) }?.code == .regionMismatch)
        #expect(refusal { () throws(Refusal) in try checked(form(), circuit: circuit(isDeployed: false)) }?.code == .circuitNotDeployed)
        #expect(refusal { () throws(Refusal) in try checked(form(), circuit: nil) }?.code == .notFound)
        #expect(refusal { () throws(Refusal) in try checked(form(), tenant: nil) }?.code == .accountUnknown)
    }

    @Test("R-044, R-045, R-113, R-115: what a push must say and must not") func syntax() {
        #expect(refusal { () throws(Refusal) in try checked(form(vlan: nil)) }?.code == .missingField)
        #expect(refusal { () throws(Refusal) in try checked(form(vlan: 3_000)) }?.code == .invalidValue)
        #expect(refusal { () throws(Refusal) in try checked(form(bandwidth: 0)) }?.code == .unlimitedBandwidth)
        #expect(refusal { () throws(Refusal) in try checked(form(supports: false)) }?.code == .bandwidthNotConfigurable)
        #expect(refusal { () throws(Refusal) in try checked(form(mask: "255.0.0.0")) }?.code == .addressing)
    }

    @Test("A-02, A-20: a push needs neither the privilege nor a bandwidth of the catalogue") func free() throws {
        #expect(try checked(form(bandwidth: 150)).bandwidth == Bandwidth(megabitsPerSecond: 150))
    }

    @Test("A-15: the same push again is a repeat, also after a bandwidth was set; another one is not") func repeats() throws {
        let (vbr, _) = try pushed(form(bandwidth: nil))
        var set = vbr
        set.bandwidth = Bandwidth(megabitsPerSecond: 200)
        #expect(PushRules.repeats(try checked(form(bandwidth: nil)), vbr))
        #expect(PushRules.repeats(try checked(form(bandwidth: nil)), set))
        #expect(PushRules.repeats(try checked(form()), set))
        #expect(!PushRules.repeats(try checked(form(bandwidth: 300)), set))
        #expect(!PushRules.repeats(try checked(form(isPrepaid: true)), set))
        set.state = .deleted
        #expect(!PushRules.repeats(try checked(form()), set))
    }

    // MARK: A-11

    @Test("A-11: a VBR without a bandwidth counts for nothing and keeps ports off its circuit until one is set") func unlimited() throws {
        let (vbr, held) = try pushed(form(bandwidth: nil))
        #expect(held.allocated == 0)
        #expect(held.unlimited == 1)
        var ground = held
        let refused = refusal { () throws(Refusal) in
            try ground.allocate(vlan: VLANID(stored: 101), bandwidth: Bandwidth(megabitsPerSecond: 50), holder: nil, besides: vbr.id)
        }
        #expect(refused?.code == .circuitUnlimited)
        #expect(refused?.object == vbr.id.description)
        #expect(refused?.next?.contains("Set the bandwidth") == true)
        let decision = try PushedVBRRules.setBandwidth(vbr, to: 300, on: &ground, now: later)
        #expect(ground.unlimited == 0)
        #expect(ground.allocated == 300)
        #expect(decision.vbr.bandwidth == Bandwidth(megabitsPerSecond: 300))
        ground.release(pushed: decision.vbr.bandwidth)
        #expect(ground.allocated == 0)
        #expect(ground.connections == 0)
    }

    @Test("A-11: a VBR without a bandwidth gives its place on the circuit back too") func release() throws {
        var (_, ground) = try pushed(form(bandwidth: nil))
        ground.release(pushed: nil)
        #expect(ground == circuit())
    }

    // MARK: Bandwidth Settings

    @Test("R-115: Speed Unlimited is refused when it is set") func refusesUnlimited() throws {
        var (vbr, ground) = try pushed()
        let refused = refusal { () throws(Refusal) in try PushedVBRRules.setBandwidth(vbr, to: 0, on: &ground, now: later) }
        #expect(refused?.code == .unlimitedBandwidth)
        #expect(refused?.field == "bandwidthMbps")
    }

    @Test("R-113, R-114: a bandwidth can be set only where it is supported, and must be given") func supported() throws {
        var (vbr, ground) = try pushed(form(bandwidth: nil, supports: false))
        #expect(
            refusal { () throws(Refusal) in try PushedVBRRules.setBandwidth(vbr, to: 100, on: &ground, now: later) }?.code
                == .bandwidthNotConfigurable)
        (vbr, ground) = try pushed()
        #expect(
            refusal { () throws(Refusal) in try PushedVBRRules.setBandwidth(vbr, to: nil, on: &ground, now: later) }?.code == .missingField)
    }

    @Test("R-114: more, less and the same bandwidth: the circuit's sum follows, R-053 holds, a repeat does nothing") func changes() throws {
        var (vbr, ground) = try pushed()
        vbr = try PushedVBRRules.setBandwidth(vbr, to: 1_000, on: &ground, now: later).vbr
        #expect(ground.allocated == 1_000)
        let full = ground
        #expect(
            refusal { () throws(Refusal) in try PushedVBRRules.setBandwidth(vbr, to: 1_001, on: &ground, now: later) }?.code
                == .insufficientBandwidth)
        #expect(ground == full)
        let same = try PushedVBRRules.setBandwidth(vbr, to: 1_000, on: &ground, now: later)
        #expect(same == PushedVBRDecision(vbr))
        let less = try PushedVBRRules.setBandwidth(vbr, to: 50, on: &ground, now: later)
        #expect(ground.allocated == 50)
        #expect(
            less.messages == [
                .pushedVBRChanged(
                    PushedVBRChanged(connectionID: vbr.connection, vbrID: vbr.id, status: .enabled, bandwidthMbps: 50))
            ])
    }

    // MARK: Attestation

    @Test("R-111: who said when and how the tenant was told is recorded; not without how, not in the future") func attest() throws {
        let (vbr, _) = try pushed()
        let told = try PushedVBRRules.attest(vbr, at: now, how: "letter of 2 March", by: "operator:ada", now: later).vbr
        #expect(told.informed == TenantInformed(at: now, by: "operator:ada", how: "letter of 2 March"))
        #expect(try PushedVBRRules.attest(vbr, at: nil, how: "call", by: "ada", now: later).vbr.informed?.at == later)
        #expect(
            refusal { () throws(Refusal) in try PushedVBRRules.attest(vbr, at: nil, how: "", by: "ada", now: now) }?.field == "how")
        #expect(
            refusal { () throws(Refusal) in try PushedVBRRules.attest(vbr, at: later, how: "call", by: "ada", now: now) }?.field
                == "informedAt")
    }

    // MARK: The device, and what waits for it

    @Test("R-124: traffic passes from the push on, policed to the bandwidth or not at all") func passes() throws {
        for bandwidth: UInt32? in [200, nil] {
            let (vbr, _) = try pushed(form(bandwidth: bandwidth))
            let decision = carried(PushedVBRDecision(vbr), withDevices)
            guard case .networkStateDesired(let order) = decision.messages.first else { throw Missing() }
            #expect(order.connectionID == vbr.connection)
            #expect(!order.portID.isSet)
            #expect(order.forwarding == .pass)
            #expect(order.vlanID == 100)
            #expect(order.rateMbps == bandwidth ?? 0)
            #expect(carried(PushedVBRDecision(decision.vbr), withDevices).messages.isEmpty, "it is asked once")
        }
    }

    @Test("R-169: terminated and enabled again are shown and told once the device has followed") func terminate() throws {
        var vbr = carried(PushedVBRDecision(try pushed().vbr), withDevices).vbr
        vbr = try PushedVBRDevice.applied(vbr, version: 1, policy: withDevices, now: later).vbr
        let stopping = carried(try PushedVBRRules.terminate(vbr, now: later), withDevices)
        #expect(stopping.vbr.state == .terminating)
        #expect(stopping.vbr.waitingFor?.contains("access device") == true)
        #expect(stopping.messages.count == 1)
        #expect(try PushedVBRRules.terminate(stopping.vbr, now: later) == PushedVBRDecision(stopping.vbr))
        let stopped = try PushedVBRDevice.applied(stopping.vbr, version: 2, policy: withDevices, now: later)
        #expect(stopped.vbr.state == .terminated)
        #expect(
            stopped.messages == [
                .pushedVBRChanged(
                    PushedVBRChanged(connectionID: vbr.connection, vbrID: vbr.id, status: .terminated, bandwidthMbps: 200))
            ])
        let back = carried(try PushedVBRRules.recover(stopped.vbr, now: later), withDevices)
        #expect(back.vbr.state == .recovering)
        #expect(try PushedVBRDevice.applied(back.vbr, version: 3, policy: withDevices, now: later).vbr.state == .enabled)
    }

    @Test("R-171, R-178, R-177: only a terminated VBR is deleted; its fee ends when nothing is left of it on the device") func delete()
        throws
    {
        let (vbr, _) = try pushed(form(payer: .partner))
        #expect(refusal { () throws(Refusal) in try PushedVBRRules.delete(vbr, now: later) }?.code == .vbrNotTerminated)
        let stopped = carried(try PushedVBRRules.terminate(vbr, now: later)).vbr
        let deleting = carried(try PushedVBRRules.delete(stopped, now: later), withDevices).vbr
        #expect(deleting.state == .deleting)
        #expect(refusal { () throws(Refusal) in try PushedVBRRules.recover(deleting, now: later) }?.code == .vbrNotActive)
        let gone = try PushedVBRDevice.applied(deleting, version: deleting.device.desired, policy: withDevices, now: later)
        #expect(gone.vbr.state == .deleted)
        #expect(gone.vbr.deletedAt == later)
        #expect(gone.vbr.fee.state == .stopped)
        guard case .stopRequested(let stop) = gone.messages.last else { throw Missing() }
        #expect(stop.subscriptionID == SubscriptionID(feeOf: vbr.id))
        #expect(stop.vbrID == vbr.id)
        #expect(stop.payerAccountID == partnerID)
        #expect(try PushedVBRRules.delete(gone.vbr, now: later) == PushedVBRDecision(gone.vbr))
    }

    @Test("A device's refusal that may pass is asked again later; one for good waits for an operator") func refusals() throws {
        let vbr = carried(PushedVBRDecision(try pushed().vbr), withDevices).vbr
        let transient = PushedVBRDevice.failed(vbr, version: 1, reason: "busy", isTransient: true, now: now)
        #expect(transient.timers.map(\.timer) == [.deviceRetry])
        #expect(transient.timers.map(\.due) == [now + .seconds(10)])
        #expect(transient.vbr.waitingFor?.contains("busy") == true)
        let final = PushedVBRDevice.failed(vbr, version: 1, reason: "no such VLAN", isTransient: false, now: now)
        #expect(final.timers.isEmpty)
        #expect(try PushedVBRDevice.retry(final.vbr, policy: withDevices, now: later).messages.count == 1)
        #expect(PushedVBRDevice.failed(vbr, version: 9, reason: "old", isTransient: true, now: now) == PushedVBRDecision(vbr))
    }

    // MARK: Beside a transformation

    @Test("While a transformation runs, bandwidth, terminate, recover and delete are refused with its id; the attestation is not")
    func duringTransformation() throws {
        var (vbr, ground) = try pushed()
        vbr.saga = id(8)
        vbr.port = id(2)
        let refusals = [
            refusal { () throws(Refusal) in try PushedVBRRules.setBandwidth(vbr, to: 300, on: &ground, now: later) },
            refusal { () throws(Refusal) in try PushedVBRRules.terminate(vbr, now: later) },
            refusal { () throws(Refusal) in try PushedVBRRules.recover(vbr, now: later) },
            refusal { () throws(Refusal) in try PushedVBRRules.delete(vbr, now: later) },
        ]
        #expect(refusals.allSatisfy { $0?.code == .sagaRunning && $0?.object == vbr.saga.description })
        #expect(try PushedVBRRules.attest(vbr, at: nil, how: "call", by: "ada", now: later).vbr.informed != nil)
    }

    @Test("On a port, the port's commands are the ones to use, and no device is asked for the VBR any more") func onPort() throws {
        var (vbr, ground) = try pushed()
        vbr.port = id(2)
        vbr.attachedAt = later
        let refused = refusal { () throws(Refusal) in try PushedVBRRules.setBandwidth(vbr, to: 300, on: &ground, now: later) }
        #expect(refused?.code == .vbrOnPort)
        #expect(refused?.object == vbr.port.description)
        #expect(refusal { () throws(Refusal) in try PushedVBRDevice.retry(vbr, policy: withDevices, now: later) }?.code == .vbrOnPort)
        #expect(carried(PushedVBRDecision(vbr), withDevices) == PushedVBRDecision(vbr))
    }

    @Test("R-122: a port made of a pushed VBR is not put into use by acceptance and payment; it says what it waits for") func holds() throws
    {
        var port = try offered(payer: .partner).port
        port.origin = .pushedVBR(id(3), confirmedAt: nil)
        #expect(port.connection == ConnectionID(id(3, VBRKind.self)))
        let accepted = try ActivationRules.accepted(port, PortAccepted(portID: port.id), now: later).port
        let settled = ChargeSettled(
            subscriptionID: port.subscription.id, chargeID: port.subscription.chargeID, payerAccountID: partnerID, version: 1,
            amountMinor: 1, currency: "EUR")
        var paid = try PaymentRules.folded(accepted, .settled(settled), now: later).port
        #expect(paid.axes.billing == .paid)
        #expect(paid.axes.service == .allocated)
        #expect(paid.waitingFor == "the partner to confirm")
        paid.origin = .pushedVBR(id(3), confirmedAt: later)
        #expect(paid.waitingFor?.contains("associate") == true)
    }

    // MARK: The fee

    @Test("R-126: only the payer, only of a prepaid fee, only once the fee has ended, and once") func refund() throws {
        let (running, _) = try pushed(form(payer: .partner, isPrepaid: true))
        #expect(refusal { () throws(Refusal) in try PushedVBRRules.refundFee(running) }?.code == .feeNotRefundable)
        var ended = PushedVBRDecision(running)
        ended.stopFee(because: "transformed")
        #expect(ended.messages.count == 1)
        ended.stopFee(because: "transformed")
        #expect(ended.messages.count == 1, "R-125: it is stopped once")
        let asked = try PushedVBRRules.refundFee(ended.vbr)
        guard case .refundRequested(let request) = asked.messages.first else { throw Missing() }
        #expect(request.vbrID == running.id)
        #expect(request.bandwidthMbps == 200)
        #expect(try PushedVBRRules.refundFee(asked.vbr) == PushedVBRDecision(asked.vbr))
        let event = RefundSettled(
            subscriptionID: SubscriptionID(feeOf: running.id), payerAccountID: partnerID, version: 1, amountMinor: 12, currency: "EUR")
        let refunded = try PushedVBRRules.feeRefunded(asked.vbr, event)
        #expect(refunded.vbr.fee.state == .refunded)
        #expect(refunded.vbr.fee.refund == Amount(minor: 12, currency: "EUR"))
        #expect(try PushedVBRRules.feeRefunded(refunded.vbr, event) == PushedVBRDecision(refunded.vbr))
        #expect(refusal { () throws(Refusal) in try PushedVBRRules.feeRefunded(running, event) }?.code == .contradictsState)
        for (payer, isPrepaid, code) in [(PayingParty.tenant, true, RefusalCode.notThePayer), (.partner, false, .feeNotRefundable)] {
            var (vbr, _) = try pushed(form(payer: payer, isPrepaid: isPrepaid))
            vbr.fee.state = .stopped
            #expect(refusal { () throws(Refusal) in try PushedVBRRules.refundFee(vbr) }?.code == code)
        }
    }
}
