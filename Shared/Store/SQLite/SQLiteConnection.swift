import CSQLite

/// A connection to an SQLite database.
final class SQLiteConnection: StoreConnection {
    let isWriter: Bool
    let dialect = SQLDialect.sqlite
    private let handle: SQLiteHandle
    private var ownership: Ownership?
    private var statements: [String: SQLiteStatement] = [:]
    private var savepoints = 0

    /// What a writer holds so that there is no second one.
    private enum Ownership {
        case file(DatabaseLock)
        case memory(MemoryDatabase.Ownership)
    }

    private init(_ handle: SQLiteHandle, isWriter: Bool, ownership: Ownership?) {
        self.handle = handle
        self.isWriter = isWriter
        self.ownership = ownership
    }

    static func writer(_ configuration: StoreConfiguration) throws(StoreError) -> SQLiteConnection {
        switch configuration.location {
        case .file(let given):
            let path = try SQLiteHandle.makeFile(given)
            let lock = try DatabaseLock(database: path)
            let handle = try SQLiteHandle.openFile(path, for: true)
            try handle.setCommon(busyTimeout: configuration.busyTimeout, cacheBytes: configuration.writerCacheBytes)
            try handle.setDurable(path: path)
            return SQLiteConnection(handle, isWriter: true, ownership: .file(lock))
        case .memory(let database):
            let ownership = try MemoryDatabase.Ownership(database)
            let handle = try SQLiteHandle.openMemory(database)
            try handle.setCommon(busyTimeout: configuration.busyTimeout, cacheBytes: configuration.writerCacheBytes)
            return SQLiteConnection(handle, isWriter: true, ownership: .memory(ownership))
        }
    }

    static func reader(_ configuration: StoreConfiguration) throws(StoreError) -> SQLiteConnection {
        let handle: SQLiteHandle
        switch configuration.location {
        case .file(let path): handle = try SQLiteHandle.openFile(path, for: false)
        case .memory(let database): handle = try SQLiteHandle.openMemory(database)
        }
        try handle.setCommon(busyTimeout: configuration.busyTimeout, cacheBytes: configuration.readerCacheBytes)
        try handle.execute("PRAGMA query_only = ON")
        return SQLiteConnection(handle, isWriter: false, ownership: nil)
    }

    deinit { disconnect() }

    // MARK: Statements

    func prepare(_ sql: String) throws(StoreError) -> any StoreStatement {
        if let known = statements[sql] { return known }
        let statement = try SQLiteStatement(sql, on: handle)
        statements[sql] = statement
        return statement
    }

    func execute(script: String) throws(StoreError) {
        if handle.transaction == .aborted { throw .transactionAborted }
        guard !script.utf8.contains(0) else { throw .misuse("a script with a NUL") }
        do throws(StoreError) {
            try handle.execute(script)
        } catch {
            handle.noteFailure()
            throw error
        }
    }

    func runMany(
        _ statement: any StoreStatement, count: Int, expecting: RowExpectation,
        bind: (Int, any StoreStatement) throws(StoreError) -> Void
    ) throws(StoreError) {
        let own = try ownStatement(statement)
        for row in 0..<count {
            try bind(row, own)
            try own.submit(expecting: expecting)
        }
    }

    func queryMany(
        _ statement: any StoreStatement, count: Int,
        bind: (Int, any StoreStatement) throws(StoreError) -> Void,
        row: (Int, any StoreRow) throws(StoreError) -> Void
    ) throws(StoreError) {
        let own = try ownStatement(statement)
        for number in 0..<count {
            try bind(number, own)
            try own.query { current throws(StoreError) in try row(number, current) }
        }
    }

    private func ownStatement(_ statement: any StoreStatement) throws(StoreError) -> SQLiteStatement {
        guard let own = statement as? SQLiteStatement, own.belongs(to: handle) else {
            throw .misuse("a statement of another connection: \(statement.sql)")
        }
        return own
    }

    // MARK: Transactions

    var isInTransaction: Bool { handle.transaction != .none }

    func begin() throws(StoreError) {
        guard handle.transaction == .none else { throw .misuse("begin inside a transaction") }
        try handle.executeBoundary(isWriter ? "BEGIN IMMEDIATE" : "BEGIN")
        handle.transaction = .open
    }

    func commit() throws(StoreError) {
        switch handle.transaction {
        case .none: throw .misuse("commit without a transaction")
        case .aborted:
            try rollback()
            throw .transactionAborted
        case .open: break
        }
        do throws(StoreError) {
            try handle.executeBoundary("COMMIT")
        } catch {
            // The commit's error is the cause; whatever the rollback meets follows from it.
            do throws(StoreError) { try rollback() } catch {}
            if case .ioError(let detail) = error { throw .commitUncertain(detail) }
            throw error
        }
        endTransaction()
    }

    func rollback() throws(StoreError) {
        defer { endTransaction() }
        // SQLite has already rolled back by itself after some errors.
        if handle.connection != nil, sqlite3_get_autocommit(handle.connection) == 0 { try handle.execute("ROLLBACK") }
    }

    private func endTransaction() {
        handle.transaction = .none
        savepoints = 0
    }

    func savepoint() throws(StoreError) -> Savepoint {
        switch handle.transaction {
        case .none: throw .misuse("savepoint without a transaction")
        case .aborted: throw .transactionAborted
        case .open: break
        }
        try handle.execute("SAVEPOINT s\(savepoints + 1)")
        savepoints += 1
        return Savepoint(depth: savepoints)
    }

    func release(_ savepoint: Savepoint) throws(StoreError) {
        if handle.transaction == .aborted { throw .transactionAborted }
        try checkSavepoint(savepoint)
        try handle.execute("RELEASE s\(savepoint.depth)")
        savepoints = savepoint.depth - 1
    }

    func rollback(to savepoint: Savepoint) throws(StoreError) {
        try checkSavepoint(savepoint)
        // After some errors SQLite has rolled back everything, savepoints included.
        guard sqlite3_get_autocommit(handle.connection) == 0 else { throw .transactionAborted }
        try handle.execute("ROLLBACK TO s\(savepoint.depth)")
        savepoints = savepoint.depth
        handle.transaction = .open
    }

    private func checkSavepoint(_ savepoint: Savepoint) throws(StoreError) {
        guard savepoint.depth <= savepoints else { throw .misuse("the savepoint is no longer there") }
    }

    func flush() throws(StoreError) {
        if handle.transaction == .aborted { throw .transactionAborted }
    }

    // MARK: Closing

    func close() throws(StoreError) {
        guard let connection = handle.connection else { return }
        defer { disconnect() }
        for statement in statements.values { statement.reset() }
        try rollback()
        guard case .file = ownership else { return }
        // Statistics for the planner, bounded; not worth failing for.
        sqlite3_exec(connection, "PRAGMA analysis_limit = 400; PRAGMA optimize", nil, nil, nil)
        // With readers still there, the last of them would have to do it.
        let code = sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        if code != SQLITE_OK, code & 0xff != SQLITE_BUSY { throw handle.failure(code, sql: "checkpoint") }
    }

    /// Closes the C connection, even if somebody still holds a statement, and then gives up ownership.
    private func disconnect() {
        for statement in statements.values { statement.finalize() }
        statements.removeAll()
        handle.disconnect()
        endTransaction()
        ownership = nil
    }
}
