import HostedConnection
import PartnerDomain
import Schema
import Testing

@Suite("Changes of VLAN and bandwidth on the partner's side")
struct ChangeRuleTests {
    private func active() throws -> SuppliedPort {
        var port = try offered().port
        port.axes = PortAxes(acceptance: .confirmed, service: .enabled, billing: .paid, association: .none)
        return port
    }

    private func holding(_ connections: UInt32 = 1, allocated: UInt32 = 200, isRouted: Bool = false) -> Circuit {
        var circuit = circuit()
        circuit.connections = connections
        circuit.allocated = allocated
        circuit.isRouted = isRouted
        return circuit
    }

    private func vlan(
        _ port: SuppliedPort, to number: UInt32?, on circuit: Circuit, holder: ConnectionID? = nil
    ) throws(Refusal) -> VLANID {
        try VLANChangeRules.check(port, to: number, on: circuit, holder: holder)
    }

    private func bandwidth(
        _ port: SuppliedPort, to number: UInt32?, on circuit: Circuit, hasPrivilege: Bool = true
    ) throws(Refusal) -> Bandwidth {
        try BandwidthChangeRules.check(
            port, to: number, on: circuit, catalogue: .standard, privilege: hasPrivilege ? PartnerDomainTests.privilege : nil, now: now)
    }

    @Test("R-140: a VLAN changes whoever pays") func whoeverPays() throws {
        for payer in PayingParty.allCases {
            var port = try active()
            port.payer = payer
            #expect(try vlan(port, to: 200, on: holding()) == VLANID(200))
        }
    }

    @Test("R-141: another connection's VLAN is refused, the port's own is nothing to do") func unique() throws {
        let port = try active()
        let refused = refusal { () throws(Refusal) in
            try vlan(port, to: 200, on: holding(2), holder: ConnectionID(id(9, PortKind.self)))
        }
        #expect(refused?.code == .vlanInUse)
        #expect(try vlan(port, to: 100, on: holding()) == port.vlan)
    }

    @Test("R-142: VLAN 0 for a lone port only, and back; meanwhile the circuit is taken") func routed() throws {
        let port = try active()
        #expect(refusal { () throws(Refusal) in try vlan(port, to: 0, on: holding(2)) }?.code == .vlanZeroNotAlone)
        #expect(try vlan(port, to: 0, on: holding()) == VLANID(0))
        var circuit = holding()
        try circuit.reserve(vlan: VLANID(stored: 0), besides: port.vlan, holder: nil)
        #expect(circuit.isRouted)
        circuit.settle(vlan: port.vlan)
        #expect(!circuit.isRouted)
        var lone = port
        lone.vlan = VLANID(stored: 0)
        #expect(try vlan(lone, to: 7, on: holding(isRouted: true)) == VLANID(7))
    }

    @Test("A-22: a VLAN changes while the port is offered and while it is in use, not in between") func states() throws {
        #expect(try vlan(try offered().port, to: 200, on: holding()) == VLANID(200))
        for (service, billing, code) in [
            (.terminated, .paid, .portTerminated), (.enabled, .expired, .portNotActive), (.enabled, .locked, .portNotActive),
            (.recovering, .paid, .portNotActive),
        ] as [(ServiceState, BillingState, RefusalCode)] {
            var port = try active()
            port.axes.service = service
            port.axes.billing = billing
            #expect(refusal { () throws(Refusal) in try vlan(port, to: 200, on: holding()) }?.code == code)
            #expect(refusal { () throws(Refusal) in try bandwidth(port, to: 500, on: holding()) }?.code == code)
        }
        var ended = try offered().port
        ended.axes.acceptance = .withdrawn
        #expect(refusal { () throws(Refusal) in try vlan(ended, to: 200, on: holding()) }?.code == .portEnded)
    }

