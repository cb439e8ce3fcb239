import HostedConnection
import PartnerDomain
import Schema
import Testing

@Suite("Access devices follow ports")
struct DeviceRuleTests {
    private static let devices = PartnerPolicy(hasAccessDevices: true)

    /// A port in normal use whose device has everything.
    private func active(vbr state: RouterState? = nil) throws -> SuppliedPort {
        var port = try offered().port
        port.axes = PortAxes(acceptance: .confirmed, service: .enabled, billing: .paid, association: .none)
        if let state {
            port.vbr = id(3)
            port.axes.association = .associated
            port.router = RouterCopy(state: state, name: "router", bandwidth: port.bandwidth)
        }
        return try DeviceRules.applied(settled(port).port, version: 1, policy: Self.devices, now: now).port
    }

    private func settled(_ port: SuppliedPort, policy: PartnerPolicy = devices, now: Instant = now) -> SupplyDecision {
        var decision = SupplyDecision(port)
        DeviceRules.settle(&decision, policy: policy, now: now)
        return decision
    }

    private func desired(_ decision: SupplyDecision) throws -> NetworkStateDesired {
        guard case .networkStateDesired(let message) = decision.messages.last, decision.messages.count == 1 else { throw Missing() }
        return message
    }

    private func forwarding(_ port: SuppliedPort, _ time: Instant = now) -> Forwarding {
        DeviceRules.forwarding(of: port, policy: Self.devices, now: time)
    }

    @Test("R-205: nothing passes on a port that is offered, an active one passes at its rate, a released one is removed")
    func follows() throws {
        var port = try offered().port
        #expect(settled(port).messages.isEmpty)
        port.axes = PortAxes(acceptance: .confirmed, service: .enabled, billing: .paid, association: .none)
        let asked = settled(port)
        let message = try desired(asked)
        #expect(message.forwarding == .pass)
        #expect(message.version == 1)
        #expect(message.vlanID == 100)
        #expect(message.rateMbps == 200)
        #expect(message.circuitID == port.circuit)
        #expect(settled(asked.port).messages.isEmpty, "what was asked for is not asked for again")
        port = asked.port
        port.axes.service = .released
        #expect(try desired(settled(port)).forwarding == .removed)
    }

    @Test("R-169, A-28: a terminated port or VBR is blocked, and passes when it is recovered") func blocked() throws {
        var port = try active()
        for service in [ServiceState.terminating, .terminated] {
            port.axes.service = service
            #expect(forwarding(port) == .block)
        }
        port.axes.service = .recovering
        #expect(forwarding(port) == .pass)
        for state in [RouterState.terminating, .terminated, .deleting] { #expect(forwarding(try active(vbr: state)) == .block) }
        for state in [RouterState.enabled, .recovering] { #expect(forwarding(try active(vbr: state)) == .pass) }
        var recovering = try active(vbr: .terminated)
        recovering.router?.isDisabledWithPort = true
        recovering.axes.service = .recovering
        #expect(forwarding(recovering) == .pass, "a VBR that was disabled with its port follows it")
    }

    @Test("R-205: a port in arrears is blocked at once, an expired one when the grace is over (A-31)") func billing() throws {
        var port = try active()
        port.axes.billing = .locked
        #expect(forwarding(port) == .block)
        port.axes.billing = .expired
        port.subscription.expiredAt = now
        #expect(forwarding(port) == .pass)
        #expect(forwarding(port, now + Self.devices.expiryGrace) == .block)
    }

    @Test("A-28: what the device has done is shown when it says so, whatever the order of its answers") func versions() throws {
        var port = try active()
        port.axes.billing = .locked
        port = settled(port).port
        port.axes.billing = .paid
        port = settled(port).port
        #expect(port.device.desired == 3)
        #expect(port.waitingFor == "the access device to take: pass, VLAN 100, 200 Mbit/s")
        let early = try DeviceRules.applied(port, version: 2, policy: Self.devices, now: later)
        #expect(!early.port.device.isSettled)
        #expect(early.history.isEmpty)
        let done = try DeviceRules.applied(early.port, version: 3, policy: Self.devices, now: later)
        #expect(done.port.device.isSettled)
        #expect(done.history.map(\.action) == [.networkApplied])
        for version in [1, 2, 3] as [UInt64] {
            let repeated = try DeviceRules.applied(done.port, version: version, policy: Self.devices, now: later)
            #expect(repeated == SupplyDecision(done.port))
        }
        let late = DeviceRules.failed(done.port, version: 2, reason: "no room", isTransient: true, now: later)
        #expect(late == SupplyDecision(done.port))
    }

    @Test("A refusal of the device is shown; one that may pass is tried again after growing pauses") func refusals() throws {
        var port = try active()
        port.axes.billing = .locked
        port = settled(port).port
        let failed = DeviceRules.failed(port, version: 2, reason: "table full", isTransient: false, now: now)
        #expect(failed.port.waitingFor == "the access device, which has not taken \"block, VLAN 100, 200 Mbit/s\": table full")
        #expect(failed.history.map(\.action) == [.networkFailed])
        #expect(failed.timers.isEmpty)
        var pauses: [Duration] = []
        for _ in 0..<12 {
            let decision = DeviceRules.failed(port, version: 2, reason: "busy", isTransient: true, now: now)
            pauses.append(try #require(decision.timers.first?.due) - now)
            port = DeviceRules.retry(decision.port, policy: Self.devices, now: now).port
        }
        #expect(pauses.prefix(3) == [.seconds(10), .seconds(20), .seconds(40)])
        #expect(pauses.last == .seconds(3_600))
        #expect(port.device.desired == 2, "trying again is no new version")
    }

    @Test("A state that was refused is given up when the port asks for another") func overtaken() throws {
        var port = try active()
        port.axes.billing = .locked
        port = DeviceRules.failed(settled(port).port, version: 2, reason: "no", isTransient: false, now: now).port
        port.axes.billing = .paid
        let next = settled(port)
        #expect(try desired(next).version == 3)
        #expect(next.port.device.failure.isEmpty)
    }

    @Test("A device ahead of a restored service is asked again with a higher version") func restored() throws {
        let port = try active()
        let decision = try DeviceRules.applied(port, version: 7, policy: Self.devices, now: now)
        #expect(try desired(decision).version == 8)
        #expect(throws: Refusal.self) { try DeviceRules.applied(port, version: .max, policy: Self.devices, now: now) }
    }

    @Test("Without access devices every change counts as applied at once") func noDevices() throws {
        var port = try offered().port
        port.axes = PortAxes(acceptance: .confirmed, service: .enabled, billing: .paid, association: .none)
        let decision = settled(port, policy: .standard)
        #expect(decision.messages.isEmpty)
        #expect(decision.port.device.applied == 1)
        #expect(decision.port.device.forwarding == .pass)
    }
}
