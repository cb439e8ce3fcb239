public import HostedConnection
public import Messaging
public import Schema

/// What a service asks of billing about a subscription.
public protocol BillingRequest: EventMessage {
    var subscriptionID: SubscriptionID { get }
    var occurredAt: Timestamp? { get set }
}

extension ChargeRequested: BillingRequest {}
extension RefundRequested: BillingRequest {}
extension StopRequested: BillingRequest {}

extension Step {
    /// Asks billing for a charge, a refund or the end of a fee.
    public func askBilling(_ request: some BillingRequest) {
        var request = request
        request.occurredAt = Timestamp(now)
        send(request, on: .billingRequests, about: request.subscriptionID)
    }
}
