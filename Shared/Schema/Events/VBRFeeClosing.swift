public import HostedConnection

// What ends the fee of a pushed VBR, at its payer's service (R-125, R-126).
extension VBRFee {
    /// The fee ends: nothing accrues any more. Ending it again does nothing.
    /// - Parameters:
    ///   - party: whose service this is.
    ///   - account: that party's.
    ///   - bandwidth: the VBR's, for the price; nil without a limit.
    ///   - reason: why, for billing's records.
    /// - Returns: what to ask of billing; nil where the other party pays.
    public mutating func stop(
        of router: VBRID, by party: PayingParty, account: AccountID, bandwidth: Bandwidth?, reason: String
    ) -> StopRequested? {
        guard state == .running else { return nil }
        state = .stopped
        guard payer == party else { return nil }
        return StopRequested(
            subscriptionID: SubscriptionID(feeOf: router), payerAccountID: account, reason: reason,
            bandwidthMbps: bandwidth?.megabitsPerSecond ?? 0, vbrID: router)
    }

    /// The payer applies for a refund of what was paid in advance. It is asked for once, however often it is applied for.
    /// - Returns: what to ask of billing; nil when it was asked before.
    /// - Throws: ``RefusalCode/notThePayer``, and ``RefusalCode/feeNotRefundable`` while the fee runs or when nothing was paid in
    ///   advance.
    public mutating func applyForRefund(
        of router: VBRID, by party: PayingParty, account: AccountID, bandwidth: Bandwidth?
    ) throws(Refusal) -> RefundRequested? {
        guard payer == party else {
            throw Refusal(
                .notThePayer, "The \(payer == .partner ? "partner" : "tenant") pays the fee of VBR \(router)", field: "vbrId",
                object: router.description, next: "Its payer can apply for the refund")
        }
        guard isPrepaid else {
            throw Refusal(
                .feeNotRefundable, "The fee of VBR \(router) is not paid in advance", field: "vbrId", object: router.description,
                next: "Nothing is owed either way: the fee ends with the transformation")
        }
        switch state {
        case .running:
            throw Refusal(
                .feeNotRefundable, "The fee of VBR \(router) still runs", field: "vbrId", object: router.description,
                next: "Apply when the VBR's transformation is complete")
        case .refundAsked, .refunded: return nil
        case .stopped: break
        }
        state = .refundAsked
        let subscription = SubscriptionID(feeOf: router)
        var request = RefundRequested(
            of: subscription, charge: subscription.charge(attempt: 1), payer: account, reason: "refund applied for")
        request.bandwidthMbps = bandwidth?.megabitsPerSecond ?? 0
        request.vbrID = router
        return request
    }

    /// Billing has paid back what was left, which may be nothing.
    /// - Returns: whether that is news.
    /// - Throws: ``RefusalCode/contradictsState`` for a refund that nobody has applied for.
    public mutating func refunded(_ event: RefundSettled) throws(Refusal) -> Bool {
        switch state {
        case .refunded: return false
        case .refundAsked: break
        case .running, .stopped:
            throw Refusal(.contradictsState, "a refund of a fee that is \(state.name)", object: event.subscriptionID.description)
        }
        state = .refunded
        refund = Amount(minor: event.amountMinor, currency: event.currency)
        return true
    }
}
