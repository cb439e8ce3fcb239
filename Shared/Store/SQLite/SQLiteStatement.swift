import CSQLite
import Glibc
import HostedConnection

/// A prepared SQLite statement.
final class SQLiteStatement: StoreStatement {
    let sql: String
    private let handle: SQLiteHandle
    /// nil once the connection is closed. SQLite answers a null statement with SQLITE_MISUSE, or NULL for a column.
    private var statement: OpaquePointer?
    private let memory: BindingMemory
    /// One bit a parameter.
    private let allParameters: UInt64
    private var boundParameters: UInt64 = 0
    private var bindingError: StoreError?
    /// Between a row and the end of the answer.
    private var isReading = false

    /// Most parameters a statement can have.
    static let maximumParameters = 64

    init(_ sql: String, on handle: SQLiteHandle) throws(StoreError) {
        var copy = sql
        var statement: OpaquePointer?
        // Safe to keep: the length is given, and SQLite copies the text.
        let (code, rest) = copy.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) { text in
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(
                    handle.connection, text.baseAddress, CInt(text.count), UInt32(SQLITE_PREPARE_PERSISTENT), &statement, &tail)
                guard let start = text.baseAddress, let tail else { return (code, false) }
                let rest = UnsafeBufferPointer(rebasing: text[(tail - start)...])
                return (code, rest.contains { isspace(CInt($0)) == 0 })
            }
        }
        guard code == SQLITE_OK else {
            handle.noteFailure()
            throw handle.failure(code, sql: sql)
        }
        guard let statement else { throw .misuse("no statement in: \(sql)") }
        let parameters = Int(sqlite3_bind_parameter_count(statement))
        if let problem = Self.problem(statement, parameters: parameters, rest: rest) {
            sqlite3_finalize(statement)
            throw .misuse("\(problem): \(sql)")
        }
        self.sql = sql
        self.handle = handle
        self.statement = statement
        allParameters = parameters == 64 ? .max : 1 << UInt64(parameters) - 1
        memory = BindingMemory(parameters: parameters)
    }

    private static func problem(_ statement: OpaquePointer, parameters: Int, rest: Bool) -> String? {
        if rest { return "more than one statement" }
        if parameters > maximumParameters { return "more than \(maximumParameters) parameters" }
        for parameter in 0..<parameters {
            guard let name = sqlite3_bind_parameter_name(statement, CInt(parameter + 1)), String(cString: name) == "?\(parameter + 1)"
            else { return "parameters must be ?1, ?2 … without gaps" }
        }
        return nil
    }

    deinit { sqlite3_finalize(statement) }

    func belongs(to other: SQLiteHandle) -> Bool { handle === other }

    /// Ends the statement before its connection.
    func finalize() {
        sqlite3_finalize(statement)
        statement = nil
    }

    // MARK: Binding

    func bind(_ parameter: Int32, _ value: Int64) {
        note(parameter, sqlite3_bind_int64(statement, parameter, value))
    }

    func bind(_ parameter: Int32, _ value: ID128) {
        note(parameter, sqlite3_bind_blob(statement, parameter, memory.store(value), CInt(ID128.byteCount), nil))
    }

    func bind(_ parameter: Int32, _ bytes: UnsafeRawBufferPointer) {
        if bytes.isEmpty { return bindCopy(parameter, bytes) }
        note(parameter, sqlite3_bind_blob64(statement, parameter, bytes.baseAddress, UInt64(bytes.count), nil))
    }

    func bindCopy(_ parameter: Int32, _ bytes: UnsafeRawBufferPointer) {
        note(parameter, sqlite3_bind_blob64(statement, parameter, memory.copy(bytes), UInt64(bytes.count), nil))
    }

    func bindText(_ parameter: Int32, _ utf8: UnsafeRawBufferPointer) {
        guard Self.isText(utf8) else { return refuse(.invalidText(parameter: Int(parameter))) }
        let start = utf8.isEmpty ? memory.copy(utf8) : utf8.baseAddress
        bindText(parameter, start, utf8.count)
    }

    func bindText(_ parameter: Int32, _ text: String) {
        text.utf8.span.withUnsafeBytes { bytes in
            guard !Self.hasNUL(bytes) else { return refuse(.invalidText(parameter: Int(parameter))) }
            bindText(parameter, memory.copy(bytes), bytes.count)
        }
    }

    func bindNull(_ parameter: Int32) {
        note(parameter, sqlite3_bind_null(statement, parameter))
    }

    private func bindText(_ parameter: Int32, _ start: UnsafeRawPointer?, _ count: Int) {
        let text = start?.assumingMemoryBound(to: CChar.self)
        note(parameter, sqlite3_bind_text64(statement, parameter, text, UInt64(count), nil, UInt8(SQLITE_UTF8)))
    }

    @inline(__always)
    private func note(_ parameter: Int32, _ code: CInt) {
        if code != SQLITE_OK { return refuse(parameter, code) }
        boundParameters |= 1 &<< UInt64(truncatingIfNeeded: parameter &- 1)
    }

    private func refuse(_ parameter: Int32, _ code: CInt) {
        switch code {
        case SQLITE_TOOBIG: refuse(.tooLarge("parameter ?\(parameter) of: \(sql)"))
        case SQLITE_NOMEM: refuse(.outOfMemory)
        case SQLITE_RANGE: refuse(.misuse("no parameter ?\(parameter) in: \(sql)"))
        case _ where isReading: refuse(.misuse("bound while its rows are being read: \(sql)"))
        default: refuse(.misuse("the connection is closed: \(sql)"))
        }
    }

    private func refuse(_ error: StoreError) {
        if bindingError == nil { bindingError = error }
    }

    private static func hasNUL(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return false }
        return memchr(start, 0, bytes.count) != nil
    }

    private static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if hasNUL(bytes) { return false }
        return (try? UTF8Span(validating: bytes.assumingMemoryBound(to: UInt8.self).span)) != nil
    }

    // MARK: Running

    @discardableResult
    func run() throws(StoreError) -> Int {
        try checkReady()
        try stepWrite()
        return Int(sqlite3_changes64(handle.connection))
    }

    func submit(expecting: RowExpectation) throws(StoreError) {
        try checkReady()
        try stepWrite()
        guard case .exactly(let expected) = expecting else { return }
        let changed = Int(sqlite3_changes64(handle.connection))
        guard changed == expected else {
            handle.noteFailure()
            throw .unexpectedRowCount(sql: sql, expected: expected, changed: changed)
        }
    }

    func query(_ body: (any StoreRow) throws(StoreError) -> Void) throws(StoreError) {
        guard !isReading else { throw .misuse("queried again while its rows are being read: \(sql)") }
        while try next() {
            do throws(StoreError) {
                try body(self)
            } catch {
                reset()
                throw error
            }
        }
    }

    func next() throws(StoreError) -> Bool {
        if !isReading || bindingError != nil { try checkReady() }
        let code = sqlite3_step(statement)
        if code == SQLITE_ROW {
            isReading = true
            return true
        }
        guard code == SQLITE_DONE else { throw stepFailure(code) }
        reset()
        return false
    }

    func reset() {
        sqlite3_reset(statement)
        isReading = false
        boundParameters = 0
        bindingError = nil
        memory.reclaim()
    }

    private func stepWrite() throws(StoreError) {
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE else {
            guard code == SQLITE_ROW else { throw stepFailure(code) }
            reset()
            handle.noteFailure()
            throw .misuse("run returned rows, use query: \(sql)")
        }
        sqlite3_reset(statement)
        boundParameters = 0
        memory.reclaim()
    }

    private func checkReady() throws(StoreError) {
        if boundParameters == allParameters, bindingError == nil, handle.transaction != .aborted { return }
        throw unreadiness()
    }

    private func unreadiness() -> StoreError {
        let error: StoreError =
            if handle.connection == nil {
                .misuse("the connection is closed: \(sql)")
            } else if handle.transaction == .aborted {
                .transactionAborted
            } else if let bindingError {
                bindingError
            } else {
                .misuse("parameter ?\((~boundParameters).trailingZeroBitCount + 1) is not bound: \(sql)")
            }
        // Bound into somebody's reading: that one may go on.
        if isReading { bindingError = nil } else { reset() }
        return error
    }

    private func stepFailure(_ code: CInt) -> StoreError {
        guard let statement else { return .misuse("the connection is closed: \(sql)") }
        var error = handle.failure(code, sql: sql)
        // Without a transaction the step was the commit too.
        if handle.transaction == .none, case .ioError(let detail) = error, sqlite3_stmt_readonly(statement) == 0 {
            error = .commitUncertain(detail)
        }
        reset()
        handle.noteFailure()
        return error
    }

    // MARK: Reading

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func id(_ column: Int32) throws(StoreError) -> ID128 {
        guard let start = sqlite3_column_blob(statement, column), sqlite3_column_bytes(statement, column) == ID128.byteCount else {
            throw .corrupt("column \(column) is not an id of \(ID128.byteCount) bytes in: \(sql)")
        }
        return ID128(UInt128(bigEndian: start.loadUnaligned(as: UInt128.self)))
    }

    func text(_ column: Int32) throws(StoreError) -> String {
        guard let start = sqlite3_column_text(statement, column) else { return "" }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
        do {
            return String(copying: try UTF8Span(validating: bytes.span))
        } catch {
            throw .corrupt("column \(column) is not UTF-8 in: \(sql)")
        }
    }

    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(statement, column)
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column)))
    }
}
