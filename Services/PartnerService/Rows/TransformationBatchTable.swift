import HostedConnection
import PartnerDomain
import Store
import TransformationSaga

/// The batches of transformations that a batch of the engine works on, each read as a whole.
final class TransformationBatchTable {
    private let rows: RowCache<TransformationBatchRow>
    private let items: RowCache<TransformationItemRow>
    private let select: any StoreStatement
    private let ofCircuit: any StoreStatement
    private let ofTenant: any StoreStatement
    private let purgeItems: any StoreStatement
    private let purgeBatches: any StoreStatement
    private var batches: [TransformationBatchID: TransformationBatch] = [:]
    /// Batches kept in memory between the engine's batches.
    private static var batchesKept: Int { 100 }
    /// Most batches that one purge removes: each has up to a circuit's VBRs.
    private static var purgedAtOnce: Int64 { 10 }

    private static let selectItems = "SELECT \(TransformationItemRow.columns) FROM transformation_item WHERE batch_id = ?1 ORDER BY place"

    init(_ connection: any StoreConnection) throws(StoreError) {
        rows = try RowCache(connection)
        items = try RowCache(connection)
        select = try connection.prepare(Self.selectItems)
        let vbrs = "SELECT id FROM pushed_vbr WHERE state <> 3 AND attached_at IS NULL AND partner_account = ?1"
        ofCircuit = try connection.prepare("\(vbrs) AND circuit_id = ?2 ORDER BY id")
        ofTenant = try connection.prepare("\(vbrs) AND tenant_account = ?2 ORDER BY id")
        let old = "SELECT id FROM transformation_batch WHERE ended_at < ?1 ORDER BY id LIMIT ?2"
        purgeItems = try connection.prepare("DELETE FROM transformation_item WHERE batch_id IN (\(old))")
        purgeBatches = try connection.prepare("DELETE FROM transformation_batch WHERE id IN (\(old))")
    }

    /// The VBRs of a partner's that can be meant, as far as they are written: those on no port.
    func vbrs(_ scope: TransformationScope, of partner: AccountID) throws(StoreError) -> [VBRID] {
        let statement: any StoreStatement
        switch scope {
        case .circuit(let circuit):
            statement = ofCircuit
            statement.bind(2, circuit)
        case .tenant(let tenant):
            statement = ofTenant
            statement.bind(2, tenant)
        }
        statement.bind(1, partner)
        var vbrs: [VBRID] = []
        try statement.query { row throws(StoreError) in vbrs.append(try row.identifier(0)) }
        return vbrs
    }

    func row(_ id: TransformationBatchID) throws(StoreError) -> TransformationBatchRow? { try rows.row(id) }

    /// nil if there is none.
    func batch(_ id: TransformationBatchID) throws(StoreError) -> TransformationBatch? {
        if let batch = batches[id] { return batch }
        guard let row = try rows.row(id) else { return nil }
        select.bind(1, id)
        var found: [TransformationBatch.Item] = []
        try select.query { row throws(StoreError) in found.append(try TransformationItemRow(row: row).item) }
        let batch = TransformationBatch(stored: row.scope, payer: row.payer, limit: row.limit, state: row.state, items: found)
        batches[id] = batch
        return batch
    }

    func insert(_ row: TransformationBatchRow, _ batch: TransformationBatch) throws(StoreError) {
        try rows.insert(row)
        for (place, item) in batch.items.enumerated() {
            try items.insert(TransformationItemRow(TransformationItemRow.Key(batch: row.id, place: place), item))
        }
        batches[row.id] = batch
    }

    /// Takes in what has become of a batch.
    func replace(_ id: TransformationBatchID, _ batch: TransformationBatch, at now: Instant) throws(StoreError) {
        guard var row = try rows.row(id), let before = try self.batch(id) else { return }
        for (place, item) in batch.items.enumerated() where item != before.items[place] {
            _ = try items.replace(TransformationItemRow(TransformationItemRow.Key(batch: id, place: place), item))
        }
        if row.state != batch.state {
            row.state = batch.state
            row.endedAt = batch.state == .done ? now : nil
            _ = try rows.replace(row)
        }
        batches[id] = batch
    }

    /// Removes batches that ended before this moment, with their VBRs' places.
    /// - Returns: how many batches went.
    func purge(endedBefore limit: Instant, atMost count: Int64) throws(StoreError) -> Int {
        for statement in [purgeItems, purgeBatches] {
            statement.bind(1, limit)
            statement.bind(2, min(count, Self.purgedAtOnce))
        }
        try purgeItems.run()
        let purged = try purgeBatches.run()
        if purged > 0 {
            rows.clear()
            batches.removeAll()
        }
        return purged
    }

    func flush() throws(StoreError) {
        try rows.flush()
        try items.flush()
    }

    func committed() {
        items.clear()
        if batches.count > Self.batchesKept { batches.removeAll() }
        if rows.count > Self.batchesKept { rows.clear() }
    }

    func discard() {
        rows.clear()
        items.clear()
        batches.removeAll()
    }
}
