/// Why the database did not do what it was asked.
public enum StoreError: Error, Sendable, Equatable {
    /// A rule of the schema was broken; nothing of the statement was kept.
    case constraint(ConstraintViolation)
    /// Another connection or process holds the lock, longer than the busy time-out.
    case busy(String)
    /// The transaction met another one and was rolled back; the whole of it may be tried again.
    case serialization(String)
    /// No space left for the database; nothing was kept.
    case diskFull(String)
    /// The operating system failed to read or write. Do not go on with this connection.
    case ioError(String)
    /// It is not known whether the transaction was kept. Close the connection, open another one and look.
    case commitUncertain(String)
    /// The connection to the database server is gone; an open transaction is rolled back.
    case connectionLost(String)
    /// The database, or a value in it, is not what the schema says it is.
    case corrupt(String)
    /// A write on a reader's connection or on a read-only file system.
    case readOnly(String)
    /// The database could not be opened.
    case cannotOpen(path: String, reason: String)
    /// Another process owns the database. `holder` is its process id, where the lock file tells.
    case owned(path: String, holder: Int32?)
    /// A newer program has changed the schema: `found` is its last migration, `known` is ours.
    case schemaTooNew(module: String, found: Int, known: Int)
    /// A migration that was changed after it was applied, is missing, or failed.
    case migration(name: String, problem: String)
    /// A write changed another number of rows than the caller expects.
    case unexpectedRowCount(sql: String, expected: Int, changed: Int)
    /// Text that is not UTF-8 or holds a NUL, which PostgreSQL cannot keep.
    case invalidText(parameter: Int)
    /// A value or statement above the database's limits.
    case tooLarge(String)
    case outOfMemory
    /// The database does not understand the statement: a syntax error, an unknown table or column.
    case invalidSQL(String)
    /// An earlier statement of this transaction failed: only a rollback is possible now.
    case transactionAborted
    /// The API was used against its contract: a parameter left unbound, a statement of a closed connection.
    case misuse(String)
    /// Anything else the database reports, with its own code.
    case other(code: Int, String)
}

extension StoreError {
    /// A stable word for logs, metrics and answers.
    public var code: String {
        switch self {
        case .constraint(let violation): "constraint.\(violation.kind.rawValue)"
        case .busy: "busy"
        case .serialization: "serialization"
        case .diskFull: "diskFull"
        case .ioError: "ioError"
        case .commitUncertain: "commitUncertain"
        case .connectionLost: "connectionLost"
        case .corrupt: "corrupt"
        case .readOnly: "readOnly"
        case .cannotOpen: "cannotOpen"
        case .owned: "owned"
        case .schemaTooNew: "schemaTooNew"
        case .migration: "migration"
        case .unexpectedRowCount: "unexpectedRowCount"
        case .invalidText: "invalidText"
        case .tooLarge: "tooLarge"
        case .outOfMemory: "outOfMemory"
        case .invalidSQL: "invalidSQL"
        case .transactionAborted: "transactionAborted"
        case .misuse: "misuse"
        case .other: "other"
        }
    }

    /// Whether the same transaction, begun anew, may succeed later. Never true where it may already have succeeded.
    public var isRetriable: Bool {
        switch self {
        case .busy, .serialization, .diskFull, .connectionLost: true
        default: false
        }
    }
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .constraint(let violation): "constraint violated: \(violation)"
        case .busy(let detail): "database busy: \(detail)"
        case .serialization(let detail): "transactions collided: \(detail)"
        case .diskFull(let detail): "no space left for the database: \(detail)"
        case .ioError(let detail): "database input/output error: \(detail)"
        case .commitUncertain(let detail): "commit uncertain: \(detail)"
        case .connectionLost(let detail): "database connection lost: \(detail)"
        case .corrupt(let detail): "database corrupt: \(detail)"
        case .readOnly(let detail): "database read-only: \(detail)"
        case .cannotOpen(let path, let reason): "cannot open database \(path): \(reason)"
        case .owned(let path, let holder):
            "database \(path) is in use by \(holder.map { "process \($0)" } ?? "another process") (lock file \(path).lock)"
        case .schemaTooNew(let module, let found, let known):
            "the database's schema is newer than this program: \(module) is at migration \(found), the program knows \(known)"
        case .migration(let name, let problem): "migration \(name): \(problem)"
        case .unexpectedRowCount(let sql, let expected, let changed): "\(changed) rows changed instead of \(expected) by: \(sql)"
        case .invalidText(let parameter): "parameter ?\(parameter) is not UTF-8 text without NUL"
        case .tooLarge(let detail): "too large for the database: \(detail)"
        case .outOfMemory: "the database ran out of memory"
        case .invalidSQL(let detail): "invalid SQL: \(detail)"
        case .transactionAborted: "an earlier statement of this transaction failed; only a rollback is possible"
        case .misuse(let detail): "store misused: \(detail)"
        case .other(let code, let detail): "database error \(code): \(detail)"
        }
    }
}
