public import HostedConnection
public import Schema
public import Store

/// Reads the ledger on a reader's connection.
public struct LedgerQueries {
    private let select: any StoreStatement
    private let list: any StoreStatement

    /// - Parameter reader: a reader of a database with ``BillingMigrations`` applied.
    public init(_ reader: any StoreConnection) throws(StoreError) {
        select = try reader.prepare(LedgerRow.selectSQL)
        list = try reader.prepare("SELECT \(LedgerRow.columns) FROM ledger WHERE charge_id > ?1 ORDER BY charge_id LIMIT ?2")
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
}
