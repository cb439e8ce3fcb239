import Store
import Testing

private struct Circuit: StoredRow, Equatable {
    var id: Int64
    var used: Int64

    var key: Int64 { id }
    static let selectSQL = "SELECT id, used FROM circuit WHERE id = ?1"
    static let insertSQL = "INSERT INTO circuit (id, used) VALUES (?1, ?2)"
    static let updateSQL = "UPDATE circuit SET used = ?2 WHERE id = ?1"
    static let deleteSQL = "DELETE FROM circuit WHERE id = ?1"

    static func bindKey(_ key: Int64, to statement: any StoreStatement) { statement.bind(1, key) }
    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, id)
        statement.bind(2, used)
    }
    func bindUpdate(to statement: any StoreStatement) { bindInsert(to: statement) }

    init(id: Int64, used: Int64) {
        self.id = id
        self.used = used
    }
    init(row: any StoreRow) throws(StoreError) { self.init(id: row.int64(0), used: row.int64(1)) }
}

/// A circuit whose columns are written in two parts.
private struct Span: PartedRow {
    var id: Int64
    var used: Int64
    var name: Int64

    var key: Int64 { id }
    static let layout = RowLayout([("span", [RowPart(0, ["used"]), RowPart(1, ["name"])])])

    static func bindKey(_ key: Int64, to statement: any StoreStatement) { statement.bind(1, key) }

    func bind(_ parts: RowParts, to statement: any StoreStatement, from first: Int32) {
        var next = first
        if parts.contains(.part(0)) {
            statement.bind(next, used)
            next += 1
        }
        if parts.contains(.part(1)) { statement.bind(next, name) }
    }

    func changedParts(since original: Span) -> RowParts {
        var parts: RowParts = []
        if used != original.used { parts.insert(.part(0)) }
        if name != original.name { parts.insert(.part(1)) }
        return parts
    }

    init(id: Int64, used: Int64, name: Int64) {
        self.id = id
        self.used = used
        self.name = name
    }

    init(row: any StoreRow) throws(StoreError) {
        id = row.int64(0)
        used = row.int64(1)
        name = row.int64(2)
    }
}

/// A circuit whose use is counted in a table of its own.
private struct Count: PartedRow {
    var span: Span

    var key: Int64 { span.id }
    static let layout = RowLayout([("named", [RowPart(1, ["name"])]), ("counted", [RowPart(0, ["used"])])])

    static func bindKey(_ key: Int64, to statement: any StoreStatement) { statement.bind(1, key) }

    func bind(_ parts: RowParts, to statement: any StoreStatement, from first: Int32) {
        span.bind(parts, to: statement, from: first)
    }

    func changedParts(since original: Count) -> RowParts { span.changedParts(since: original.span) }

    init(id: Int64, name: Int64, used: Int64) { span = Span(id: id, used: used, name: name) }

    init(row: any StoreRow) throws(StoreError) {
        self.init(id: row.int64(0), name: row.int64(1), used: row.int64(2))
    }
}

@Suite("Rows held in memory for a batch")
struct RowCacheTests {
    /// Triggers leave a line in `trace` for each write, so that the order of writes can be seen.
    static let schema = """
        CREATE TABLE circuit (id {int} NOT NULL PRIMARY KEY, used {int} NOT NULL) {table};
        CREATE TABLE trace (place {int} PRIMARY KEY, what {text} NOT NULL) {table};
        INSERT INTO circuit VALUES (1, 10), (2, 20), (3, 30), (4, 40);
        CREATE TRIGGER a AFTER INSERT ON circuit BEGIN INSERT INTO trace (what) VALUES ('insert ' || NEW.id); END;
        CREATE TRIGGER b AFTER UPDATE ON circuit BEGIN INSERT INTO trace (what) VALUES ('update ' || NEW.id); END;
        CREATE TRIGGER c AFTER DELETE ON circuit BEGIN INSERT INTO trace (what) VALUES ('delete ' || OLD.id); END
        """

