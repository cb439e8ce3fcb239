import HostedConnection
import Saga
import Store

/// The sagas of a batch, found by id or by the connection that one is changing, and their journals.
final class SagaTable {
    private let rows: RowCache<SagaRow>
    private let journal: InsertBuffer<SagaJournalRow>
    private let running: any StoreStatement
    private let kept: any StoreStatement
    private let purgeJournal: any StoreStatement
    private let purgeSagas: any StoreStatement
    /// What a query for a connection's running saga does not find yet: sagas begun, and nil for those ended, since the last flush.
    private var unwritten: [ConnectionID: SagaID?] = [:]
    /// Rows kept in memory from batch to batch.
    private static var rowsKept: Int { 10_000 }

    init(_ connection: any StoreConnection) throws(StoreError) {
        rows = try RowCache(connection)
        journal = try InsertBuffer(connection)
        running = try connection.prepare("SELECT id FROM saga WHERE connection_id = ?1 AND ended_at IS NULL")
        kept = try connection.prepare(
            "SELECT \(SagaJournalRow.columns) FROM saga_journal "
                + "WHERE saga_id = ?1 AND entry >= ?2 AND verdict = \(SagaVerdict.kept.rawValue) ORDER BY entry")
        let old = "SELECT id FROM saga WHERE ended_at < ?1 ORDER BY ended_at, id LIMIT ?2"
        purgeJournal = try connection.prepare("DELETE FROM saga_journal WHERE saga_id IN (\(old))")
        purgeSagas = try connection.prepare("DELETE FROM saga WHERE id IN (\(old))")
    }

    func saga(_ id: SagaID) throws(StoreError) -> SagaInstance? { try rows.row(id)?.instance }

    /// The saga under way on a connection; there is one at most.
    func running(on connection: ConnectionID) throws(StoreError) -> SagaInstance? {
        let id: SagaID?
        if let known = unwritten[connection] {
            id = known
        } else {
            running.bind(1, connection)
            id = try running.first { row throws(StoreError) in try row.identifier(0, as: SagaKind.self) }
        }
        return try id.map { id throws(StoreError) in try saga(id) } ?? nil
    }

    func insert(_ saga: SagaInstance) throws(StoreError) {
        // Insertions are written before updates: the unique index must not meet both while the one before has not ended.
        if let known = unwritten[saga.subject], known == nil { try rows.flush() }
        try rows.insert(SagaRow(saga))
        note(saga)
    }

    func replace(_ saga: SagaInstance) throws(StoreError) {
        try rows.replace(SagaRow(saga))
        if saga.phase.isEnded { note(saga) }
    }

    private func note(_ saga: SagaInstance) { unwritten.updateValue(saga.phase.isEnded ? nil : saga.id, forKey: saga.subject) }

    func append(_ entry: SagaJournalEntry, of saga: SagaID) { journal.append(SagaJournalRow(saga: saga, entry: entry)) }

    /// The replies that were kept for a saga, oldest first.
    func kept(for saga: SagaInstance) throws(StoreError) -> [SagaJournalEntry] {
        kept.bind(1, saga.id)
        kept.bind(2, Int64(saga.keptFrom))
        var entries: [SagaJournalEntry] = []
        try kept.query { row throws(StoreError) in entries.append(try SagaJournalEntry(row: row)) }
        return entries
    }

    /// Removes sagas that ended before this moment, with their journals.
    /// - Returns: how many sagas went.
    func purge(endedBefore limit: Instant, atMost count: Int64) throws(StoreError) -> Int {
        for statement in [purgeJournal, purgeSagas] {
            statement.bind(1, limit)
            statement.bind(2, count)
        }
        try purgeJournal.run()
        return try purgeSagas.run()
    }

    func flush() throws(StoreError) {
        try rows.flush()
        try journal.flush()
        unwritten.removeAll(keepingCapacity: true)
    }

    func committed() {
        if rows.count > Self.rowsKept { rows.clear() }
    }

    func discard() {
        rows.clear()
        journal.clear()
        unwritten.removeAll(keepingCapacity: true)
    }
}
