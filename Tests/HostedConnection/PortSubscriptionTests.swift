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
        #expect(state.settle(charge: charge, amount: amount, paidUntil: Instant(seconds: 9), version: 1) == .applied)
        #expect(state.charge == .settled)
        #expect(state.settle(charge: charge, amount: amount, paidUntil: Instant(seconds: 9), version: 1) == .repeated)
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
        #expect(state.settle(charge: subscription.charge(attempt: 2), amount: amount, paidUntil: nil, version: 1) == .applied)
    }

    @Test("a charge that has ended one way can't end another")
    func contradictions() throws {
        var state = try requested()
        let charge = subscription.charge(attempt: 1)
        #expect(state.settle(charge: charge, amount: amount, paidUntil: nil, version: 1) == .applied)
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
        let fold = state.settle(charge: other.charge(attempt: 1), amount: amount, paidUntil: nil, version: 1)
        guard case .contradiction = fold else {
            Issue.record("expected a contradiction, got \(fold)")
            return
        }
    }

    @Test("an attempt made before a restore is billing's to tell")
    func unknownAttempt() throws {
        var state = try requested()
        #expect(state.settle(charge: subscription.charge(attempt: 2), amount: amount, paidUntil: nil, version: 1) == .applied)
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
        guard case .contradiction = state.refund(amount) else {
            Issue.record("a charge that is not settled was refunded")
            return
        }
        #expect(state.settle(charge: subscription.charge(attempt: 1), amount: amount, paidUntil: nil, version: 1) == .applied)
        #expect(state.refund(amount) == .applied)
        #expect(state.refund(amount) == .repeated)
    }

    @Test("R-176, A-39: a refund asked for before billing has answered tells by its amount if anything was paid")
    func openRefund() throws {
        for (amount, billing) in [(amount, BillingState.refunded), (.none, .unpaid)] {
            var state = try requested()
            let charge = subscription.charge(attempt: 1)
            #expect(state.requestRefund() == charge)
            #expect(state.refund(amount) == .applied)
            #expect(state.refund(amount) == .repeated)
            #expect(state.billing == billing)
            #expect(state.requestRefund() == nil)
            var copy = PortSubscription(id: subscription)
            #expect(copy.hearRefunded(charge, amount) == .applied)
            #expect(copy.hearRefunded(charge, amount) == .repeated)
            #expect(copy.billing == billing)
        }
    }

    private func paid() throws -> PortSubscription {
        var state = try requested()
        #expect(
            state.settle(charge: subscription.charge(attempt: 1), amount: amount, paidUntil: Instant(seconds: 200), version: 1) == .applied)
        return state
    }

    @Test("R-182: payment, expiry and renewal come to the same in whatever order they are told, and how often")
    func anyOrder() throws {
        let charge = subscription.charge(attempt: 1)
        let facts: [(inout PortSubscription) -> Void] = [
            { _ = $0.settle(charge: charge, amount: self.amount, paidUntil: Instant(seconds: 200), version: 1) },
            { _ = $0.expire(at: Instant(seconds: 200), version: 2) },
            { _ = $0.renew(paidUntil: Instant(seconds: 300), version: 3) },
            { _ = $0.expire(at: Instant(seconds: 300), version: 4) },
        ]
        for count in 1...facts.count {
            var expected = try requested()
            for fact in facts[..<count] { fact(&expected) }
            for order in permutations(Array(0..<count)) {
                var state = try requested()
                for number in order + order.prefix(1) { facts[number](&state) }
                // The time of the expiry that counts is the first one told of since the last payment.
                #expect(state.billing == expected.billing, "\(order)")
                #expect(state.version == expected.version)
                #expect(state.paidUntil == expected.paidUntil)
                #expect(state.settledAttempts == expected.settledAttempts)
            }
        }
    }

    private func permutations(_ items: [Int]) -> [[Int]] {
        guard items.count > 1 else { return [items] }
        return items.flatMap { first in permutations(items.filter { $0 != first }).map { [first] + $0 } }
    }

    @Test("An expiry is not undone by an older payment, and a lock lies over it")
    func expiryAndLock() throws {
        var state = try requested()
        #expect(state.expire(at: Instant(seconds: 200), version: 5) == .applied)
        #expect(state.billing == .unpaid)
        #expect(state.settle(charge: subscription.charge(attempt: 1), amount: amount, paidUntil: nil, version: 4) == .applied)
        #expect(state.billing == .expired)
        state.isLocked = true
        #expect(state.billing == .locked)
        #expect(state.renew(paidUntil: Instant(seconds: 300), version: 6) == .applied)
        #expect(state.billing == .locked)
        state.isLocked = false
        #expect(state.billing == .paid)
        #expect(state.refund(amount) == .applied)
        #expect(state.expire(at: Instant(seconds: 300), version: 9) == .repeated)
        #expect(state.renew(paidUntil: nil, version: 10) == .repeated)
        #expect(state.billing == .refunded)
    }

    @Test("A declined upgrade leaves what is paid paid; the refund after it is one")
    func declinedUpgrade() throws {
        var state = try paid()
        let upgrade = try state.requestUpgrade()
        #expect(state.billing == .paid)
        #expect(state.decline(charge: upgrade, reason: "no funds") == .applied)
        #expect(state.billing == .paid)
        #expect(state.isInForce)
        #expect(state.requestRefund() == upgrade)
        #expect(state.requestRefund() == nil)
        #expect(!state.isInForce)
        #expect(state.billing == .paid)
    }

    @Test("The other party's payments fold by charge: none is undone by another one's outcome")
    func otherParty() throws {
        var copy = PortSubscription(id: subscription)
        let charges = (1...3).map { subscription.charge(attempt: $0) }
        #expect(copy.hearDeclined(charges[0], reason: "no funds") == .applied)
        #expect(copy.billing == .unpaid)
        #expect(copy.hearSettled(charges[1], amount: amount, paidUntil: Instant(seconds: 200)) == .applied)
        #expect(copy.hearSettled(charges[1], amount: amount, paidUntil: Instant(seconds: 200)) == .repeated)
        #expect(copy.hearDeclined(charges[0], reason: "late") == .repeated)
        #expect(copy.hearDeclined(charges[2], reason: "no funds") == .applied)
        #expect(copy.billing == .paid)
        #expect(copy.declineReason == "no funds")
        guard case .contradiction = copy.hearDeclined(charges[1], reason: "late") else {
            Issue.record("a settled charge was declined")
            return
        }
        #expect(copy.hearRefunded(charges[2], amount) == .applied)
        #expect(copy.hearSettled(charges[2], amount: amount, paidUntil: nil) == .repeated)
        #expect(copy.hearDeclined(charges[2], reason: "late") == .repeated)
        #expect(copy.billing == .refunded)
    }
}
