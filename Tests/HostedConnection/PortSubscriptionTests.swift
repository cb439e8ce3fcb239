import HostedConnection
import Testing

@Suite("Subscriptions fold billing's events by charge")
struct PortSubscriptionTests {
    private let subscription: SubscriptionID = {
        var mint = IdentifierMint { 42 }
        return mint.mint(at: Instant(seconds: 100))
    }()
    private let amount = Amount(minor: 9900, currency: "CNY")

    private func requested() throws -> PortSubscription {
        var state = PortSubscription(id: subscription)
        #expect(try state.requestCharge() == subscription.charge(attempt: 1))
        return state
    }

    @Test("R-075: a charge settles once, whatever is repeated")
    func settlesOnce() throws {
        var state = try requested()
        let charge = subscription.charge(attempt: 1)
        #expect(state.settle(charge: charge, amount: amount, paidUntil: Instant(seconds: 9)) == .applied)
        #expect(state.charge == .settled)
        #expect(state.settle(charge: charge, amount: amount, paidUntil: Instant(seconds: 9)) == .repeated)
        #expect(state.amount == amount)
        #expect(throws: Refusal.self) { try state.requestCharge() }
    }

    @Test("a declined charge says why and can be tried again under a new id")
    func declinedThenSettled() throws {
        var state = try requested()
        #expect(state.decline(charge: subscription.charge(attempt: 1), reason: "no funds") == .applied)
        #expect(state.declineReason == "no funds")
        #expect(try state.requestCharge() == subscription.charge(attempt: 2))
        #expect(state.declineReason.isEmpty)
        // The first answer once more, late: it is known.
        #expect(state.decline(charge: subscription.charge(attempt: 1), reason: "no funds") == .repeated)
        #expect(state.settle(charge: subscription.charge(attempt: 2), amount: amount, paidUntil: nil) == .applied)
    }

    @Test("a charge that has ended one way can't end another")
    func contradictions() throws {
        var state = try requested()
        let charge = subscription.charge(attempt: 1)
        #expect(state.settle(charge: charge, amount: amount, paidUntil: nil) == .applied)
        let declined = state.decline(charge: charge, reason: "late")
        guard case .contradiction = declined else {
            Issue.record("expected a contradiction, got \(declined)")
            return
        }
        #expect(state.charge == .settled)
    }

    @Test("a charge of another subscription is a contradiction")
    func foreignCharge() throws {
        var state = try requested()
        var mint = IdentifierMint { 43 }
        let other: SubscriptionID = mint.mint(at: Instant(seconds: 101))
        let fold = state.settle(charge: other.charge(attempt: 1), amount: amount, paidUntil: nil)
        guard case .contradiction = fold else {
            Issue.record("expected a contradiction, got \(fold)")
            return
        }
    }

    @Test("an attempt made before a restore is billing's to tell")
    func unknownAttempt() throws {
        var state = try requested()
        #expect(state.settle(charge: subscription.charge(attempt: 2), amount: amount, paidUntil: nil) == .applied)
        #expect(state.attempt == 2)
    }

    @Test("no second attempt while the first is open")
    func oneAtATime() throws {
        var state = try requested()
        let refusal = #expect(throws: Refusal.self) { try state.requestCharge() }
        #expect(refusal?.code == .chargeNotRetriable)
    }

    @Test("R-176: one refund, and only of what was paid")
    func refund() throws {
        var state = try requested()
        guard case .contradiction = state.refund() else {
            Issue.record("a charge that is not settled was refunded")
            return
        }
        #expect(state.settle(charge: subscription.charge(attempt: 1), amount: amount, paidUntil: nil) == .applied)
        #expect(state.refund() == .applied)
        #expect(state.refund() == .repeated)
    }
}
