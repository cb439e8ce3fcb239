public import HostedConnection
import PartnerDomain
public import Schema
public import Store
import TransformationSaga

// Many transformations as one.
extension PartnerQueries {
    /// Batches that the caller may see, without their VBRs.
    public func transformationBatches(of caller: Caller, _ page: PageRequest) throws(StoreError) -> TransformationBatchList {
        let partner: AccountID? = if case .account(let account) = caller { account } else { nil }
        let statement = try reader.prepare(
            """
            SELECT \(TransformationBatchRow.columns) FROM transformation_batch WHERE id > ?1 \
            \(partner == nil ? "" : "AND partner_account = ?3 ")ORDER BY id LIMIT ?2
            """)
        statement.bind(1, page.after)
        statement.bind(2, page.limit)
        if let partner { statement.bind(3, partner) }
        var rows: [TransformationBatchRow] = []
        try statement.query { row throws(StoreError) in rows.append(try TransformationBatchRow(row: row)) }
        let next = page.close(&rows) { $0.id.bits }
        var views: [TransformationBatchView] = []
        for row in rows { views.append(TransformationBatchView(row, try batch(row), isBrief: true)) }
        return TransformationBatchList(items: views, nextPageToken: next)
    }

    /// nil if there is none that the caller may see.
    public func transformationBatch(_ id: TransformationBatchID, of caller: Caller) throws(StoreError) -> TransformationBatchView? {
        let statement = try reader.prepare(TransformationBatchRow.selectSQL)
        statement.bind(1, id)
        guard let row = try statement.first({ row throws(StoreError) in try TransformationBatchRow(row: row) }),
            caller.mayActFor(row.partner)
        else { return nil }
        return TransformationBatchView(row, try batch(row))
    }

    private func batch(_ row: TransformationBatchRow) throws(StoreError) -> TransformationBatch {
        let statement = try reader.prepare(
            "SELECT \(TransformationItemRow.columns) FROM transformation_item WHERE batch_id = ?1 ORDER BY place")
        statement.bind(1, row.id)
        var items: [TransformationBatch.Item] = []
        try statement.query { row throws(StoreError) in items.append(try TransformationItemRow(row: row).item) }
        return TransformationBatch(stored: row.scope, payer: row.payer, limit: row.limit, state: row.state, items: items)
    }
}
