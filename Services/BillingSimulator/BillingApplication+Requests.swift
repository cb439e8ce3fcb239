import HostedConnection
import Messaging
import Schema
import Store

// What the services ask.
extension BillingApplication {
    func charge(_ request: ChargeRequested, _ step: Step) throws(StepFailure) {
        let attempt = request.chargeID.bits.attempt
        for (isSet, field) in [
            (request.subscriptionID.isSet, "subscriptionId"), (attempt > 0, "chargeId"),
            (request.payerAccountID.isSet, "payerAccountId"), (request.bandwidthMbps > 0, "bandwidthMbps"),
        ] where !isSet {
            throw .refused(Refusal(.missingField, "A charge without \(field)", field: field))
        }
        guard request.chargeID == request.subscriptionID.charge(attempt: attempt), attempt < SubscriptionRow.firstRenewal else {
            throw .refused(
                Refusal(.contradictsState, "Charge \(request.chargeID) is no attempt of \(request.subscriptionID)", field: "chargeId"))
        }
        let subscription =
            try stored { () throws(StoreError) in try tables.subscriptions.row(request.subscriptionID) }
            ?? SubscriptionRow(request.subscriptionID, payer: request.payerAccountID, region: request.region)
        var charge: LedgerRow
        if let known = try decided(request.chargeID, of: subscription) {
            charge = known
            charge.requests += 1
            try stored { () throws(StoreError) in _ = try tables.ledger.replace(charge) }
        } else {
            charge = try decide(request, of: subscription, step)
            charge.requests = 1
            try stored { () throws(StoreError) in try tables.ledger.insert(charge) }
        }
        tell(charge, step)
    }

    /// A charge that was asked for before, as it was decided. The ledger need not be asked for an attempt beyond the last one
    /// of its subscription, which each decision writes too.
    private func decided(_ charge: ChargeID, of subscription: SubscriptionRow) throws(StepFailure) -> LedgerRow? {
        guard charge.bits.attempt <= subscription.lastAttempt else { return nil }
        return try stored { () throws(StoreError) in try tables.ledger.row(charge) }
    }

    /// Decides a charge that was not asked for before.
    private func decide(_ request: ChargeRequested, of known: SubscriptionRow, _ step: Step) throws(StepFailure) -> LedgerRow {
        var subscription = known
        subscription.port = request.portID
        subscription.version += 1
        subscription.lastAttempt = max(subscription.lastAttempt, request.chargeID.bits.attempt)
        let bandwidth = Bandwidth(megabitsPerSecond: request.bandwidthMbps)
        let kind = subscription.bandwidth.megabitsPerSecond == 0 ? ChargeReason.first : .upgrade
        let charge: LedgerRow
        if let objection = try objection(to: request, of: subscription) {
            charge = LedgerRow(
                request.chargeID, of: subscription, kind, bandwidth: bandwidth, amount: Amount(minor: 0, currency: prices.currency),
                outcome: .declined, reason: objection, paid: nil, now: step.now)
        } else {
            let until = subscription.paidUntil ?? step.now.oneMonthLater
            charge = LedgerRow(
                request.chargeID, of: subscription, kind, bandwidth: bandwidth,
                amount: prices.price(of: bandwidth, after: subscription.bandwidth),
                outcome: .settled, paid: step.now..<max(until, step.now), now: step.now)
            subscription.state = .paid
            subscription.paidUntil = until
            subscription.bandwidth = bandwidth
        }
        try stored { () throws(StoreError) in try tables.put(subscription) }
        return charge
    }

    /// Why a charge is declined; nil if it is not.
    private func objection(to request: ChargeRequested, of subscription: SubscriptionRow) throws(StepFailure) -> String? {
        if subscription.state.isEnded { return "The subscription has ended" }
        if subscription.state == .expired { return "The paid time is over: renew it first" }
        let payer = try stored { () throws(StoreError) in try tables.accounts.row(request.payerAccountID) }
        if payer?.isLocked == true { return "The account is locked for arrears" }
        return declining.declines(request) ? declining.reason : nil
    }

