public import HostedConnection
public import Schema
public import Store

/// Reads the ledger on a reader's connection.
public struct LedgerQueries {
    private let select: any StoreStatement
    private let list: any StoreStatement
    private let subscription: any StoreStatement
    private let subscriptions: any StoreStatement

    /// - Parameter reader: a reader of a database with ``BillingMigrations`` applied.
    public init(_ reader: any StoreConnection) throws(StoreError) {
        select = try reader.prepare(LedgerRow.selectSQL)
        list = try reader.prepare("SELECT \(LedgerRow.columns) FROM ledger WHERE charge_id > ?1 ORDER BY charge_id LIMIT ?2")
        subscription = try reader.prepare(SubscriptionRow.selectSQL)
        subscriptions = try reader.prepare("SELECT \(SubscriptionRow.columns) FROM subscription WHERE id > ?1 ORDER BY id LIMIT ?2")
    }

    /// nil if the charge was never asked for.
    public func entry(_ charge: ChargeID) throws(StoreError) -> LedgerEntry? {
        select.bind(1, charge)
        return try select.first { row throws(StoreError) in try LedgerRow(row: row).entry }
    }

    /// The charges in the order of their ids.
    public func ledger(_ page: PageRequest) throws(StoreError) -> Ledger {
        list.bind(1, page.after)
        list.bind(2, page.limit)
        var entries: [LedgerEntry] = []
        try list.query { row throws(StoreError) in entries.append(try LedgerRow(row: row).entry) }
        let next = page.close(&entries) { $0.chargeID.bits }
        return Ledger(items: entries, nextPageToken: next)
    }

    /// nil if nothing was ever asked about it.
    public func subscription(_ id: SubscriptionID) throws(StoreError) -> BilledSubscriptionView? {
        subscription.bind(1, id)
        return try subscription.first { row throws(StoreError) in try SubscriptionRow(row: row).view }
    }

    /// The subscriptions in the order of their ids.
    public func subscriptions(_ page: PageRequest) throws(StoreError) -> BilledSubscriptionList {
        subscriptions.bind(1, page.after)
        subscriptions.bind(2, page.limit)
        var views: [BilledSubscriptionView] = []
        try subscriptions.query { row throws(StoreError) in views.append(try SubscriptionRow(row: row).view) }
        let next = page.close(&views) { $0.subscriptionID.bits }
        return BilledSubscriptionList(items: views, nextPageToken: next)
    }
}
