import HostedConnection
import Testing

@Suite("Texts and histories")
struct HistoryAndTextTests {
    private let port = PortID(bits: ID128(milliseconds: 1, kind: PortKind.code, sequence: 2, random: 3))

    @Test("A port's subscription follows from the port, and the other way round") func subscriptionOfPort() {
        let subscription = SubscriptionID(of: port)
        #expect(subscription.port == port)
        #expect(SubscriptionID(subscription.description) == subscription)
        #expect(ChargeID(subscription.charge(attempt: 7).description)?.bits.attempt == 7)
        #expect(subscription.charge(attempt: 1) != subscription.charge(attempt: 2))
    }

    @Test("Lines of a history become sentences when they are read") func sentences() {
        let charge = SubscriptionID(of: port).charge(attempt: 1)
        #expect(HistoryNote(.chargeSettled, charge: charge, Amount(minor: 500, currency: "EUR")).sentence == "\(charge): 500 EUR")
        #expect(HistoryNote(.chargeDeclined, subject: charge.bits, detail: "No funds").sentence == "\(charge): No funds")
        #expect(HistoryNote(.chargeRequested, subject: charge.bits).sentence == "\(charge)")
        #expect(HistoryNote(.offered, detail: "VLAN 1").sentence == "VLAN 1")
        #expect(HistoryNote(.accepted).sentence == "")
    }

    @Test("Texts: limits count characters, NUL is refused") func texts() throws {
        try Refusal.check(String(repeating: "ü", count: 10), field: "name", limit: 10)
        #expect(throws: Refusal.self) { try Refusal.check(String(repeating: "ü", count: 11), field: "name", limit: 10) }
        #expect(throws: Refusal.self) { try Refusal.check("a\0", field: "name", limit: 10) }
    }

    @Test("States are found by their names") func states() {
        #expect(Acceptance(name: "withdrawn") == .withdrawn)
        #expect(BillingState(name: "Paid") == nil)
        for state in ServiceState.allCases { #expect(ServiceState(name: state.name) == state) }
        for state in VBRAssociation.allCases { #expect(VBRAssociation(name: state.name) == state) }
    }
}
