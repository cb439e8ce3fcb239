import HostedConnection
import Schema
import TenantDomain
import Testing

@Suite("VBRs that a partner has pushed, on the tenant's side")
struct PushedConnectionTests {
    private func push(bandwidth: UInt32? = 200, payer: Payer = .tenant, isPrepaid: Bool = true) -> VBRPushed {
        VBRPushed(
            connectionID: ConnectionID(id(9, VBRKind.self)), vbrID: id(9), circuitID: id(1), partnerAccountID: partnerID,
            tenantAccountID: tenantID, region: "eu-central-1", accessPoint: "Frankfurt A", vlanID: 100, bandwidthMbps: bandwidth,
            name: "edge", cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252", feePayer: payer,
            feePrepaid: isPrepaid)
    }

    private func pushed(_ event: VBRPushed? = nil) throws(Refusal) -> PushedConnectionDecision {
        try PushedConnectionRules.pushed(event ?? push(), now: now)
    }

    private func change(_ body: (inout VBRChange) -> Void) -> VBRChange {
        var change = VBRChange()
        body(&change)
        return change
    }

    @Test("R-110: a pushed VBR is there, in use and on no port") func arrives() throws {
        let decision = try pushed()
        #expect(!decision.vbr.port.isSet)
        #expect(decision.vbr.state == .enabled)
        #expect(decision.vbr.bandwidth == Bandwidth(megabitsPerSecond: 200))
        #expect(decision.pushed.fee == VBRFee(payer: .tenant, isPrepaid: true))
        #expect(try pushed(push(bandwidth: nil)).vbr.bandwidth == nil)
        var stray = push()
        stray.connectionID = ConnectionID(id(2, PortKind.self))
        #expect(refusal { () throws(Refusal) in try pushed(stray) }?.code == .contradictsState)
    }

    @Test("The partner's changes are followed, once each") func follows() throws {
        let first = try pushed()
        let event = PushedVBRChanged(vbrID: id(9), status: .terminated, bandwidthMbps: 300)
        let changed = try PushedConnectionRules.changed(first.pushed, first.vbr, event)
        #expect(changed.vbr.state == .terminated)
        #expect(changed.vbr.bandwidth == Bandwidth(megabitsPerSecond: 300))
        #expect(changed.history.map(\.action) == [.vbrTerminated, .vbrChanged])
        let again = try PushedConnectionRules.changed(changed.pushed, changed.vbr, event)
        #expect(again == PushedConnectionDecision(changed.pushed, changed.vbr))
    }

