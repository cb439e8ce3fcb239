import BillingSimulator
import HostedConnection
import Messaging
import PartnerDomain
import PartnerService
import Saga
import SagaRecords
import Schema
import ServiceTesting
import TenantDomain
import TenantService
import Testing
import TransformationSaga

@Suite("Transformations over both services")
struct TransformationFlowTests {
    @Test("R-110, R-118 – R-125: from the pushed VBR to the shared port, whoever pays", arguments: [Payer.tenant, .partner])
    func complete(_ payer: Payer) throws {
        let network = try Network()
        let circuit = try network.circuit(capacity: 200)
        let vbr = try network.pushedVBR(circuit, feePayer: payer)
        let untouched = try UntouchedVBR(vbr, on: circuit, network)

        let port = try network.beginTransformation(of: vbr, payer: payer)
        let offered = try #require(try network.tenantView(port, of: Network.tenantCaller))
        #expect(offered.vlanID == 700 && offered.bandwidthMbps == 200 && offered.acceptance == "unconfirmed")
        try untouched.expectUntouched(in: network)
        #expect(try network.partnerView(of: vbr)?.fee?.state == "running", "R-119")

        try network.accept(port)
        try network.settle()
        #expect(try network.partnerView(port)?.billing == "paid")
        #expect(try network.partnerView(port)?.waitingFor == "the partner to confirm")
        #expect(try network.tenantView(port)?.service == "allocated", "R-122: not before the partner confirms")
        try untouched.expectUntouched(in: network)

        try network.partner.ok(network.confirm(vbr))
        try network.settle()
        try untouched.expectUntouched(on: port, in: network)
        for view in [try network.partnerView(port), try network.tenantView(port)] {
            let view = try #require(view)
            #expect(view.service == "enabled" && view.association == "associated" && view.vbrID == vbr)
            #expect(!view.sagaID.isSet && view.waitingFor.isEmpty)
        }
        let saga = try #require(try network.transformation(of: vbr))
        #expect(saga.phase == "completed" && saga.step == "fee")
        let pushed = try #require(try network.partnerView(of: vbr))
        #expect(pushed.portID == port && pushed.attachedAt != nil && !pushed.sagaID.isSet)
        #expect(pushed.fee?.state == "stopped")
        #expect(try network.ledger().filter { $0.portID == port }.map(\.outcome) == ["settled"])
    }

    @Test("R-127: confirming again changes nothing and is answered alike") func confirmTwice() throws {
        let network = try Network()
        let vbr = try network.pushedVBR(try network.circuit())
        try network.accept(try network.beginTransformation(of: vbr))
        try network.settle()
        let first = try network.partner.ok(network.confirm(vbr), as: PushedVBRView.self)
        let second = try network.partner.ok(network.confirm(vbr), as: PushedVBRView.self)
        #expect(first == second)
        try network.settle()
        let before = try network.partnerView(of: vbr)
        let third = try network.partner.ok(network.confirm(vbr), as: PushedVBRView.self)
        #expect(third == before)
        #expect(try network.sagas().count == 1)
    }

    @Test("R-120: before the acceptance, and before the payment, it cannot be confirmed") func order() throws {
        let network = try Network(declining: Network.decliningAll)
        let vbr = try network.pushedVBR(try network.circuit())
        #expect(try network.partner.refusal(network.confirm(vbr)).error.code == "no_change_in_progress")
        let port = try network.beginTransformation(of: vbr)
        #expect(try network.partner.refusal(network.confirm(vbr)).error.code == "offer_not_accepted")
        try network.accept(port)
        try network.settle()
        #expect(try network.partner.refusal(network.confirm(vbr)).error.code == "port_not_paid")
        #expect(try network.transformation(of: vbr)?.step == "payment")
        #expect(try network.transformation(of: vbr)?.waitingFor.contains("declined") == true)
    }

