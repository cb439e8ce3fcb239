import CSQLite
import CSQLiteShims
import Glibc

/// How connections are opened and set. The figures were measured with rows like ours.
extension SQLiteHandle {
    /// 4 KiB costs 15 – 20 % more, 16 KiB gains nothing.
    static let pageBytes = 8192
    /// 32 MiB of log between checkpoints; 1,000 pages cost 9 – 14 % more, 16,000 gain nothing.
    static let checkpointPages = 4000

    static func openFile(_ path: String, for writing: Bool) throws(StoreError) -> SQLiteHandle {
        guard !path.isEmpty else { throw .misuse("the database has no path") }
        // SQLite would take ":memory:" and "file:…" for something else.
        let name = path.hasPrefix("/") ? path : "./" + path
        return SQLiteHandle(try open(name, flags: SQLITE_OPEN_NOMUTEX | (writing ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY)))
    }

    static func openMemory(_ database: MemoryDatabase) throws(StoreError) -> SQLiteHandle {
        SQLiteHandle(try open(database.uri, flags: SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI))
    }

    /// Makes the file, if there is none, with the right mode, which SQLite then gives to its log as well.
    ///
    /// An existing file is not opened: closing a descriptor of it would drop the locks that this process's connections hold.
    /// - Returns: The path without symbolic links, so that two names of a database share one lock.
    static func makeFile(_ path: String) throws(StoreError) -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .misuse("no path of a database: \(path)") }
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            throw .cannotOpen(path: path, reason: DatabaseLock.message(errno))
        }
        guard let real = realpath(path, nil) else { throw .cannotOpen(path: path, reason: DatabaseLock.message(errno)) }
        defer { free(real) }
        return String(cString: real)
    }

    /// What every connection is given.
    func setCommon(busyTimeout: Duration, cacheBytes: Int) throws(StoreError) {
        let (seconds, attoseconds) = busyTimeout.components
        sqlite3_busy_timeout(connection, CInt(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000))
        // Double-quoted text, which PostgreSQL does not know either; writes to the schema's own table; code in the schema.
        for (option, on) in [
            (SQLITE_DBCONFIG_DQS_DML, false), (SQLITE_DBCONFIG_DQS_DDL, false), (SQLITE_DBCONFIG_DEFENSIVE, true),
            (SQLITE_DBCONFIG_TRUSTED_SCHEMA, false), (SQLITE_DBCONFIG_ENABLE_FKEY, true),
        ] {
            let code = hc_sqlite_switch(connection, option, on ? 1 : 0)
            if code != SQLITE_OK { throw failure(code, sql: "sqlite3_db_config \(option)") }
        }
        try execute("PRAGMA cache_size = -\(cacheBytes >> 10)")
        try execute("PRAGMA temp_store = MEMORY")
        // Debian's SQLite overwrites what is deleted; retention here is about space, not about secrets.
        try execute("PRAGMA secure_delete = OFF")
        // No mmap, though it halves the price of a row outside a reader's cache (1.3 instead of 2.3 µs): an input/output
        // error would come as SIGBUS and end the process. A larger cache gives the same.
        try execute("PRAGMA mmap_size = 0")
    }

    /// A database that survives kill and power loss at any moment.
    func setDurable(path: String) throws(StoreError) {
        try execute("PRAGMA page_size = \(Self.pageBytes)")
        try execute("PRAGMA journal_mode = WAL")
        try execute("PRAGMA synchronous = FULL")
        try execute("PRAGMA wal_autocheckpoint = \(Self.checkpointPages)")
        try execute("PRAGMA journal_size_limit = \(2 * Self.checkpointPages * Self.pageBytes)")
        for (name, wanted) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")] {
            let found = try pragma(name)
            guard found == wanted else { throw .cannotOpen(path: path, reason: "\(name) is \(found) instead of \(wanted)") }
        }
    }
}
