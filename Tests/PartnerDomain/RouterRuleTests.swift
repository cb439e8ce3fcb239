import HostedConnection
import PartnerDomain
import Schema
import Testing

@Suite("The tenant's VBR as the partner's side shows it")
struct RouterRuleTests {
    private func port() throws -> SuppliedPort {
        let offer = try active()
        let event = VBRCreated(portID: offer.id, vbrID: id(7), name: "router", bandwidthMbps: 200)
        return try ActivationRules.vbrCreated(offer, event, now: now).port
    }

    private func changed(_ status: RouterStatus, name: String = "edge", bandwidth: UInt32 = 100) -> VBRChanged {
        VBRChanged(portID: id(2), vbrID: id(7), status: status, name: name, vlanID: 100, bandwidthMbps: bandwidth)
    }

    @Test("R-097: a change of the tenant's shows on the partner's side") func change() throws {
        let decision = try RouterRules.changed(try port(), changed(.enabled), now: later)
        #expect(decision.port.router == RouterCopy(state: .enabled, name: "edge", bandwidth: Bandwidth(megabitsPerSecond: 100)))
        #expect(decision.history.map(\.action) == [.vbrChanged])
        #expect(decision.history.map(\.sentence) == ["\(id(7, VBRKind.self)): name edge; bandwidth 100 Mbit/s"])
    }

    @Test(
        "A change on its way does not end the partner's order",
        arguments: [
            (RouterState.terminating, false, RouterStatus.enabled, RouterState.terminating),
            (.terminating, false, .terminated, .terminated), (.recovering, false, .terminated, .recovering),
            (.recovering, false, .enabled, .enabled), (.deleting, false, .terminated, .deleting),
            (.enabled, false, .terminated, .terminated),
            (.terminated, false, .enabled, .enabled),
        ])
    func orders(_ before: RouterState, _ isDisabledWithPort: Bool, _ told: RouterStatus, _ after: RouterState) throws {
        var port = try port()
        port.router?.state = before
        port.router?.isDisabledWithPort = isDisabledWithPort
        #expect(try RouterRules.changed(port, changed(told), now: later).port.router?.state == after)
    }

    @Test("R-172: the tenant's deletion frees the port") func deletion() throws {
        var port = try port()
        port.router?.state = .terminated
        let decision = try RouterRules.deleted(port, VBRDeleted(portID: port.id, vbrID: id(7)), now: later)
        #expect(decision.port.axes.association == .none)
        #expect(!decision.port.vbr.isSet)
        #expect(decision.port.router == nil)
        #expect(decision.history.map(\.action) == [.vbrDeleted])
    }

    @Test("What is about another VBR than the port has contradicts") func contradictions() throws {
        let port = try port()
        var other = changed(.enabled)
        other.vbrID = id(8)
        let foreign = other
        #expect(refusal { () throws(Refusal) in try RouterRules.changed(port, foreign, now: now) }?.code == .contradictsState)
        let vague = changed(.unspecified)
        #expect(refusal { () throws(Refusal) in try RouterRules.changed(port, vague, now: now) }?.code == .contradictsState)
        let gone = VBRDeleted(portID: port.id, vbrID: id(8))
        #expect(refusal { () throws(Refusal) in try RouterRules.deleted(port, gone, now: now) }?.code == .contradictsState)
    }
}
