import Store
import Synchronization

/// Where a database connection fails, told from outside; shared with whatever thread uses the connection.
final class Faults: Sendable {
    enum Point: Sendable, Equatable {
        case begin
        /// The commit fails and nothing is kept.
        case commit
        /// The commit succeeds and its answer is lost.
        case afterCommit
        case rollback
    }

    private struct State {
        var point: Point?
        var error = StoreError.diskFull("told to")
        var remaining = 0
    }

    private let state = Mutex(State())

    /// Fails the next `times` times at this point.
    func fail(_ point: Point, _ error: StoreError, times: Int = 1) {
        state.withLock { $0 = State(point: point, error: error, remaining: times) }
    }

    var isSpent: Bool { state.withLock { $0.remaining == 0 } }

    func check(_ point: Point) -> StoreError? {
        state.withLock { state in
            guard state.point == point, state.remaining > 0 else { return nil }
            state.remaining -= 1
            return state.error
        }
    }
}

/// A connection that fails when told to.
final class FaultyConnection: StoreConnection {
    private let base: any StoreConnection
    private let faults: Faults

    init(_ base: any StoreConnection, _ faults: Faults) {
        self.base = base
        self.faults = faults
    }

    var isWriter: Bool { base.isWriter }
    var isInTransaction: Bool { base.isInTransaction }
    var dialect: SQLDialect { base.dialect }
    func prepare(_ sql: String) throws(StoreError) -> any StoreStatement { try base.prepare(sql) }
    func execute(script: String) throws(StoreError) { try base.execute(script: script) }

    func begin() throws(StoreError) {
        if let error = faults.check(.begin) { throw error }
        try base.begin()
    }

    func commit() throws(StoreError) {
        if let error = faults.check(.commit) {
            try base.rollback()
            throw error
        }
        try base.commit()
        if let error = faults.check(.afterCommit) { throw error }
    }

    func rollback() throws(StoreError) {
        if let error = faults.check(.rollback) { throw error }
        try base.rollback()
    }

    func savepoint() throws(StoreError) -> Savepoint { try base.savepoint() }
    func release(_ savepoint: Savepoint) throws(StoreError) { try base.release(savepoint) }
    func rollback(to savepoint: Savepoint) throws(StoreError) { try base.rollback(to: savepoint) }
    func flush() throws(StoreError) { try base.flush() }

    func runMany(
        _ statement: any StoreStatement, count: Int, expecting: RowExpectation,
        bind: (Int, any StoreStatement) throws(StoreError) -> Void
    ) throws(StoreError) {
        try base.runMany(statement, count: count, expecting: expecting, bind: bind)
    }

    func queryMany(
        _ statement: any StoreStatement, count: Int, bind: (Int, any StoreStatement) throws(StoreError) -> Void,
        row: (Int, any StoreRow) throws(StoreError) -> Void
    ) throws(StoreError) {
        try base.queryMany(statement, count: count, bind: bind, row: row)
    }

    func close() throws(StoreError) { try base.close() }
}
