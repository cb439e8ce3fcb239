import CSQLite
import Glibc
import Store
import Testing

@Suite("SQLite files")
struct SQLiteFileTests {
    static let schema = "CREATE TABLE item (n {int} NOT NULL PRIMARY KEY, b {blob}) {table}"

    private func path(_ database: TestDatabase) throws -> String {
        guard case .file(let path) = database.configuration.location else { throw StoreError.misuse("not a file") }
        return path
    }

    @Test func settingsAreInForce() throws {
        let database = try TestDatabase(.sqliteFile)
        let writer = try database.writer(Self.schema)
        let wanted: [(String, Int64)] = [
            ("synchronous", 2), ("foreign_keys", 1), ("page_size", 8192), ("wal_autocheckpoint", 4000), ("trusted_schema", 0),
            ("temp_store", 2), ("mmap_size", 0), ("busy_timeout", 5000), ("secure_delete", 0), ("cache_size", -65536),
            ("journal_size_limit", 65_536_000), ("query_only", 0),
        ]
        for (name, value) in wanted { #expect(try writer.number("PRAGMA \(name)") == value, "\(name)") }
        #expect(try writer.prepare("PRAGMA journal_mode").first { row throws(StoreError) in try row.text(0) } == "wal")
        let reader = try database.configuration.openReader()
        for (name, value) in [("query_only", 1), ("page_size", 8192), ("cache_size", -8192), ("foreign_keys", 1)] as [(String, Int64)] {
            #expect(try reader.number("PRAGMA \(name)") == value, "\(name)")
        }
        #expect(failure { () throws(StoreError) in _ = try writer.prepare("SELECT \"text\"") }?.code == "invalidSQL")
    }

    @Test func onlyTheOwnerMayReadTheFiles() throws {
        let database = try TestDatabase(.sqliteFile)
        let writer = try database.writer(Self.schema)
        for suffix in ["", "-wal", "-shm", ".lock"] {
            var status = stat()
            #expect(stat(try path(database) + suffix, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600, "\(suffix)")
        }
        try writer.close()
    }

    @Test func closingLeavesOneCompleteFile() throws {
        let database = try TestDatabase(.sqliteFile)
        let log = try path(database) + "-wal"
        var status = stat()
        let writer = try database.writer(Self.schema)
        try writer.run("INSERT INTO item (n) VALUES (?1)", 1)
        #expect(stat(log, &status) == 0 && status.st_size > 0)
        let reader = try database.configuration.openReader()
        #expect(try reader.number("SELECT COUNT(*) FROM item") == 1)
        try writer.close()
        #expect(stat(log, &status) == 0 && status.st_size == 0)
        #expect(try reader.number("SELECT COUNT(*) FROM item") == 1)
        try reader.close()
        let again = try database.configuration.openWriter()
        try again.run("INSERT INTO item (n) VALUES (?1)", 2)
        try again.close()
        #expect(stat(log, &status) != 0)
    }

    @Test func theLockFileNamesTheHolder() throws {
        let database = try TestDatabase(.sqliteFile)
        let writer = try database.writer()
        let path = try path(database)
        let error = failure { () throws(StoreError) in _ = try database.configuration.openWriter() }
        #expect(error == .owned(path: path, holder: getpid()))
        #expect(error?.description.contains(path) == true)
        #expect(error?.description.contains("\(getpid())") == true)
        try writer.close()
    }

    @Test func aSecondNameOfTheFileIsTheSameDatabase() throws {
        let database = try TestDatabase(.sqliteFile)
        let writer = try database.writer()
        let path = try path(database)
        #expect(symlink(path, path + ".link") == 0)
        let linked = StoreConfiguration(location: .file(path + ".link"))
        #expect(failure { () throws(StoreError) in _ = try linked.openWriter() } == .owned(path: path, holder: getpid()))
        try writer.close()
        let again = try linked.openWriter()
        try again.close()
    }

    @Test func anotherProgramsLockMakesTheWriterBusy() throws {
        let database = try TestDatabase(.sqliteFile)
        var configuration = database.configuration
        configuration.busyTimeout = .milliseconds(20)
        let writer = try configuration.openWriter()
        try writer.execute(script: try writer.dialect.expand(Self.schema))
        var other: OpaquePointer?
        #expect(sqlite3_open(try path(database), &other) == SQLITE_OK)
        defer { sqlite3_close(other) }
        #expect(sqlite3_exec(other, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK)
        let error = failure { () throws(StoreError) in try writer.begin() }
        #expect(error?.code == "busy")
        #expect(error?.isRetriable == true)
        #expect(!writer.isInTransaction)
        #expect(sqlite3_exec(other, "COMMIT", nil, nil, nil) == SQLITE_OK)
        try writer.begin()
        try writer.commit()
    }

    @Test func aFullDatabaseIsSaidToBeFull() throws {
        let database = try TestDatabase(.sqliteFile)
        let writer = try database.writer(Self.schema)
        _ = try writer.number("PRAGMA max_page_count = 10")
        let insert = try writer.prepare("INSERT INTO item VALUES (?1, ?2)")
        let error = failure { () throws(StoreError) in
            try writer.transaction { () throws(StoreError) in
                for number in 0..<20 {
                    insert.bind(1, Int64(number))
                    insert.bind(2, [UInt8](repeating: 1, count: 8_000))
                    try insert.run()
                }
            }
        }
        #expect(error?.code == "diskFull")
        #expect(error?.isRetriable == true)
        #expect(!writer.isInTransaction)
        #expect(try writer.number("SELECT COUNT(*) FROM item") == 0)
        _ = try writer.number("PRAGMA max_page_count = 1000")
        insert.bind(1, 1)
        insert.bind(2, [1])
        #expect(try insert.run() == 1)
    }

    @Test func whatCannotBeOpened() throws {
        let folder = try TemporaryFolder()
        let missing = StoreConfiguration(location: .file(folder.path + "/no/such/folder.sqlite"))
        #expect(failure { () throws(StoreError) in _ = try missing.openWriter() }?.code == "cannotOpen")
        #expect(failure { () throws(StoreError) in _ = try missing.openReader() }?.code == "cannotOpen")
        let file = folder.path + "/noise.sqlite"
        let descriptor = open(file, O_CREAT | O_WRONLY, 0o600)
        let noise = [UInt8](repeating: 0x5a, count: 20_000)
        #expect(write(descriptor, noise, noise.count) == noise.count)
        close(descriptor)
        #expect(failure { () throws(StoreError) in _ = try StoreConfiguration(location: .file(file)).openWriter() }?.code == "corrupt")
        for path in ["", "a\0b"] {
            #expect(failure { () throws(StoreError) in _ = try StoreConfiguration(location: .file(path)).openReader() }?.code == "misuse")
            #expect(failure { () throws(StoreError) in _ = try StoreConfiguration(location: .file(path)).openWriter() }?.code == "misuse")
        }
    }
}

@Suite("Other processes")
struct KillTests {
    @Test func aSecondProcessIsRefusedAndToldWhoOwnsTheFile() async throws {
        let database = try TestDatabase(.sqliteFile)
        let writer = try database.writer()
        guard case .file(let path) = database.configuration.location else { return }
        let owner = getpid()
        await #expect(processExitsWith: .success) { [path = path as String, owner = owner as Int32] in
            do throws(StoreError) {
                _ = try StoreConfiguration(location: .file(path)).openWriter()
                exit(3)
            } catch {
                exit(error == .owned(path: path, holder: owner) ? 0 : 4)
            }
        }
        try writer.close()
    }

