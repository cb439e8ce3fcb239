import HostedConnection
import Store

/// The rows that the simulator works on in a batch.
final class BillingTables {
    let ledger: RowCache<LedgerRow>
    let subscriptions: RowCache<SubscriptionRow>
    let accounts: RowCache<BilledAccountRow>
    /// Rows kept in memory from batch to batch.
    private static var rowsKept: Int { 20_000 }

    init(_ connection: any StoreConnection) throws(StoreError) {
        ledger = try RowCache(connection)
        subscriptions = try RowCache(connection)
        accounts = try RowCache(connection)
    }

    /// Writes a row, whether it was there before or not.
    func put(_ row: SubscriptionRow) throws(StoreError) {
        if try !subscriptions.replace(row) { try subscriptions.insert(row) }
    }

    /// Writes a row, whether it was there before or not.
    func put(_ row: BilledAccountRow) throws(StoreError) {
        if try !accounts.replace(row) { try accounts.insert(row) }
    }

    func flush() throws(StoreError) {
        try ledger.flush()
        try subscriptions.flush()
        try accounts.flush()
    }

    func committed() {
        if ledger.count > Self.rowsKept { ledger.clear() }
        if subscriptions.count > Self.rowsKept { subscriptions.clear() }
        if accounts.count > Self.rowsKept { accounts.clear() }
    }

    func discard() {
        ledger.clear()
        subscriptions.clear()
        accounts.clear()
    }
}
