import HostedConnection
import PartnerDomain
import Schema
import Testing

@Suite("Stopping ports and putting them back into use")
struct TerminationTests {
    private func terminate(_ port: SuppliedPort, devices: Bool = false) throws(Refusal) -> SupplyDecision {
        carried(try TerminationRules.terminate(port, now: later), from: port, devices: devices)
    }

    private func recover(_ port: SuppliedPort, isRequested: Bool = false, devices: Bool = false) throws(Refusal) -> SupplyDecision {
        carried(try TerminationRules.recover(port, isRequested: isRequested, now: later), from: port, devices: devices)
    }

    private func applied(_ port: SuppliedPort) throws(Refusal) -> SupplyDecision {
        try DeviceRules.applied(port, version: port.device.desired, policy: PartnerPolicy(hasAccessDevices: true), now: later)
    }

    @Test("R-160: the partner stops, recovers and deletes only what it pays for") func onlyThePayer() throws {
        let port = try active(payer: .tenant, vbr: .enabled)
        var stopped = port
        stopped.axes.service = .terminated
        for refused in [
            objection { try terminate(port) },
            objection { try DeletionRules.check(port, by: .partner) },
            objection { try RouterOrderRules.terminate(port, now: later) },
            objection { try RouterOrderRules.recover(port, now: later) },
            objection { try RouterOrderRules.delete(port, now: later) },
        ] {
            #expect(refused?.code == .notThePayer)
            #expect(refused?.next != nil)
        }
        #expect(objection { try recover(stopped) }?.code == .recoveryNotRequested)
    }

    @Test("R-161: a paying partner stops the port and the VBR on it") func cascade() throws {
        let decision = try terminate(try active(vbr: .enabled))
        #expect(decision.port.axes.service == .terminated)
        #expect(decision.port.router?.state == .terminated)
        #expect(decision.port.router?.isDisabledWithPort == true)
        #expect(decision.port.terminatedBy == .partner)
        #expect(decision.sent == ["portTerminated"])
        #expect(decision.port.device.forwarding == .block)
    }

    @Test("R-169, A-28: the state is shown once the device blocks, and again once it passes") func device() throws {
        let asked = try terminate(try active(), devices: true)
        #expect(asked.port.axes.service == .terminating)
        #expect(asked.sent == ["networkStateDesired"])
        let stopped = try applied(asked.port)
        #expect(stopped.port.axes.service == .terminated)
        #expect(stopped.sent == ["portTerminated"])
        let recovering = try recover(stopped.port, devices: true)
        #expect(recovering.port.axes.service == .recovering)
        #expect(recovering.sent == ["networkStateDesired"])
        let recovered = try applied(recovering.port)
        #expect(recovered.port.axes.service == .enabled)
        #expect(recovered.sent == ["portRecovered"])
        #expect(recovered.port.device.forwarding == .pass)
    }

    @Test("R-164, R-165: a stopped port holds what it held, and nothing is refunded") func notReleased() throws {
        let before = try active(vbr: .enabled)
        let after = try terminate(before).port
        #expect(after.vlan == before.vlan)
        #expect(after.bandwidth == before.bandwidth)
        #expect(after.subscription == before.subscription)
        #expect(after.axes.billing == .paid)
    }

    @Test("R-166: recovered, the port is as it was before") func recovered() throws {
        let before = try active(vbr: .enabled)
        let decision = try recover(try terminate(before).port)
        #expect(decision.sent == ["portRecovered"])
        #expect(decision.done.contains(.recovered))
        var after = decision.port
        after.device = before.device
        after.waitingSince = before.waitingSince
        #expect(after == before)
        #expect(try recover(decision.port).sent.isEmpty, "again: no effect")
    }

    @Test("R-170: stopping again has no effect; what is pending or ended is refused") func notActive() throws {
        let stopped = try terminate(try active()).port
        #expect(try TerminationRules.terminate(stopped, now: later) == SupplyDecision(stopped))
        let pending = try offered(payer: .partner).port
        #expect(objection { try terminate(pending) }?.code == .portNotActive)
        var unpaid = pending
        unpaid.axes.acceptance = .confirmed
        let refused = objection { try terminate(unpaid) }
        #expect(refused?.code == .portNotActive)
        #expect(refused?.next?.contains("billing") == true)
        for acceptance in [Acceptance.withdrawn, .rejected, .lapsed, .deleted] {
            var ended = pending
            ended.axes = PortAxes(acceptance: acceptance, service: .released, billing: .refunded, association: .none)
            #expect(objection { try terminate(ended) }?.code == .portEnded)
            #expect(objection { try recover(ended) }?.code == .portEnded)
        }
    }