    @Test("R-177: a fee that the tenant pays ends with the VBR; one that the partner pays is the partner's to end") func deleted() throws {
        for payer in [Payer.tenant, .partner] {
            let first = try pushed(push(payer: payer))
            let gone = try PushedConnectionRules.deleted(first.pushed, first.vbr, now: later)
            #expect(gone.vbr.state == .deleted)
            #expect(gone.pushed.fee.state == .stopped)
            #expect(gone.messages.count == (payer == .tenant ? 1 : 0))
            #expect(
                try PushedConnectionRules.deleted(gone.pushed, gone.vbr, now: later)
                    == PushedConnectionDecision(gone.pushed, gone.vbr))
        }
    }

    @Test("The tenant may name it and set what any VBR has; VLAN, bandwidth and deletion are the partner's (R-077)") func modify() throws {
        let first = try pushed()
        let named = try PushedConnectionRules.modify(
            first.pushed, first.vbr,
            change {
                $0.name = "edge of Birch"
                $0.detection = FailureDetection(multiplier: 3, minRx: 200, minTx: 200)
                $0.vlan = 100
                $0.bandwidthMbps = 200
            })
        #expect(named.vbr.name == "edge of Birch")
        #expect(named.vbr.detection.multiplier == 3)
        func refused(_ body: (inout VBRChange) -> Void) -> RefusalCode? {
            refusal { () throws(Refusal) in try PushedConnectionRules.modify(first.pushed, first.vbr, change(body)) }?.code
        }
        #expect(refused { $0.vlan = 101 } == .vlanFixedByPartner)
        #expect(refused { $0.bandwidthMbps = 100 } == .setByPartner)
        #expect(refused { $0.region = "us-west-1" } == .regionMismatch)
        #expect(refused { $0.enablesIPv6 = true } == .missingField)
        let deletion = refusal { () throws(Refusal) in try PushedConnectionRules.delete(first.pushed, first.vbr) }
        #expect(deletion?.code == .setByPartner)
        #expect(deletion?.next == "Ask the partner \(partnerID)")
        var gone = first.vbr
        gone.state = .deleted
        #expect(try PushedConnectionRules.delete(first.pushed, gone) == PushedConnectionDecision(first.pushed, gone))
    }

    @Test("R-126: the paying tenant applies for the refund when its fee has ended, once") func refund() throws {
        let first = try pushed()
        #expect(
            refusal { () throws(Refusal) in try PushedConnectionRules.refundFee(first.pushed, first.vbr) }?.code == .feeNotRefundable)
        var ended = first
        ended.pushed.fee.state = .stopped
        let asked = try PushedConnectionRules.refundFee(ended.pushed, ended.vbr)
        #expect(asked.pushed.fee.state == .refundAsked)
        #expect(asked.messages.count == 1)
        #expect(
            try PushedConnectionRules.refundFee(asked.pushed, asked.vbr) == PushedConnectionDecision(asked.pushed, asked.vbr))
        let event = RefundSettled(
            subscriptionID: SubscriptionID(feeOf: id(9)), payerAccountID: tenantID, version: 1, amountMinor: 0, currency: "EUR")
        #expect(try PushedConnectionRules.feeRefunded(asked.pushed, asked.vbr, event).pushed.fee.state == .refunded)
    }

    // MARK: The port made of it

    /// An offer of a port made of the VBR.
    private func made(payer: Payer = .tenant) throws -> DemandedPort {
        var offer = announcement(payer: payer)
        offer.connectionID = ConnectionID(id(9, VBRKind.self))
        return try AcceptanceRules.offered(offer, now: now).port
    }

    private func paid() throws -> DemandedPort {
        let accepted = try AcceptanceRules.accept(try made(), now: now)
        #expect(
            accepted.messages.contains {
                if case .portAccepted(let told) = $0 { told.connectionID == accepted.port.connection } else { false }
            })
        return try TenantPaymentRules.folded(accepted.port, .settled(settled(accepted.port)), now: now).port
    }

    private let confirmation = PortConfirmed(portID: id(2), vbrID: id(9), sagaID: id(8))

    @Test("R-122, R-123: with the partner's confirmation VBR and port are associated, and nothing of the VBR changes") func associates()
        throws
    {
        let first = try pushed()
        let port = try paid()
        #expect(port.waitingFor == "the partner \(partnerID) to confirm the port")
        let (decision, after) = try AssociationRules.confirmed(port, first.pushed, first.vbr, confirmation, now: later)
        #expect(decision.port.axes.isActive)
        #expect(decision.port.vbr == first.vbr.id)
        var same = try #require(decision.vbr)
        #expect(same.port == port.id)
        same.port = .none
        #expect(same == first.vbr)
        #expect(after.fee.state == .stopped, "R-125")
        #expect(decision.messages.count == 2)
        guard case .vbrAssociated(let answer) = decision.messages.last else { throw Missing() }
        #expect(answer.sagaID == confirmation.sagaID)
        #expect(answer.bandwidthMbps == 200)
        let router = try #require(decision.vbr)
        let (again, unchanged) = try AssociationRules.confirmed(decision.port, after, router, confirmation, now: later)
        #expect(again.port == decision.port)
        #expect(again.messages == [.vbrAssociated(answer)], "R-127: asked again, the same is answered")
        #expect(unchanged == after)
    }

    @Test("R-120, R-122: nothing is associated with a port that is not accepted and paid, or not made of the VBR") func tooEarly() throws {
        let first = try pushed()
        for port in [try made(), try AcceptanceRules.accept(try made(), now: now).port] {
            #expect(
                refusal { () throws(Refusal) in
                    try AssociationRules.confirmed(port, first.pushed, first.vbr, confirmation, now: later).port
                }?.code == .contradictsState)
        }
        let ordinary = try offered()
        #expect(
            refusal { () throws(Refusal) in
                try AssociationRules.confirmed(ordinary, first.pushed, first.vbr, confirmation, now: later).port
            }?.code == .contradictsState)
        let waiting = try made()
        #expect(
            refusal { () throws(Refusal) in try VBRRules.create(form(), on: waiting, id: id(10), now: now) }?.code == .vbrFromTransformation
        )
    }

    @Test("After the offer's end the partner's side hears once that nothing is outstanding, and whether anything came back")
    func settledEnd() throws {
        func settle(_ decision: DemandDecision, since before: DemandedPort) -> [OfferEndSettled] {
            var decision = decision
            decision.messages = []
            AssociationRules.settleEnd(&decision, since: before)
            return decision.messages.compactMap { if case .offerEndSettled(let told) = $0 { told } else { nil } }
        }
        let untouched = try made()
        let ended = try OfferEndingRules.ended(untouched, OfferEnded(portID: id(2), ending: .withdrawn), now: later)
        #expect(settle(ended, since: untouched).map(\.refunded) == [false])
        #expect(settle(DemandDecision(ended.port), since: ended.port).isEmpty)

        let charged = try paid()
        let refused = try AcceptanceRules.refused(charged, AcceptRefused(portID: id(2), text: "gone"), now: later)
        #expect(settle(refused, since: charged).isEmpty, "the money is on its way")
        let refund = RefundSettled(
            subscriptionID: charged.subscription.id, payerAccountID: tenantID, version: 2, amountMinor: 24_000, currency: "EUR")
        let back = try TenantPaymentRules.folded(refused.port, .refunded(refund), now: later)
        #expect(settle(back, since: refused.port).map(\.refunded) == [true])
        let partners = try made(payer: .partner)
        #expect(
            settle(try OfferEndingRules.ended(partners, OfferEnded(portID: id(2), ending: .lapsed), now: later), since: partners).isEmpty)
    }
}