    @Test("R-121: for anybody but the circuit's partner there is nothing to confirm, transform or cancel") func others() throws {
        let network = try Network()
        let vbr = try network.pushedVBR(try network.circuit())
        for caller in [Network.tenantCaller, .account(Network.otherCarrier), .account(Network.otherCustomer)] {
            #expect(try network.partner.refusal(network.transform(vbr, by: caller)).status == 404)
        }
        try network.accept(try network.beginTransformation(of: vbr))
        try network.settle()
        for caller in [Network.tenantCaller, .account(Network.otherCarrier), .account(Network.otherCustomer)] {
            #expect(try network.partner.refusal(network.confirm(vbr, by: caller)).status == 404)
        }
        #expect(try network.transformation(of: vbr)?.step == "confirmation")
    }

    @Test("R-111 – R-117: what is in the way is named, all of it") func preconditions() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let vbr = try network.partner.ok(
            PartnerCommand(.pushVBRs([network.pushInput(circuit, bandwidth: nil)]), by: Network.partnerCaller), as: PushedVBRView.self
        ).vbrID
        try network.settle()
        let refused = try network.partner.refusal(network.transform(vbr, payer: .partner)).error
        #expect(refused.code == "tenant_not_informed")
        #expect(refused.next.hasSuffix("also in the way: outbound_billing_off, bandwidth_not_set, payer_not_permitted"))
        #expect(try network.sagas().isEmpty)
    }

    @Test(
        "R-126: the payer of a prepaid fee can apply for a refund when it is complete, and gets one", arguments: [Payer.tenant, .partner])
    func feeRefund(_ payer: Payer) throws {
        let network = try Network()
        let vbr = try network.pushedVBR(try network.circuit(), feePayer: payer)
        func apply() throws -> CommandAnswer {
            payer == .partner
                ? try network.partner.answer(
                    PartnerCommand(.refundFees([VBRFeeRefundInput(vbrID: vbr)]), by: Network.partnerCaller))
                : try network.tenant.answer(
                    TenantCommand(.refundFees([VBRFeeRefundInput(vbrID: vbr)]), by: Network.tenantCaller))
        }
        #expect(try apply().status == 409, "the fee still runs")
        try network.accept(try network.beginTransformation(of: vbr))
        try network.settle()
        try network.partner.ok(network.confirm(vbr))
        try network.settle()
        #expect(try network.refunds() == 0, "it is not automatic")
        for _ in 0..<2 { #expect(try apply().status == 200) }
        try network.settle()
        #expect(try network.refunds() == 1)
    }

    @Test("While it runs, the VBR's bandwidth, termination and deletion are refused, and the refusal names it") func busy() throws {
        let network = try Network()
        let vbr = try network.pushedVBR(try network.circuit())
        _ = try network.beginTransformation(of: vbr)
        let saga = try #require(try network.transformation(of: vbr)).sagaID
        let order = [PushedVBROrderInput(vbrID: vbr)]
        for action in [
            PartnerCommand.Action.setPushedBandwidths([PushedVBRBandwidthInput(vbrID: vbr, bandwidthMbps: 500)]), .terminatePushed(order),
            .deletePushed(order), .transform([TransformationInput(vbrID: vbr)]),
        ] {
            let refused = try network.partner.refusal(PartnerCommand(action, by: Network.partnerCaller)).error
            #expect(refused.code == "saga_running" && refused.object == saga.description)
        }
    }
}

@Suite("Transformations that turn back")
struct TransformationCompensationTests {
    private let lifetime = Duration.seconds(3_600)

    private func network(declining rule: DeclineRule = .never) throws -> Network {
        try Network(
            declining: rule, policy: PartnerPolicy(mayWithdraw: true, offerLifetime: lifetime, hasAccessDevices: true),
            demand: TenantPolicy(mayReject: true))
    }

    @Test("Rejected by the tenant", arguments: [Payer.tenant, .partner])
    func rejected(_ payer: Payer) throws {
        let network = try network()
        let circuit = try network.circuit()
        let vbr = try network.pushedVBR(circuit)
        let untouched = try UntouchedVBR(vbr, on: circuit, network)
        let port = try network.beginTransformation(of: vbr, payer: payer)
        try network.tenant.ok(
            TenantCommand(.reject([RejectionInput(portID: port, reason: "too dear")]), by: Network.tenantCaller))
        try network.settle()
        try untouched.expectTakenBack(port, as: "rejected", in: network)
        #expect(try network.transformation(of: vbr)?.reason == "the port is rejected: too dear")
        #expect(try network.refunds() == (payer == .partner ? 1 : 0))
        let again = try network.beginTransformation(of: vbr)
        #expect(again != port && again.isSet, "and it can begin anew on the same connection")
        try network.accept(again)
        try network.settle()
        try network.partner.ok(network.confirm(vbr))
        try network.settle()
        try untouched.expectUntouched(on: again, in: network)
    }

