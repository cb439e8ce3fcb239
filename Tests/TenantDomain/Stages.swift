import HostedConnection
import Schema
import TenantDomain
import Testing

/// A port in normal use.
func active(payer: Payer) throws -> DemandedPort {
    if payer == .tenant { return try active() }
    var port = try AcceptanceRules.accept(try offered(payer: .partner), now: now).port
    let paid = PaymentResult(
        portID: port.id, subscriptionID: SubscriptionID(of: port.id), chargeID: SubscriptionID(of: port.id).charge(attempt: 1),
        outcome: .settled, amountMinor: 24_000, currency: "EUR")
    port = try TenantPaymentRules.partnerPaid(port, paid, now: now).port
    return try AcceptanceRules.activated(port, activation(), now: now).port
}

/// A port in normal use with its VBR.
func withVBR(payer: Payer = .tenant) throws -> (port: DemandedPort, vbr: VirtualBorderRouter) {
    let decision = try VBRRules.create(form(), on: try active(payer: payer), id: id(3), now: now)
    guard let vbr = decision.vbr else { throw Missing() }
    return (decision.port, vbr)
}

extension DemandDecision {
    /// The names of the messages it sends.
    var sent: [String] { messages.map { String("\($0)".prefix { $0 != "(" }) } }
}

/// The refusal of a body that may throw other things too; a test that gets none fails.
func objection<Value>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Value) -> Refusal? {
    do {
        _ = try body()
        Issue.record("nothing was refused", sourceLocation: sourceLocation)
    } catch let refusal as Refusal {
        return refusal
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
    return nil
}
