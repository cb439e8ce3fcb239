import HostedConnection
import PartnerDomain
import PortRecords
import Store
import TransformationSaga

/// A batch of transformations as it stands in the database, without its VBRs.
struct TransformationBatchRow: StoredRow, Equatable {
    let id: TransformationBatchID
    let partner: AccountID
    let scope: TransformationScope
    let payer: PayingParty
    let limit: Int
    let startedAt: Instant
    var state: TransformationBatch.State
    var endedAt: Instant?

    var key: TransformationBatchID { id }

    static let columns = "id, partner_account, circuit_id, tenant_account, payer, at_once, started_at, state, ended_at"
    static let columnCount: Int32 = 9
    static let selectSQL = "SELECT \(columns) FROM transformation_batch WHERE id = ?1"
    static let insertSQL = "INSERT INTO transformation_batch (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
    static let updateSQL = "UPDATE transformation_batch SET state = ?2, ended_at = ?3 WHERE id = ?1"
    static let deleteSQL = "DELETE FROM transformation_batch WHERE id = ?1"

    static func bindKey(_ key: TransformationBatchID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        var (circuit, tenant): (CircuitID?, AccountID?) = (nil, nil)
        switch scope {
        case .circuit(let id): circuit = id
        case .tenant(let id): tenant = id
        }
        statement.bind(1, id)
        statement.bind(2, partner)
        statement.bind(3, circuit)
        statement.bind(4, tenant.map { Int64($0.number) })
        statement.bind(5, Int64(payer.rawValue))
        statement.bind(6, Int64(limit))
        statement.bind(7, startedAt)
        statement.bind(8, Int64(state.rawValue))
        statement.bind(9, endedAt)
    }

    func bindUpdate(to statement: any StoreStatement) {
        statement.bind(1, id)
        statement.bind(2, Int64(state.rawValue))
        statement.bind(3, endedAt)
    }

    init(
        _ id: TransformationBatchID, of partner: AccountID, _ batch: TransformationBatch, startedAt: Instant
    ) {
        self.id = id
        self.partner = partner
        scope = batch.scope
        payer = batch.payer
        limit = batch.limit
        self.startedAt = startedAt
        state = batch.state
        endedAt = batch.state == .done ? startedAt : nil
    }

    init(row: any StoreRow) throws(StoreError) {
        id = try row.identifier(0)
        partner = row.account(1)
        if let circuit = try row.optionalIdentifier(2, as: CircuitKind.self) {
            scope = .circuit(circuit)
        } else {
            scope = .tenant(row.account(3))
        }
        payer = try row.code(4)
        limit = Int(row.int64(5))
        startedAt = row.instant(6)
        state = try row.code(7)
        endedAt = row.optionalInstant(8)
    }
}

/// A VBR of a batch as it stands in the database.
struct TransformationItemRow: StoredRow {
    struct Key: Hashable, Comparable {
        var batch: TransformationBatchID
        var place: Int

        static func < (a: Self, b: Self) -> Bool { a.batch == b.batch ? a.place < b.place : a.batch < b.batch }
    }

    let key: Key
    var item: TransformationBatch.Item

    static let columns = "batch_id, place, vbr_id, state, saga_id, code, reason"
    static let selectSQL = "SELECT \(columns) FROM transformation_item WHERE batch_id = ?1 AND place = ?2"
    static let insertSQL = "INSERT INTO transformation_item (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    static let updateSQL = """
        UPDATE transformation_item SET state = ?3, saga_id = ?4, code = ?5, reason = ?6 WHERE batch_id = ?1 AND place = ?2
        """
    static let deleteSQL = "DELETE FROM transformation_item WHERE batch_id = ?1 AND place = ?2"

    static func bindKey(_ key: Key, to statement: any StoreStatement) {
        statement.bind(1, key.batch)
        statement.bind(2, Int64(key.place))
    }

    func bindInsert(to statement: any StoreStatement) {
        Self.bindKey(key, to: statement)
        statement.bind(3, item.vbr)
        bindState(to: statement, from: 4)
    }

    func bindUpdate(to statement: any StoreStatement) {
        Self.bindKey(key, to: statement)
        bindState(to: statement, from: 3)
    }

    private func bindState(to statement: any StoreStatement, from first: Int32) {
        let stored = StoredState(item.state)
        statement.bind(first, Int64(stored.kind.rawValue))
        statement.bind(first + 1, stored.saga)
        statement.bindText(first + 2, stored.code)
        statement.bindText(first + 3, stored.reason)
    }

    init(_ key: Key, _ item: TransformationBatch.Item) {
        self.key = key
        self.item = item
    }

    init(row: any StoreRow) throws(StoreError) {
        key = Key(batch: try row.identifier(0), place: Int(row.int64(1)))
        let stored = StoredState(
            kind: try row.code(3), saga: try row.optionalIdentifier(4), code: try row.text(5), reason: try row.text(6))
        guard let state = stored.state else { throw .corrupt("item \(key.place) of \(key.batch)") }
        item = TransformationBatch.Item(try row.identifier(2), state)
    }
}

/// The state of a VBR of a batch in columns.
private struct StoredState {
    /// The codes stand in the database and never change.
    enum Kind: UInt8 {
        case waiting = 1
        case refused = 2
        case running = 3
        case needsOperator = 4
        case completed = 5
        case compensated = 6
    }

    var kind: Kind
    var saga: SagaID?
    var code = ""
    var reason = ""
}

extension StoredState {
    init(_ state: TransformationItemState) {
        switch state {
        case .waiting: self.init(kind: .waiting)
        case .refused(let code, let text): self.init(kind: .refused, code: code.rawValue, reason: text)
        case .running(let saga): self.init(kind: .running, saga: saga)
        case .needsOperator(let saga): self.init(kind: .needsOperator, saga: saga)
        case .completed(let saga): self.init(kind: .completed, saga: saga)
        case .compensated(let saga, let reason): self.init(kind: .compensated, saga: saga, reason: reason)
        }
    }

    /// nil for columns that do not fit together.
    var state: TransformationItemState? {
        switch kind {
        case .waiting: .waiting
        case .refused: RefusalCode(rawValue: code).map { .refused(code: $0, text: reason) }
        case .running: saga.map { .running($0) }
        case .needsOperator: saga.map { .needsOperator($0) }
        case .completed: saga.map { .completed($0) }
        case .compensated: saga.map { .compensated($0, reason: reason) }
        }
    }
}
