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
