import CSQLite
import Glibc

/// What SQLite reports of a failure, and what it means in our words. Made only once something has failed, so it may look
/// things up.
package struct SQLiteFailure {
    /// Extended result code.
    package var code: CInt
    var message: String
    /// errno of the failed system call, 0 if there was none.
    var systemError: CInt
    var sql: String
    /// Where to look up the name of a unique index.
    var connection: OpaquePointer?

    package init(code: CInt, message: String, systemError: CInt = 0, sql: String, connection: OpaquePointer? = nil) {
        self.code = code
        self.message = message
        self.systemError = systemError
        self.sql = sql
        self.connection = connection
    }

    init(code: CInt, connection: OpaquePointer?, sql: String) {
        // A call with a null pointer leaves no message behind.
        guard let connection else {
            self.init(code: SQLITE_MISUSE, message: "the connection is closed", sql: sql)
            return
        }
        self.init(
            code: code, message: String(cString: sqlite3_errmsg(connection)), systemError: sqlite3_system_errno(connection),
            sql: sql, connection: connection)
    }

    package var storeError: StoreError {
        switch code & 0xff {
        case SQLITE_CONSTRAINT: constraint
        case SQLITE_MISMATCH: .constraint(ConstraintViolation(kind: .type, table: table))
        case SQLITE_BUSY, SQLITE_LOCKED: .busy(detail)
        case SQLITE_FULL: .diskFull(detail)
        case SQLITE_IOERR where systemError == ENOSPC || systemError == EDQUOT: .diskFull(detail)
        case SQLITE_IOERR, SQLITE_PROTOCOL, SQLITE_NOLFS: .ioError(detail)
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt(detail)
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: .readOnly(detail)
        case SQLITE_CANTOPEN: .ioError(detail)
        case SQLITE_NOMEM: .outOfMemory
        case SQLITE_TOOBIG: .tooLarge(detail)
        case SQLITE_ERROR, SQLITE_SCHEMA: .invalidSQL(detail)
        case SQLITE_MISUSE, SQLITE_RANGE: .misuse(detail)
        default: .other(code: Int(code), detail)
        }
    }

    private var detail: String {
        let system = systemError == 0 ? "" : ", system error \(systemError)"
        return "\(message) (SQLite \(code)\(system)) in: \(sql)"
    }
}

// MARK: - Constraints

extension SQLiteFailure {
    // SQLite's SQLITE_CONSTRAINT_… macros, which Swift does not import.
    private static let check = SQLITE_CONSTRAINT | 1 << 8
    private static let foreignKey = SQLITE_CONSTRAINT | 3 << 8
    private static let notNull = SQLITE_CONSTRAINT | 5 << 8
    private static let primaryKey = SQLITE_CONSTRAINT | 6 << 8
    private static let unique = SQLITE_CONSTRAINT | 8 << 8
    private static let rowID = SQLITE_CONSTRAINT | 10 << 8
    private static let dataType = SQLITE_CONSTRAINT | 12 << 8

    private var constraint: StoreError {
        switch code {
        case Self.check: .constraint(check)
        case Self.foreignKey: .constraint(foreignKey)
        case Self.notNull: .constraint(columns(.notNull))
        case Self.primaryKey, Self.rowID: .constraint(columns(.primaryKey))
        case Self.unique: .constraint(unique)
        case Self.dataType: .constraint(type)
        default: .other(code: Int(code), detail)
        }
    }

    /// What follows the message's first colon.
    private var subject: Substring? {
        guard let colon = message.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return message[message.index(after: colon)...].drop { $0 == " " }
    }

    /// The table that the statement writes to, read from its text: SQLite does not name it for CHECK and foreign keys.
    private var table: String? {
        let words = sql.split(whereSeparator: { $0.isWhitespace || $0 == "(" || $0 == "\"" })
        let keywords = words.prefix(6).map { $0.uppercased() }
        for keyword in ["INTO", "UPDATE", "FROM"] {
            guard let place = keywords.firstIndex(of: keyword), place + 1 < words.count else { continue }
            return String(words[place + 1])
        }
        return nil
    }

    private var foreignKey: ConstraintViolation { ConstraintViolation(kind: .foreignKey, table: table) }

    private var check: ConstraintViolation {
        ConstraintViolation(kind: .check, table: table, name: subject.map(String.init))
    }

    /// "… failed: table.column, table.column"
    private func columns(_ kind: ConstraintViolation.Kind) -> ConstraintViolation {
        guard let subject else { return ConstraintViolation(kind: kind, table: table) }
        var named: String?
        var columns: [String] = []
        for part in subject.split(separator: ",") {
            let names = part.drop { $0 == " " }.split(separator: ".", maxSplits: 1)
            guard names.count == 2 else { continue }
            named = String(names[0])
            columns.append(String(names[1]))
        }
        return ConstraintViolation(kind: kind, table: named ?? table, columns: columns)
    }

    private var unique: ConstraintViolation {
        // An index over expressions is named itself: "… failed: index 'name'".
        if let subject, subject.hasPrefix("index '") {
            return ConstraintViolation(kind: .unique, table: table, name: String(subject.dropFirst(7).dropLast()))
        }
        var violation = columns(.unique)
        if let table = violation.table { violation.name = indexName(table: table, columns: violation.columns) }
        return violation
    }

    /// "cannot store TEXT value in INTEGER column table.column"
    private var type: ConstraintViolation {
        let names = message.split(separator: " ").last?.split(separator: ".", maxSplits: 1) ?? []
        guard names.count == 2 else { return ConstraintViolation(kind: .type, table: table) }
        return ConstraintViolation(kind: .type, table: String(names[0]), columns: [String(names[1])])
    }

    /// The unique index over just these columns, if it is one only and was created by name.
    private func indexName(table: String, columns: [String]) -> String? {
        let sql = """
            SELECT l.name FROM pragma_index_list(?1) AS l
            WHERE l."unique" = 1 AND l.origin = 'c'
            AND (SELECT group_concat(i.name, ',') FROM pragma_index_info(l.name) AS i) = ?2
            """
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else { return nil }
        defer { sqlite3_finalize(statement) }
        let wanted = columns.joined(separator: ",")
        return table.withCString { table in
            wanted.withCString { wanted in
                sqlite3_bind_text(statement, 1, table, -1, nil)
                sqlite3_bind_text(statement, 2, wanted, -1, nil)
                guard sqlite3_step(statement) == SQLITE_ROW, let text = sqlite3_column_text(statement, 0) else { return nil }
                let name = String(cString: text)
                return sqlite3_step(statement) == SQLITE_DONE ? name : nil
            }
        }
    }
}