    @Test("Withdrawn by the partner, or cancelled", arguments: [Payer.tenant, .partner], [true, false])
    func withdrawn(_ payer: Payer, _ isWithdrawal: Bool) throws {
        let network = try network()
        let circuit = try network.circuit()
        let vbr = try network.pushedVBR(circuit)
        let untouched = try UntouchedVBR(vbr, on: circuit, network)
        let port = try network.beginTransformation(of: vbr, payer: payer)
        try network.partner.ok(
            isWithdrawal
                ? PartnerCommand(.withdraw([WithdrawalInput(portID: port, reason: "a mistake")]), by: Network.partnerCaller)
                : network.cancel(vbr, reason: "a mistake"))
        try network.settle()
        try untouched.expectTakenBack(port, as: "withdrawn", in: network)
        #expect(try network.refunds() == (payer == .partner ? 1 : 0))
    }

    @Test("Expired: nobody took the offer in its time", arguments: [Payer.tenant, .partner])
    func expired(_ payer: Payer) throws {
        let network = try network()
        let circuit = try network.circuit()
        let vbr = try network.pushedVBR(circuit)
        let untouched = try UntouchedVBR(vbr, on: circuit, network)
        let port = try network.beginTransformation(of: vbr, payer: payer)
        #expect(try network.transformation(of: vbr)?.deadline != nil)
        try network.pass(lifetime - .seconds(10))
        #expect(try network.transformation(of: vbr)?.step == "acceptance")
        try network.pass(.seconds(20))
        try untouched.expectTakenBack(port, as: "lapsed", in: network)
    }

    @Test("Cancelled after the payment: it is refunded, once", arguments: [Payer.tenant, .partner])
    func cancelledAfterPayment(_ payer: Payer) throws {
        let network = try network()
        let circuit = try network.circuit()
        let vbr = try network.pushedVBR(circuit)
        let untouched = try UntouchedVBR(vbr, on: circuit, network)
        let port = try network.beginTransformation(of: vbr, payer: payer)
        try network.accept(port)
        try network.settle()
        try network.partner.ok(network.cancel(vbr))
        try network.settle()
        try untouched.expectTakenBack(port, as: "withdrawn", in: network)
        #expect(try network.refunds() == 1)
    }

    @Test("A declined payment waits with its reason and can be tried again, until its time is over", arguments: [Payer.tenant, .partner])
    func declined(_ payer: Payer) throws {
        let network = try network(declining: Network.decliningAll)
        let circuit = try network.circuit()
        let vbr = try network.pushedVBR(circuit)
        let untouched = try UntouchedVBR(vbr, on: circuit, network)
        let port = try network.beginTransformation(of: vbr, payer: payer)
        try network.accept(port)
        try network.settle()
        #expect(try network.transformation(of: vbr)?.trouble.hasPrefix("the charge is declined") == true)
        try network.pass(.seconds(86_400))
        #expect(try network.transformation(of: vbr)?.step == "payment")
        try network.pass(PartnerPolicy.standard.transformationPaymentTime)
        try untouched.expectTakenBack(port, as: "withdrawn", in: network)
        #expect(try network.transformation(of: vbr)?.reason.contains("the charge is declined") == true)
        #expect(try network.refunds() == 0)
    }