    private func trace(_ connection: any StoreConnection) throws(StoreError) -> [String] {
        var lines: [String] = []
        try connection.prepare("SELECT what FROM trace ORDER BY place").query { row throws(StoreError) in lines.append(try row.text(0)) }
        return lines
    }

    private func start(_ driver: Driver) throws -> (TestDatabase, any StoreConnection, RowCache<Circuit>) {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        return (database, writer, try RowCache<Circuit>(writer))
    }

    @Test(arguments: Driver.allCases) func writesOnceInKeyOrder(_ driver: Driver) throws {
        let (_, writer, cache) = try start(driver)
        try writer.begin()
        try cache.insert(Circuit(id: 9, used: 0))
        try cache.insert(Circuit(id: 7, used: 0))
        try cache.change(3) { row in row.used += 1 }
        try cache.change(3) { row in row.used += 1 }
        #expect(try cache.replace(Circuit(id: 1, used: 5)))
        #expect(try cache.change(9) { row in row.used = 99 } != nil)
        #expect(try cache.delete(4))
        #expect(try cache.delete(2))
        #expect(cache.hasChanges)
        #expect(try trace(writer) == [])
        try cache.flush()
        #expect(!cache.hasChanges)
        #expect(try trace(writer) == ["delete 2", "delete 4", "insert 7", "insert 9", "update 1", "update 3"])
        try cache.flush()
        try writer.commit()
        #expect(try trace(writer).count == 6)
        #expect(try writer.numbers("SELECT used FROM circuit ORDER BY id") == [5, 32, 0, 99])
    }

    @Test(arguments: Driver.allCases) func writesTheChangedPartsOnly(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(
            """
            CREATE TABLE span (id {int} NOT NULL PRIMARY KEY, used {int} NOT NULL, name {int} NOT NULL) {table};
            CREATE TABLE trace (place {int} PRIMARY KEY, what {text} NOT NULL) {table};
            INSERT INTO span VALUES (1, 10, 100), (2, 20, 200), (3, 30, 300), (4, 40, 400);
            CREATE TRIGGER a AFTER UPDATE OF used ON span BEGIN INSERT INTO trace (what) VALUES ('used ' || NEW.id); END;
            CREATE TRIGGER b AFTER UPDATE OF name ON span BEGIN INSERT INTO trace (what) VALUES ('name ' || NEW.id); END
            """)
        let cache = try RowCache<Span>(writer)
        try writer.begin()
        try cache.change(1) { row in row.used += 1 }
        try cache.change(1) { row in row.used += 1 }
        try cache.change(2) { row in row.name += 1 }
        var third = try #require(try cache.row(3))
        third.used = 31
        third.name = 301
        #expect(try cache.replace(third))
        // There and back again is no change.
        try cache.change(4) { row in row.used += 1 }
        try cache.change(4) { row in row.used -= 1 }
        try cache.flush()
        #expect(try trace(writer).sorted() == ["name 2", "name 3", "used 1", "used 3"])
        // What was written is what later changes are seen against.
        try cache.change(1) { row in row.name = 101 }
        try cache.flush()
        try writer.commit()
        #expect(try trace(writer).sorted() == ["name 1", "name 2", "name 3", "used 1", "used 3"])
        #expect(try writer.numbers("SELECT used FROM span ORDER BY id") == [12, 20, 31, 40])
        #expect(try writer.numbers("SELECT name FROM span ORDER BY id") == [101, 201, 301, 400])
    }

