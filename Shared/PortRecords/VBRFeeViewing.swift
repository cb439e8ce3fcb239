public import HostedConnection
public import Schema

extension VBRFeeView {
    /// The fee of a pushed VBR as both services show it.
    public init(_ fee: VBRFee, of router: VBRID) {
        self.init(
            vbrID: router, subscriptionID: SubscriptionID(feeOf: router), payer: Payer(fee.payer), prepaid: fee.isPrepaid,
            state: fee.state.name, refundedMinor: fee.refund.minor, currency: fee.refund.currency)
    }
}
