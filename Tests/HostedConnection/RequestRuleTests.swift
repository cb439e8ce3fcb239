import HostedConnection
import Testing

@Suite("What the parties ask of each other")
struct RequestRuleTests {
    private struct Port: ConnectedPort {
        var id = PortID(bits: ID128(milliseconds: 2, kind: PortKind.code, sequence: 0, random: 7))
        var partner = AccountID(number: 1_000_000_000_000_001)
        var tenant = AccountID(number: 2_000_000_000_000_001)
        var payer = PayingParty.tenant
        var bandwidth = Bandwidth(megabitsPerSecond: 200)
        var axes = PortAxes(acceptance: .confirmed, service: .enabled, billing: .paid, association: .none)
        var subscription = PortSubscription.none
        var vbr = VBRID.none
        var change = PortChange.none
        var ending: PortEnding?
        var waitingFor: String?
    }

    private let now = Instant(seconds: 1_700_000_000)
    private let later = Instant(seconds: 1_700_000_060)

    private func make(
        _ act: RequestedAct, on port: Port, by party: PayingParty, bandwidth: UInt32? = nil, open: PartyRequest? = nil
    ) throws(Refusal) -> PartyRequest {
        let id = PartyRequestID(bits: ID128(milliseconds: 5, kind: PartyRequestKind.code, sequence: 0, random: 7))
        return try RequestRules.make(
            RequestForm(act, bandwidthMbps: bandwidth, reason: "please"), id: id, on: port, by: party, open: open, now: now)
    }

    private func code(_ body: () throws(Refusal) -> PartyRequest) -> RefusalCode? {
        do throws(Refusal) {
            _ = try body()
            return nil
        } catch { return error.code }
    }

    @Test("R-167, A-25: the tenant asks for a stopped port, and only for a stopped one") func recovery() throws {
        var port = Port()
        #expect(code { () throws(Refusal) in try make(.recoverPort, on: port, by: .tenant) } == .portNotTerminated)
        port.axes.service = .terminated
        let request = try make(.recoverPort, on: port, by: .tenant)
        #expect(request.from == port.tenant)
        #expect(request.to == port.partner)
        #expect(request.standing == .open)
        #expect(code { () throws(Refusal) in try make(.recoverPort, on: port, by: .partner) } == .invalidValue)
    }

    @Test("A-38, A-46: whoever does not pay asks for the deletion", arguments: [PayingParty.partner, .tenant])
    func deletion(_ payer: PayingParty) throws {
        var port = Port()
        port.payer = payer
        #expect(try make(.deletePort, on: port, by: payer == .partner ? .tenant : .partner).act == .deletePort)
        #expect(code { () throws(Refusal) in try make(.deletePort, on: port, by: payer) } == .invalidValue)
    }

    @Test("A-46: the partner asks for the tenant's VBR to be deleted") func router() throws {
        var port = Port()
        #expect(code { () throws(Refusal) in try make(.deleteVBR, on: port, by: .partner) } == .portHasNoVBR)
        port.axes.association = .associated
        #expect(try make(.deleteVBR, on: port, by: .partner).asker == .partner)
        #expect(code { () throws(Refusal) in try make(.deleteVBR, on: port, by: .tenant) } == .invalidValue)
    }

    @Test("A-36: the tenant asks for another bandwidth") func bandwidth() throws {
        let port = Port()
        #expect(try make(.changeBandwidth, on: port, by: .tenant, bandwidth: 500).bandwidth == Bandwidth(megabitsPerSecond: 500))
        #expect(code { () throws(Refusal) in try make(.changeBandwidth, on: port, by: .tenant) } == .missingField)
        #expect(code { () throws(Refusal) in try make(.changeBandwidth, on: port, by: .tenant, bandwidth: 200) } == .invalidValue)
        #expect(code { () throws(Refusal) in try make(.changeBandwidth, on: port, by: .partner, bandwidth: 500) } == .invalidValue)
    }

    @Test("One open request of a kind for each port; none about what is pending or ended") func limits() throws {
        var port = Port()
        port.payer = .partner
        let open = try make(.deletePort, on: port, by: .tenant)
        #expect(code { () throws(Refusal) in try make(.deletePort, on: port, by: .tenant, open: open) } == .requestExists)
        port.axes.acceptance = .unconfirmed
        #expect(code { () throws(Refusal) in try make(.deletePort, on: port, by: .tenant) } == .portNotActive)
        port.axes.acceptance = .deleted
        #expect(code { () throws(Refusal) in try make(.deletePort, on: port, by: .tenant) } == .portEnded)
    }

    @Test("A request is answered when what it asks for is the case, or can't be any more") func answers() throws {
        var port = Port()
        port.axes.service = .terminated
        let request = try make(.recoverPort, on: port, by: .tenant)
        #expect(RequestRules.answer(request, by: port) == nil)
        port.axes.service = .enabled
        #expect(RequestRules.answer(request, by: port)?.standing == .fulfilled)
        port.axes.acceptance = .deleted
        port.axes.service = .released
        #expect(RequestRules.answer(request, by: port)?.standing == .refused)
    }

    @Test("Who is asked refuses, who asks withdraws; where both close, the word of who is asked counts") func closing() throws {
        var port = Port()
        port.axes.service = .terminated
        let request = try make(.recoverPort, on: port, by: .tenant)
        #expect(code { () throws(Refusal) in try RequestRules.refuse(request, by: .tenant, reason: "", now: later) } == .forbidden)
        #expect(code { () throws(Refusal) in try RequestRules.withdraw(request, by: .partner, reason: "", now: later) } == .forbidden)
        let refused = try RequestRules.refuse(request, by: .partner, reason: "arrears", now: later)
        #expect(refused.standing == .refused)
        #expect(refused.closingReason == "arrears")
        let withdrawn = try RequestRules.withdraw(request, by: .tenant, reason: "", now: later)
        #expect(code { () throws(Refusal) in try RequestRules.withdraw(refused, by: .tenant, reason: "", now: later) } == .requestClosed)
        #expect(try RequestRules.withdraw(withdrawn, by: .tenant, reason: "", now: now) == withdrawn)
        #expect(try RequestRules.closed(withdrawn, as: .refused, reason: "arrears", now: later)?.standing == .refused)
        #expect(try RequestRules.closed(refused, as: .withdrawn, reason: "", now: later) == nil)
        #expect(throws: Refusal.self) { try RequestRules.closed(refused, as: .fulfilled, reason: "", now: later) }
    }
}
