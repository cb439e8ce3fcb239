import HostedConnection
import PartnerDomain
import Schema
import Testing

@Suite("Tags, notices, payers, changes of circuits")
struct PortCareTests {
    @Test("R-058, A-13: the tenant is told at the offer, and once more as often as the partner wants") func notices() throws {
        let decision = try offered()
        let notices = decision.messages.compactMap { message -> OfferToAccept? in
            if case .offerToAccept(let notice) = message { notice } else { nil }
        }
        #expect(notices.map(\.accountID) == [tenantID])
        #expect(notices.map(\.mustPay) == [true])
        #expect(notices.map(\.telling) == [1])
        #expect(decision.port.tellings == 1)
        let again = try NoticeRules.tellAgain(decision.port, region: "eu-central-1")
        #expect(again.port.tellings == 2)
        #expect(again.history.map(\.action) == [.noticeSent])
        guard case .offerToAccept(let second) = again.messages.first else { throw Missing() }
        #expect(second.telling == 2)
        var accepted = decision.port
        accepted.axes.acceptance = .confirmed
        #expect(
            refusal { () throws(Refusal) in try NoticeRules.tellAgain(accepted, region: "eu-central-1") }?.code == .offerNotPending)
    }

    @Test("R-055, R-056: the partner tags what it pays for, and nothing else") func tags() throws {
        let port = try offered(payer: .partner).port
        let tagged = try PayerRules.tag(port, setting: ["a": "1", "b": "2"], removing: [])
        #expect(tagged.history.map(\.detail) == ["a=1, b=2"])
        let changed = try PayerRules.tag(tagged.port, setting: ["b": "3"], removing: ["a", "never"])
        #expect(changed.port.tags.values == ["b": "3"])
        #expect(try PayerRules.tag(changed.port, setting: ["b": "3"], removing: []).history.isEmpty)
        let tenants = try offered().port
        #expect(
            refusal { () throws(Refusal) in try PayerRules.tag(tenants, setting: ["a": "1"], removing: []) }?.code
                == .tagsBelongToPayer)
        var ended = port
        ended.axes.acceptance = .withdrawn
        #expect(refusal { () throws(Refusal) in try PayerRules.tag(ended, setting: ["a": "1"], removing: []) }?.code == .portEnded)
    }

    @Test("R-043, A-07: the payer stays as offered, in every state of the port") func payer() throws {
        for payer in PayingParty.allCases {
            var port = try offered(payer: payer).port
            let other: PayingParty = payer == .partner ? .tenant : .partner
            for acceptance in Acceptance.allCases {
                port.axes.acceptance = acceptance
                let refused = refusal { () throws(Refusal) in try PayerRules.changePayer(port, to: other) }
                #expect(refused?.code == .payerFixed)
                #expect(refused?.next == "Delete the port and offer it again with the other payer")
                #expect(try PayerRules.changePayer(port, to: payer) == SupplyDecision(port))
            }
        }
    }

    @Test("R-053: a circuit's bandwidth does not go below what its connections hold; in use it stays in service")
    func circuitChange() throws {
        var used = circuit()
        used.allocated = 300
        used.connections = 1
        func change(_ change: CircuitChange, namesake: Circuit? = nil) throws(Refusal) -> Circuit {
            try CircuitRules.change(used, change, namesake: namesake, limits: .none)
        }
        #expect(refusal { () throws(Refusal) in try change(CircuitChange(capacityMbps: 299)) }?.code == .insufficientBandwidth)
        #expect(refusal { () throws(Refusal) in try change(CircuitChange(capacityMbps: 0)) }?.code == .invalidValue)
        #expect(try change(CircuitChange(capacityMbps: 300)).capacity.megabitsPerSecond == 300)
        #expect(refusal { () throws(Refusal) in try change(CircuitChange(isDeployed: false)) }?.code == .circuitInUse)
        #expect(try change(CircuitChange(name: "FRA-2")).name == "FRA-2")
        #expect(refusal { () throws(Refusal) in try change(CircuitChange(name: "")) }?.code == .missingField)
        var other = circuit()
        other.id = id(9)
        other.name = "FRA-2"
        let taken = refusal { () throws(Refusal) in try change(CircuitChange(name: "FRA-2"), namesake: other) }
        #expect(taken?.code == .circuitExists)
        #expect(taken?.object == other.id.description)
    }
}