    @Test("Deleted under it by whoever pays", arguments: [Payer.tenant, .partner])
    func deleted(_ payer: Payer) throws {
        let network = try network()
        let circuit = try network.circuit()
        let vbr = try network.pushedVBR(circuit)
        let untouched = try UntouchedVBR(vbr, on: circuit, network)
        let port = try network.beginTransformation(of: vbr, payer: payer)
        try network.accept(port)
        try network.settle()
        let input = [DeletionInput(portID: port)]
        if payer == .tenant {
            try network.tenant.ok(TenantCommand(.delete(input), by: Network.tenantCaller))
        } else {
            try network.partner.ok(PartnerCommand(.delete(input), by: Network.partnerCaller))
        }
        try network.settle()
        try untouched.expectTakenBack(port, as: "withdrawn", in: network)
        #expect(try network.refunds() == 1)
    }

    @Test("A deletion that crosses the confirmation is refused, and the port is in use", arguments: [Payer.tenant, .partner])
    func crossing(_ payer: Payer) throws {
        let network = try network()
        let circuit = try network.circuit()
        let vbr = try network.pushedVBR(circuit)
        let untouched = try UntouchedVBR(vbr, on: circuit, network)
        let port = try network.beginTransformation(of: vbr, payer: payer)
        try network.accept(port)
        try network.settle()
        try network.partner.ok(network.confirm(vbr))
        let input = [DeletionInput(portID: port)]
        if payer == .tenant {
            try network.tenant.ok(TenantCommand(.delete(input), by: Network.tenantCaller), crossing: true)
        } else {
            #expect(try network.partner.refusal(PartnerCommand(.delete(input), by: Network.partnerCaller)).error.code == "saga_past_return")
        }
        #expect(try network.partner.refusal(network.cancel(vbr)).error.code == "saga_past_return")
        try network.settle()
        try untouched.expectUntouched(on: port, in: network)
        #expect(try network.transformation(of: vbr)?.phase == "completed")
        #expect(try network.tenantView(port)?.service == "enabled")
        try network.expectNoDeadLetters()
    }

    @Test("An acceptance that crosses the withdrawal: what it paid, or may have paid, comes back once")
    func crossingAcceptance() throws {
        let network = try network()
        let circuit = try network.circuit()
        let vbr = try network.pushedVBR(circuit)
        let untouched = try UntouchedVBR(vbr, on: circuit, network)
        let port = try network.beginTransformation(of: vbr)
        try network.accept(port)
        try network.partner.ok(network.cancel(vbr), crossing: true)
        try network.settle()
        try untouched.expectTakenBack(port, as: "withdrawn", in: network)
    }

    @Test(
        "A refund that does not come is asked for again, then an operator is called, who has it tried again",
        arguments: [Payer.tenant, .partner])
    func refundMissing(_ payer: Payer) throws {
        let network = try network()
        let circuit = try network.circuit()
        let vbr = try network.pushedVBR(circuit)
        let untouched = try UntouchedVBR(vbr, on: circuit, network)
        let port = try network.beginTransformation(of: vbr, payer: payer)
        try network.accept(port)
        try network.settle()
        network.isBillingSilent = true
        try network.partner.ok(network.cancel(vbr))
        try network.settle()
        #expect(try network.transformation(of: vbr)?.phase == "compensating")
        try untouched.expectUntouched(in: network)
        for _ in 0..<8 { try network.pass(.seconds(3_600)) }
        let stuck = try #require(try network.transformation(of: vbr))
        #expect(stuck.phase == "needs_operator")
        #expect(try network.partner.refusal(network.transform(vbr)).error.code == "saga_running")
        network.isBillingSilent = false
        try network.partner.ok(PartnerCommand(.direct(stuck.sagaID, .resume(reason: "billing is back")), by: Network.staff))
        try network.settle()
        try untouched.expectTakenBack(port, as: "withdrawn", in: network)
        #expect(try network.refunds() == 1)
    }

    @Test("Nobody can take the place of tenant, payer or partner") func directed() throws {
        let network = try network()
        let vbr = try network.pushedVBR(try network.circuit())
        _ = try network.beginTransformation(of: vbr)
        let saga = try #require(try network.transformation(of: vbr)).sagaID
        for input in [SagaInput.markDone(reason: "as if"), .skip(reason: "as if")] {
            #expect(try network.partner.refusal(PartnerCommand(.direct(saga, input), by: Network.staff)).status == 409)
        }
        #expect(try network.transformation(of: vbr)?.step == "acceptance")
    }
}