    @Test("R-026, R-145: without the privilege a bandwidth is refused in the guide's words, before the capacity is looked at")
    func privilege() throws {
        let port = try active()
        let refused = refusal { () throws(Refusal) in try bandwidth(port, to: 1_000, on: holding(2, allocated: 700), hasPrivilege: false) }
        #expect(refused?.code == .privilegeExpired)
        #expect(refused?.text == "Invalid Bandwidth parameter")
        #expect(
            refusal { () throws(Refusal) in try bandwidth(port, to: 1_000, on: holding(2, allocated: 700)) }?.code == .insufficientBandwidth
        )
    }

    @Test("R-144: the sum after the change counts, so a port may take what is left and no more") func capacity() throws {
        let port = try active()
        #expect(try bandwidth(port, to: 500, on: holding(2, allocated: 700)) == Bandwidth(megabitsPerSecond: 500))
        let refused = refusal { () throws(Refusal) in try bandwidth(port, to: 500, on: holding(2, allocated: 701)) }
        #expect(refused?.text == "Insufficient bandwidth resources")
        #expect(refused?.next?.contains("release unused hosted connections first") == true)
    }

    @Test("R-146: less bandwidth needs no capacity") func decrease() throws {
        let port = try active()
        #expect(try bandwidth(port, to: 100, on: holding(allocated: 1_000)) == Bandwidth(megabitsPerSecond: 100))
        #expect(try bandwidth(port, to: 200, on: holding()) == port.bandwidth)
    }

    @Test("One change at a time, naming the saga") func oneAtATime() throws {
        var port = try active()
        port.change = PortChange(saga: id(8), vlan: VLANID(200))
        let refused = refusal { () throws(Refusal) in try bandwidth(port, to: 500, on: holding()) }
        #expect(refused?.code == .changeInProgress)
        #expect(refused?.object == port.change.saga.description)
    }

    /// A port whose increase to 500 Mbit/s is paid for, or will be, by the second attempt to charge.
    private func increasing(payer: PayingParty, _ charge: ChargeState = .settled) throws -> SuppliedPort {
        var port = try active()
        port.payer = payer
        port.subscription = PortSubscription(id: SubscriptionID(of: port.id), attempt: 1, charge: .settled, settledAttempts: 2)
        port.change = PortChange(saga: id(8), bandwidth: Bandwidth(megabitsPerSecond: 500), attempts: 1)
        if charge != .settled {
            port.subscription.attempt = 2
            port.subscription.charge = charge
        }
        return port
    }

    private let failure = ChangeFailure(.changeCancelled, "too dear")

    private func cancelled(_ port: SuppliedPort) throws(Refusal) -> SupplyDecision? {
        try BandwidthChangeRules.cancel(port, because: failure, now: later)
    }

    @Test("R-144: a paying partner's increase is called off unless billing is deciding") func cancelOwn() throws {
        let charged = try increasing(payer: .partner, .requested)
        #expect(refusal { () throws(Refusal) in try cancelled(charged) }?.code == .changeInProgress)
        #expect(try cancelled(try increasing(payer: .partner)) == nil, "before it is charged")
        #expect(try cancelled(try increasing(payer: .partner, .declined)) == nil)
    }

    @Test("R-144: whether a paying tenant's increase is called off its own side is asked, once") func cancelTenants() throws {
        let port = try increasing(payer: .tenant)
        let asked = try #require(try cancelled(port))
        guard case .bandwidthCancelAsked(let message) = asked.messages.first else { throw Missing() }
        #expect(message.sagaID == port.change.saga && message.code == "change_cancelled" && message.text == "too dear")
        #expect(asked.port.change.bandwidth == port.change.bandwidth, "the bandwidth stays reserved")
        #expect(asked.port.waitingFor?.hasPrefix("the tenant's side to cancel the change to 500 Mbit/s") == true)
        #expect(try cancelled(asked.port) == SupplyDecision(asked.port))
        #expect(BandwidthChangeRules.rejection(of: asked.port, reason: "whatever") == failure)
        #expect(BandwidthChangeRules.failedPayment(of: asked.port) == failure)
        #expect(BandwidthChangeRules.rejection(of: port, reason: "no need").text == "the tenant rejected it: no need")
        let paid = try ActivationRules.paymentResult(asked.port, settled(asked.port), now: later)
        #expect(paid.port.change.cancellation == nil && paid.port.change.isRunning)
        #expect(paid.history.last?.sentence.contains("it came too late") == true)
    }

    private func settled(_ port: SuppliedPort) -> PaymentResult {
        PaymentResult(
            connectionID: port.connection, portID: port.id, subscriptionID: port.subscription.id,
            chargeID: port.subscription.id.charge(attempt: 2), outcome: .settled, amountMinor: 9, currency: "EUR")
    }

    @Test("A payment for more bandwidth that no increase waits for contradicts", arguments: PayingParty.allCases)
    func latePayment(payer: PayingParty) throws {
        let waiting = try increasing(payer: payer, payer == .partner ? .requested : .settled)
        var (over, decreasing, later) = (waiting, waiting, waiting)
        over.change = .none
        decreasing.change.bandwidth = Bandwidth(megabitsPerSecond: 100)
        later.change.attempts = 2
        func pay(_ port: SuppliedPort) throws(Refusal) -> SupplyDecision {
            if payer == .tenant { return try ActivationRules.paymentResult(port, settled(port), now: now) }
            let event = ChargeSettled(
                subscriptionID: port.subscription.id, chargeID: port.subscription.id.charge(attempt: 2), version: 2, amountMinor: 9,
                currency: "EUR")
            return try PaymentRules.folded(port, .settled(event), now: now)
        }
        #expect(try pay(waiting).port.subscription.charge == .settled)
        for port in [over, decreasing, later] {
            #expect(refusal { () throws(Refusal) in try pay(port) }?.code == .contradictsState)
        }
    }

    @Test("R-143: the device keeps the old VLAN until the change asks it for the new one, whatever happens meanwhile") func device() throws
    {
        let policy = PartnerPolicy(hasAccessDevices: true)
        var decision = SupplyDecision(try active())
        DeviceRules.settle(&decision, policy: policy, now: now)
        var changing = VLANChangeRules.begin(decision.port, saga: id(8), to: VLANID(stored: 200), now: now)
        changing.port.axes.billing = .locked
        DeviceRules.settle(&changing, policy: policy, now: now)
        #expect(changing.port.device.asked?.vlan == VLANID(100))
        #expect(changing.port.device.forwarding == .block)
        var asked = VLANChangeRules.ask(changing.port, for: VLANID(stored: 200), policy: policy, now: now)
        #expect(asked.port.device.asked?.vlan == VLANID(200))
        asked.port.axes.billing = .paid
        DeviceRules.settle(&asked, policy: policy, now: now)
        #expect(asked.port.device.asked == DeviceConfiguration(.pass, vlan: VLANID(stored: 200), rate: asked.port.bandwidth))
    }

    @Test("What a saga was turned back with is a code and words; a deadline and a person have none") func failures() {
        let refusal = ChangeFailure(.networkFailed, "table: full")
        #expect(ChangeFailure(reason: refusal.reason, wasDue: false) == refusal)
        #expect(ChangeFailure(reason: "wrong window: tonight", wasDue: false).code == .changeCancelled)
        #expect(ChangeFailure(reason: "no answer from the access device", wasDue: true).code == .changeTimedOut)
    }

    @Test("What a saga remembers comes back from its bytes") func contexts() {
        for number in [0, 1, 255, 256, 2_999] as [UInt32] {
            let context = VLANChangeSaga.Context(vlan: VLANID(stored: Int64(number)))
            #expect(VLANChangeSaga.Context(context.bytes) == context)
        }
        for number in [1, 10_000, 4_000_000_000] as [UInt32] {
            let context = BandwidthChangeSaga.Context(bandwidth: Bandwidth(megabitsPerSecond: number))
            #expect(BandwidthChangeSaga.Context(context.bytes) == context)
        }
        #expect(VLANChangeSaga.Context([1]) == nil && VLANChangeSaga.Context([255, 255]) == nil && BandwidthChangeSaga.Context([]) == nil)
    }
}