    @Test("R-167, A-25: a tenant-paid port is recovered where the tenant has asked for it") func onRequest() throws {
        var port = try active(payer: .tenant)
        port = carried(TerminationRules.asked(port, now: later), from: port).port
        #expect(port.terminatedBy == .tenant)
        let refused = objection { try recover(port) }
        #expect(refused?.code == .recoveryNotRequested)
        #expect(refused?.next?.contains("request") == true)
        #expect(try recover(port, isRequested: true).port.axes.service == .enabled)
    }

    @Test("R-163: the tenant's stop is answered whoever pays: by the stop, or by a refusal that names the VBR")
    func asked() throws {
        for payer in [PayingParty.partner, .tenant] {
            let port = try active(payer: payer)
            let decision = carried(TerminationRules.asked(port, now: later), from: port)
            guard case .portTerminated(let message) = decision.messages.first else { throw Missing() }
            #expect(message.askedByTenant)
            let refused = TerminationRules.asked(try active(payer: payer, vbr: .enabled), now: later)
            #expect(refused.port.axes.service == .enabled)
            guard case .commandRefused(let answer) = refused.messages.first else { throw Missing() }
            #expect(answer.code == "port_has_vbr")
            #expect(answer.command == "hostedconnections.v1.TerminationAsked")
        }
    }

    @Test("R-162: the VBR alone is stopped, and the port stays") func routerAlone() throws {
        let port = try active(vbr: .enabled)
        let asked = carried(try RouterOrderRules.terminate(port, now: later), from: port, devices: true)
        #expect(asked.sent == ["networkStateDesired"], "the device first")
        let early = try RouterRules.changed(asked.port, changed(asked.port, .terminated), now: later)
        #expect(early.port.router?.state == .terminating, "told before the device has followed, it answers an older order (R-169)")
        let ordered = try applied(asked.port)
        #expect(ordered.sent == ["vbrOrdered"])
        #expect(ordered.port.router?.state == .terminating)
        let changed = try RouterRules.changed(ordered.port, changed(ordered.port, .terminated), now: later)
        #expect(changed.port.router?.state == .terminated)
        #expect(changed.port.router?.isDisabledWithPort == false)
        #expect(changed.port.axes.service == .enabled)
        #expect(try RouterOrderRules.terminate(changed.port, now: later) == SupplyDecision(changed.port), "again: no effect")
    }

    @Test("R-166, A-27: a VBR that was stopped on its own stays so when the port comes back") func nested() throws {
        let stopped = try terminate(try active(vbr: .terminated)).port
        #expect(stopped.router?.isDisabledWithPort == false)
        #expect(try recover(stopped).port.router?.state == .terminated)
        let cascaded = try terminate(try active(vbr: .enabled)).port
        #expect(try recover(cascaded).port.router?.state == .enabled)
    }

    @Test("A-27: what the tenant's side tells before it hears of the port's stop or recovery changes nothing of it") func late() throws {
        let stopped = try terminate(try active(vbr: .enabled)).port
        #expect(try RouterRules.changed(stopped, changed(stopped, .enabled), now: later).port == stopped)
        let recovered = try recover(stopped).port
        var told = changed(stopped, .terminated)
        told.disabledWithPort = true
        #expect(try RouterRules.changed(recovered, told, now: later).port == recovered)
        let ordered = carried(try RouterOrderRules.terminate(recovered, now: later), from: recovered).port
        #expect(try RouterRules.changed(ordered, told, now: later).port.router?.state == .terminating)
    }

    @Test("R-168: the VBR of a stopped port is not recovered alone") func routerNeedsPort() throws {
        let stopped = try terminate(try active(vbr: .enabled)).port
        let refused = objection { try RouterOrderRules.recover(stopped, now: later) }
        #expect(refused?.code == .portTerminated)
        #expect(refused?.object == stopped.id.description)
        #expect(refused?.next == "Recover the port first")
        let port = try active(vbr: .terminated)
        let recovered = carried(try RouterOrderRules.recover(port, now: later), from: port)
        #expect(recovered.sent == ["vbrOrdered"])
        #expect(recovered.port.device.forwarding == .pass)
    }

