import CSQLite
import CSQLiteShims

/// What a connection and its statements share: the C connection and the state of its transaction.
final class SQLiteHandle {
    enum Transaction { case none, open, aborted }

    /// nil after closing; SQLite answers a null pointer with SQLITE_MISUSE.
    var connection: OpaquePointer?
    var transaction = Transaction.none
    /// What begins and ends transactions, prepared at its first use: these run with every batch.
    private var boundaries: [String: OpaquePointer] = [:]

    init(_ connection: OpaquePointer) { self.connection = connection }

    deinit { disconnect() }

    /// Ends the C connection, if that has not been done.
    func disconnect() {
        for statement in boundaries.values { sqlite3_finalize(statement) }
        boundaries.removeAll()
        sqlite3_close_v2(connection)
        connection = nil
    }

    /// Once per process, before the first connection.
    private static let configured: CInt = hc_sqlite_configure()

    static func open(_ name: String, flags: CInt) throws(StoreError) -> OpaquePointer {
        _ = configured
        guard !name.utf8.contains(0) else { throw .misuse("the database's path holds a NUL") }
        var connection: OpaquePointer?
        let code = sqlite3_open_v2(name, &connection, flags | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let connection else {
            let reason = connection.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(connection)
            throw .cannotOpen(path: name, reason: reason)
        }
        return connection
    }

    /// The error that SQLite has just reported for `sql`.
    func failure(_ code: CInt, sql: String) -> StoreError {
        SQLiteFailure(code: code, connection: connection, sql: sql).storeError
    }

    /// As PostgreSQL does: a statement that fails inside a transaction aborts it.
    func noteFailure() {
        if transaction == .open { transaction = .aborted }
    }

    /// Runs SQL of our own that has no parameters, in whatever state the transaction is.
    func execute(_ sql: String) throws(StoreError) {
        let code = sqlite3_exec(connection, sql, nil, nil, nil)
        if code != SQLITE_OK { throw failure(code, sql: sql) }
    }

    /// Runs a statement that begins or ends a transaction.
    func executeBoundary(_ sql: String) throws(StoreError) {
        let statement = try boundary(sql)
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE else {
            defer { sqlite3_reset(statement) }
            throw failure(code, sql: sql)
        }
        sqlite3_reset(statement)
    }

    private func boundary(_ sql: String) throws(StoreError) -> OpaquePointer? {
        if let known = boundaries[sql] { return known }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK else { throw failure(code, sql: sql) }
        boundaries[sql] = statement
        return statement
    }

    /// The first column of the first row of a PRAGMA's answer.
    func pragma(_ text: String) throws(StoreError) -> String {
        let sql = "PRAGMA \(text)"
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(connection, sql, -1, &statement, nil)
        defer { sqlite3_finalize(statement) }
        guard code == SQLITE_OK else { throw failure(code, sql: sql) }
        let step = sqlite3_step(statement)
        guard step == SQLITE_ROW || step == SQLITE_DONE else { throw failure(step, sql: sql) }
        guard step == SQLITE_ROW, let text = sqlite3_column_text(statement, 0) else { return "" }
        return String(cString: text)
    }
}