    @Test(arguments: Driver.allCases) func writesTheTablesThatChangedOnly(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let tables = ["named", "counted"].map { table in
            ["INSERT", "UPDATE", "DELETE"].map { what in
                """
                CREATE TRIGGER \(what)_\(table) AFTER \(what) ON \(table) BEGIN
                    INSERT INTO trace (what) VALUES ('\(what) \(table) ' || \(what == "DELETE" ? "OLD" : "NEW").id);
                END;
                """
            }
        }
        let writer = try database.writer(
            """
            CREATE TABLE named (id {int} NOT NULL PRIMARY KEY, name {int} NOT NULL) {table};
            CREATE TABLE counted (id {int} NOT NULL PRIMARY KEY REFERENCES named (id), used {int} NOT NULL) {table};
            CREATE TABLE trace (place {int} PRIMARY KEY, what {text} NOT NULL) {table};
            INSERT INTO named VALUES (1, 100), (2, 200), (3, 300);
            INSERT INTO counted VALUES (1, 10), (2, 20), (3, 30);
            \(tables.joined().joined(separator: "\n"))
            """)
        let cache = try RowCache<Count>(writer)
        try writer.begin()
        #expect(try cache.row(2)?.span.name == 200)
        try cache.change(1) { row in row.span.used += 1 }
        try cache.change(2) { row in
            row.span.used += 1
            row.span.name += 1
        }
        #expect(try cache.delete(3))
        try cache.insert(Count(id: 5, name: 500, used: 50))
        try cache.insert(Count(id: 4, name: 400, used: 40))
        try cache.flush()
        // One that refers to another comes after it, and goes before it.
        #expect(
            try trace(writer) == [
                "DELETE counted 3", "DELETE named 3", "INSERT named 4", "INSERT named 5", "INSERT counted 4", "INSERT counted 5",
                "UPDATE named 2", "UPDATE counted 1", "UPDATE counted 2",
            ])
        // One that takes the place of a deleted one is written whole.
        #expect(try cache.delete(1))
        try cache.insert(Count(id: 1, name: 101, used: 1))
        try cache.flush()
        try writer.commit()
        #expect(try trace(writer).suffix(2) == ["UPDATE named 1", "UPDATE counted 1"])
        #expect(try writer.numbers("SELECT name FROM named ORDER BY id") == [101, 201, 400, 500])
        #expect(try writer.numbers("SELECT used FROM counted ORDER BY id") == [1, 21, 40, 50])
    }

    @Test(arguments: Driver.allCases) func loadsEachRowOnce(_ driver: Driver) throws {
        let (_, writer, cache) = try start(driver)
        #expect(try cache.row(1)?.used == 10)
        #expect(try cache.row(50) == nil)
        try writer.run("UPDATE circuit SET used = 11 WHERE id = ?1", 1)
        try writer.run("INSERT INTO circuit VALUES (?1, 1)", 50)
        #expect(try cache.row(1)?.used == 10)
        #expect(try cache.row(50) == nil)
        #expect(cache.count == 2)
        cache.clear()
        #expect(cache.count == 0)
        #expect(try cache.row(1)?.used == 11)
        #expect(try cache.row(50)?.used == 1)
    }

    @Test(arguments: Driver.allCases) func loadsManyAtOnce(_ driver: Driver) throws {
        let (_, writer, cache) = try start(driver)
        try cache.insert(Circuit(id: 60, used: 6))
        try cache.load([3, 1, 60, 50, 3])
        try writer.execute(script: "DELETE FROM circuit")
        #expect(try cache.row(1)?.used == 10)
        #expect(try cache.row(3)?.used == 30)
        #expect(try cache.row(50) == nil)
        #expect(try cache.row(60)?.used == 6)
        #expect(cache.count == 4)
    }

    @Test(arguments: Driver.allCases) func changesOfMind(_ driver: Driver) throws {
        let (_, writer, cache) = try start(driver)
        try cache.insert(Circuit(id: 5, used: 1))
        #expect(try cache.delete(5))
        #expect(try !cache.delete(5))
        #expect(try cache.row(5) == nil)
        #expect(!cache.hasChanges)
        try cache.insert(Circuit(id: 5, used: 2))
        #expect(try cache.delete(1))
        #expect(try cache.row(1) == nil)
        #expect(try cache.change(1) { row in row.used = 0 } == nil)
        #expect(try !cache.replace(Circuit(id: 1, used: 0)))
        try cache.insert(Circuit(id: 1, used: 77))
        try cache.change(2) { row in row.used = 0 }
        #expect(try cache.delete(2))
        try writer.begin()
        try cache.flush()
        try writer.commit()
        #expect(try trace(writer) == ["delete 2", "insert 5", "update 1"])
        #expect(try cache.row(1)?.used == 77)
        #expect(try cache.row(2) == nil)
        #expect(try cache.row(5)?.used == 2)
        try cache.change(5) { row in row.used = 3 }
        try cache.insert(Circuit(id: 2, used: 9))
        try cache.flush()
        #expect(try trace(writer).suffix(2) == ["insert 2", "update 5"])
    }

    @Test(arguments: Driver.allCases) func twoRowsOfOneKey(_ driver: Driver) throws {
        let (_, writer, cache) = try start(driver)
        try cache.insert(Circuit(id: 5, used: 1))
        #expect(failure { () throws(StoreError) in try cache.insert(Circuit(id: 5, used: 1)) }?.code == "constraint.primaryKey")
        _ = try cache.row(1)
        #expect(failure { () throws(StoreError) in try cache.insert(Circuit(id: 1, used: 1)) }?.code == "constraint.primaryKey")
        try cache.insert(Circuit(id: 2, used: 1))
        try writer.begin()
        #expect(failure { () throws(StoreError) in try cache.flush() }?.code == "constraint.primaryKey")
        try writer.rollback()
        cache.clear()
        #expect(try cache.row(5) == nil)
        #expect(try cache.row(2)?.used == 20)
    }

    @Test(arguments: Driver.allCases) func theRowsThatCameLastAreKept(_ driver: Driver) throws {
        let (_, writer, cache) = try start(driver)
        for key in [1, 2, 50, 3] as [Int64] { _ = try cache.row(key) }
        cache.forgetOldest(keeping: 3)
        #expect(cache.count == 4)
        try cache.change(1) { row in row.used += 1 }
        cache.forgetOldest(keeping: 2)
        #expect(cache.count == 4)
        try cache.flush()
        cache.forgetOldest(keeping: 2)
        #expect(cache.count == 2)
        // Those kept are not read again, those forgotten are as the database has them.
        try writer.execute(script: "UPDATE circuit SET used = 99 WHERE id > 1; INSERT INTO circuit VALUES (50, 1)")
        #expect(try cache.row(3)?.used == 30)
        #expect(try cache.row(50) == nil)
        #expect(try cache.row(1)?.used == 11)
        #expect(try cache.row(2)?.used == 99)
        try cache.change(3) { row in row.used = 5 }
        try cache.flush()
        #expect(try writer.numbers("SELECT used FROM circuit ORDER BY id") == [11, 99, 5, 99, 1])
    }

    @Test(arguments: Driver.allCases) func aRowThatVanishedIsAnError(_ driver: Driver) throws {
        let (_, writer, cache) = try start(driver)
        try cache.change(3) { row in row.used = 1 }
        try writer.run("DELETE FROM circuit WHERE id = ?1", 3)
        #expect(failure { () throws(StoreError) in try cache.flush() }?.code == "unexpectedRowCount")
    }
}

@Suite("Rows that are only inserted")
struct InsertBufferTests {
    private struct Line: InsertedRow {
        var number: Int64
        static let insertSQL = "INSERT INTO line (number) VALUES (?1)"
        static func precedes(_ a: Self, _ b: Self) -> Bool { a.number < b.number }
        func bindInsert(to statement: any StoreStatement) { statement.bind(1, number) }
    }

    @Test("They are written once, in the order of their keys") func writing() throws {
        let database = try TestDatabase(.sqliteMemory)
        let writer = try database.writer(
            "CREATE TABLE line (place {int} PRIMARY KEY, number {int} NOT NULL) {table}")
        let buffer = try InsertBuffer<Line>(writer)
        for number in [3, 1, 2] as [Int64] { buffer.append(Line(number: number)) }
        try writer.begin()
        try buffer.flush()
        try buffer.flush()
        buffer.append(Line(number: 7))
        buffer.clear()
        try buffer.flush()
        try writer.commit()
        #expect(try writer.numbers("SELECT number FROM line ORDER BY place") == [1, 2, 3])
        #expect(buffer.count == 0)
    }
}
