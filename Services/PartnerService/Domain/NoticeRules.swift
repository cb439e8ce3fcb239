public import HostedConnection
import Schema

/// Telling the tenant that a port waits for it.
public enum NoticeRules {
    /// Adds the notification to the decision, and counts it.
    static func tell(_ decision: inout SupplyDecision, region: String) {
        decision.port.tellings += 1
        let port = decision.port
        var message = OfferToAccept()
        message.accountID = port.tenant
        message.portID = port.id
        message.partnerAccountID = port.partner
        message.mustPay = port.payer == .tenant
        message.bandwidthMbps = port.bandwidth.megabitsPerSecond
        message.region = region
        message.telling = port.tellings
        decision.messages.append(.offerToAccept(message))
    }

    /// The partner has the tenant told once more.
    /// - Throws: ``RefusalCode/offerNotPending`` for a port that the tenant has not to accept any more.
    public static func tellAgain(_ port: SuppliedPort, region: String) throws(Refusal) -> SupplyDecision {
        guard port.axes.acceptance == .unconfirmed else {
            throw Refusal(
                .offerNotPending, "The offer of port \(port.id) is \(port.axes.acceptance.name)", field: "portId",
                object: port.id.description, next: "Only a tenant that has not answered yet is told again")
        }
        var decision = SupplyDecision(port)
        tell(&decision, region: region)
        decision.history.append(HistoryNote(.noticeSent, detail: "telling \(decision.port.tellings)"))
        return decision
    }
}
