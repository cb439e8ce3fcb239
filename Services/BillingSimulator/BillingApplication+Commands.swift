import HostedConnection
import Messaging
import Schema
import Store

// What time and people do at a real billing system. What is so already stays so, and nothing is told again.
extension BillingApplication {
    func expire(_ id: SubscriptionID, _ step: Step) throws(StepFailure) -> SubscriptionRow {
        var subscription = try paidSubscription(id)
        guard subscription.state == .paid else { return subscription }
        subscription.state = .expired
        subscription.version += 1
        try stored { () throws(StoreError) in try tables.put(subscription) }
        step.send(
            SubscriptionExpired(
                subscriptionID: id, payerAccountID: subscription.payer, version: subscription.version, occurredAt: Timestamp(step.now)),
            on: .billingEvents, about: id)
        return subscription
    }

    func renew(_ id: SubscriptionID, _ step: Step) throws(StepFailure) -> SubscriptionRow {
        var subscription = try paidSubscription(id)
        guard subscription.renewals < UInt8.max - SubscriptionRow.firstRenewal else {
            throw .refused(Refusal(.contradictsState, "Subscription \(id) was renewed too often for a simulator", object: id.description))
        }
        let from = max(subscription.state == .expired ? step.now : subscription.paidUntil ?? step.now, step.now)
        let amount = prices.price(of: subscription.bandwidth)
        subscription.version += 1
        subscription.state = .paid
        let charge = LedgerRow(
            id.charge(attempt: SubscriptionRow.firstRenewal + subscription.renewals), of: subscription, .renewal,
            bandwidth: subscription.bandwidth, amount: amount, outcome: .settled, paid: from..<from.oneMonthLater, now: step.now)
        subscription.renewals += 1
        subscription.paidUntil = from.oneMonthLater
        try stored { () throws(StoreError) in
            try tables.ledger.insert(charge)
            try tables.put(subscription)
        }
        step.send(
            SubscriptionRenewed(
                subscriptionID: id, payerAccountID: subscription.payer, version: subscription.version, occurredAt: Timestamp(step.now),
                amountMinor: amount.minor, currency: amount.currency, paidUntil: Timestamp(from.oneMonthLater)),
            on: .billingEvents, about: id)
        return subscription
    }

    func lock(_ id: AccountID, _ isLocked: Bool, _ step: Step) throws(StepFailure) -> BilledAccountRow {
        try change(id) { account in
            guard account.isLocked != isLocked else { return }
            account.isLocked = isLocked
            account.version += 1
            if isLocked {
                step.send(
                    AccountLocked(payerAccountID: id, version: account.version, occurredAt: Timestamp(step.now), reason: "Arrears"),
                    on: .billingEvents, about: id)
            } else {
                step.send(
                    AccountUnlocked(payerAccountID: id, version: account.version, occurredAt: Timestamp(step.now), reason: "Paid up"),
                    on: .billingEvents, about: id)
            }
        }
    }

    func enableOutboundBilling(_ id: AccountID, _ step: Step) throws(StepFailure) -> BilledAccountRow {
        try change(id) { account in
            guard !account.outboundBilling else { return }
            account.outboundBilling = true
            account.version += 1
            step.send(
                OutboundBillingEnabled(payerAccountID: id, version: account.version, occurredAt: Timestamp(step.now)),
                on: .billingEvents, about: id)
        }
    }

    /// A subscription that something is paid for.
    private func paidSubscription(_ id: SubscriptionID) throws(StepFailure) -> SubscriptionRow {
        guard let subscription = try stored({ () throws(StoreError) in try tables.subscriptions.row(id) }) else {
            throw .refused(
                Refusal(
                    .notFound, "There is no subscription \(id)", object: id.description, next: "Look it up in the list of subscriptions"))
        }
        guard subscription.state == .paid || subscription.state == .expired else {
            throw .refused(
                Refusal(
                    .contradictsState, "Subscription \(id) is \(subscription.state.name)", object: id.description,
                    next: "Choose one that is paid or expired"))
        }
        return subscription
    }

    private func change(_ id: AccountID, _ body: (inout BilledAccountRow) -> Void) throws(StepFailure) -> BilledAccountRow {
        var account = try stored { () throws(StoreError) in try tables.accounts.row(id) } ?? BilledAccountRow(id)
        body(&account)
        try stored { () throws(StoreError) in try tables.put(account) }
        return account
    }
}