    /// Tells how a charge was decided; a charge that was refunded since was settled at its time.
    private func tell(_ charge: LedgerRow, _ step: Step) {
        let occurredAt = Timestamp(charge.decidedAt)
        if charge.outcome == .declined {
            step.send(
                ChargeDeclined(
                    subscriptionID: charge.subscription, chargeID: charge.charge, payerAccountID: charge.payer, version: charge.version,
                    occurredAt: occurredAt, reason: charge.reason),
                on: .billingEvents, about: charge.subscription)
        } else {
            step.send(
                ChargeSettled(
                    subscriptionID: charge.subscription, chargeID: charge.charge, payerAccountID: charge.payer, version: charge.version,
                    occurredAt: occurredAt, amountMinor: charge.amount.minor, currency: charge.amount.currency,
                    paidUntil: charge.paid.map { Timestamp($0.upperBound) }),
                on: .billingEvents, about: charge.subscription)
        }
    }

    /// Gives back what is unused of everything paid for a subscription, once, and says so as often as it is asked.
    func refund(_ request: RefundRequested, _ step: Step) throws(StepFailure) {
        for (isSet, field) in [
            (request.subscriptionID.isSet, "subscriptionId"), (request.payerAccountID.isSet, "payerAccountId"),
            (!request.refundID.isEmpty, "refundId"),
        ] where !isSet {
            throw .refused(Refusal(.missingField, "A refund without \(field)", field: field))
        }
        var subscription = try subscription(
            request.subscriptionID, of: request.payerAccountID, feeOf: request.vbrID, request.bandwidthMbps, step)
        subscription.refundRequests += 1
        if subscription.refundVersion == 0 {
            for id in subscription.charges {
                guard var charge = try stored({ () throws(StoreError) in try tables.ledger.row(id) }) else { continue }
                charge.refund(at: step.now, reason: request.reason)
                subscription.refunded += charge.refunded
                try stored { () throws(StoreError) in _ = try tables.ledger.replace(charge) }
            }
            subscription.end(as: .refunded, reason: request.reason, at: step.now)
            subscription.version += 1
            subscription.refundVersion = subscription.version
            subscription.refundID = request.refundID
        }
        try stored { () throws(StoreError) in try tables.put(subscription) }
        step.send(
            RefundSettled(
                subscriptionID: subscription.id, chargeID: request.chargeID, payerAccountID: subscription.payer,
                version: subscription.refundVersion, occurredAt: subscription.endedAt.map(Timestamp.init),
                amountMinor: subscription.refunded, currency: prices.currency, reason: subscription.reason,
                refundID: subscription.refundID),
            on: .billingEvents, about: subscription.id)
    }

    /// Notes that a subscription stops; that needs no answer.
    func stop(_ request: StopRequested, _ step: Step) throws(StepFailure) {
        guard request.subscriptionID.isSet else {
            throw .refused(Refusal(.missingField, "A stop without subscriptionId", field: "subscriptionId"))
        }
        var subscription = try subscription(
            request.subscriptionID, of: request.payerAccountID, feeOf: request.vbrID, request.bandwidthMbps, step)
        guard !subscription.state.isEnded else { return }
        subscription.end(as: .stopped, reason: request.reason, at: step.now)
        try stored { () throws(StoreError) in try tables.put(subscription) }
    }

    /// A subscription that is to end, as it is known. The fee of a pushed VBR is known from the first that is asked about it.
    private func subscription(
        _ id: SubscriptionID, of payer: AccountID, feeOf vbr: VBRID, _ megabits: UInt32, _ step: Step
    ) throws(StepFailure) -> SubscriptionRow {
        guard !vbr.isSet || id == SubscriptionID(feeOf: vbr) else {
            throw .refused(Refusal(.contradictsState, "Subscription \(id) is not the fee of VBR \(vbr)", field: "vbrId"))
        }
        if let known = try stored({ () throws(StoreError) in try tables.subscriptions.row(id) }) { return known }
        guard vbr.isSet else { return SubscriptionRow(id, payer: payer) }
        let bandwidth = Bandwidth(megabitsPerSecond: megabits)
        let subscription = SubscriptionRow(feeOf: vbr, payer: payer, bandwidth: bandwidth, now: step.now)
        let month = LedgerRow(
            id.charge(attempt: 1), of: subscription, .vbrFee, bandwidth: bandwidth, amount: prices.price(of: bandwidth),
            outcome: .settled, paid: step.now..<step.now.oneMonthLater, now: step.now)
        try stored { () throws(StoreError) in try tables.ledger.insert(month) }
        return subscription
    }
}