    @Test func aKilledProcessLeavesWhatItCommitted() async throws {
        let database = try TestDatabase(.sqliteFile)
        guard case .file(let path) = database.configuration.location else { return }
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let writer = try StoreConfiguration(location: .file(path)).openWriter()
            try writer.execute(script: "CREATE TABLE item (n INTEGER PRIMARY KEY)")
            let insert = try writer.prepare("INSERT INTO item VALUES (?1)")
            for batch in 0..<11 {
                try writer.begin()
                try writer.runMany(insert, count: 100) { row, statement in statement.bind(1, Int64(batch * 100 + row)) }
                if batch == 10 { kill(getpid(), SIGKILL) }
                try writer.commit()
            }
        }
        let writer = try database.configuration.openWriter()
        #expect(try writer.number("SELECT COUNT(*) FROM item") == 1_000)
        #expect(try writer.prepare("PRAGMA integrity_check").first { row throws(StoreError) in try row.text(0) } == "ok")
    }
}

@Suite("SQLite's codes in our words")
struct SQLiteFailureTests {
    @Test(
        arguments: [
            (5, 0, "busy"), (5 | 2 << 8, 0, "busy"), (6 | 1 << 8, 0, "busy"), (13, 0, "diskFull"), (10 | 3 << 8, ENOSPC, "diskFull"),
            (10 | 4 << 8, EDQUOT, "diskFull"), (10 | 4 << 8, EIO, "ioError"), (10 | 4 << 8, 0, "ioError"), (11, 0, "corrupt"),
            (26, 0, "corrupt"), (8, 0, "readOnly"), (7, 0, "outOfMemory"), (18, 0, "tooLarge"), (1, 0, "invalidSQL"), (21, 0, "misuse"),
            (25, 0, "misuse"), (20, 0, "constraint.type"), (9, 0, "other"), (19 | 7 << 8, 0, "other"), (14, ENOENT, "ioError"),
        ] as [(CInt, CInt, String)])
    func mapping(_ code: CInt, _ systemError: CInt, _ expected: String) {
        let error = SQLiteFailure(code: code, message: "what happened", systemError: systemError, sql: "UPDATE t SET n = 1").storeError
        #expect(error.code == expected)
        #expect(error.isRetriable == ["busy", "diskFull"].contains(expected))
    }

    @Test func theTableIsReadFromTheStatement() {
        for sql in [
            "INSERT INTO t (n) VALUES (1)", "insert or ignore into t(n) VALUES (1)", "UPDATE t SET n = 1", "DELETE\nFROM \"t\" WHERE n = 1",
        ] {
            let error = SQLiteFailure(code: 19 | 1 << 8, message: "CHECK constraint failed: positive", sql: sql).storeError
            #expect(error == .constraint(ConstraintViolation(kind: .check, table: "t", name: "positive")))
        }
    }
}