    @Test("R-171: the partner deletes the tenant's VBR once its connection, or the port, is stopped") func routerDeletion() throws {
        for state in [RouterState.enabled, .terminating, .recovering] {
            let port = try active(vbr: state)
            let refused = objection { try RouterOrderRules.delete(port, now: later) }
            #expect(refused?.code == .vbrNotTerminated)
            #expect(refused?.object == port.vbr.description)
        }
        for port in [try active(vbr: .terminated), try terminate(try active(vbr: .enabled)).port] {
            let decision = try RouterOrderRules.delete(port, now: later)
            #expect(decision.sent == ["vbrOrdered"])
            #expect(decision.port.router?.state == .deleting)
            #expect(try RouterOrderRules.delete(decision.port, now: later) == SupplyDecision(decision.port))
            let deleted = try RouterRules.deleted(decision.port, VBRDeleted(portID: port.id, vbrID: port.vbr), now: later)
            #expect(deleted.port.axes.association == .none)
            #expect(deleted.port.router == nil)
        }
        #expect(
            objection { try RouterOrderRules.delete(active(), now: later) }?.code == .portHasNoVBR)
    }

    @Test("An order for a VBR that the tenant's side refuses leaves the VBR what it was") func orderRefused() throws {
        for (state, action, back) in [
            (RouterState.terminating, RouterAction.terminate, RouterState.enabled), (.recovering, .recover, .terminated),
            (.deleting, .delete, .terminated),
        ] {
            let port = try active(vbr: state)
            let event = VBROrderRefused(portID: port.id, vbrID: port.vbr, action: action, code: "change_in_progress", text: "Not now")
            #expect(try RouterOrderRules.refused(port, event, now: later).port.router?.state == back)
        }
    }

    @Test("R-161: a VBR that meets the stop of its port is taken and disabled with it; one on an ended port contradicts")
    func crossingCreation() throws {
        let event = VBRCreated(portID: id(2), vbrID: id(3), name: "router", bandwidthMbps: 200)
        let stopped = try terminate(try active()).port
        let created = try ActivationRules.vbrCreated(stopped, event, now: later).port
        #expect(created.router?.state == .terminated)
        #expect(created.router?.isDisabledWithPort == true)
        let stopping = try terminate(try active(), devices: true).port
        let taken = try ActivationRules.vbrCreated(stopping, event, now: later).port
        #expect(taken.router?.state == .enabled)
        #expect(try applied(taken).port.router?.isDisabledWithPort == true)
        for service in [ServiceState.allocated, .released] {
            var port = try active()
            port.axes.service = service
            #expect(objection { try ActivationRules.vbrCreated(port, event, now: later) }?.code == .contradictsState)
        }
    }

    @Test("The tenant's word about its VBR corrects the copy, also while the port's way is open") func correction() throws {
        var port = try active(vbr: .enabled)
        port = try terminate(port).port
        var event = changed(port, .terminated)
        event.disabledWithPort = false
        #expect(try RouterRules.changed(port, event, now: later).port.router?.isDisabledWithPort == false)
        event.vbrID = id(4)
        #expect(objection { try RouterRules.changed(port, event, now: later) }?.code == .contradictsState)
    }

    @Test("R-170: one change at a time: a port under another change is neither stopped nor recovered") func busy() throws {
        var port = try active(vbr: .enabled)
        port.change = PortChange(saga: id(8))
        for refused in [
            objection { try terminate(port) }, objection { try recover(port) },
            objection { try RouterOrderRules.terminate(port, now: later) },
        ] {
            #expect(refused?.code == .changeInProgress)
            #expect(refused?.object == port.change.saga.description)
        }
    }

    private func changed(_ port: SuppliedPort, _ status: RouterStatus) -> VBRChanged {
        VBRChanged(
            connectionID: port.connection, portID: port.id, vbrID: port.vbr, status: status, name: "router", vlanID: 100,
            bandwidthMbps: 200)
    }
}
