import Store
import Testing

@Suite("Many rows by one statement")
struct BulkConformanceTests {
    static let schema = "CREATE TABLE item (n {int} NOT NULL PRIMARY KEY, v {int} NOT NULL) {table}"

    @Test(arguments: Driver.allCases) func writesAndQueries(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        let insert = try writer.prepare("INSERT INTO item VALUES (?1, ?2)")
        try writer.begin()
        try writer.runMany(insert, count: 1_000) { row, statement in
            statement.bind(1, Int64(row))
            statement.bind(2, Int64(row * 2))
        }
        try writer.flush()
        let select = try writer.prepare("SELECT v FROM item WHERE n = ?1")
        var found: [Int: Int64] = [:]
        try writer.queryMany(select, count: 4) { query, statement in
            statement.bind(1, Int64(query * 400))
        } row: { query, row in
            found[query] = row.int64(0)
        }
        try writer.commit()
        #expect(found == [0: 0, 1: 800, 2: 1600])
        #expect(try writer.number("SELECT SUM(v) FROM item") == 999_000)
    }

    @Test(arguments: Driver.allCases) func anUnexpectedCountAborts(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema + "; INSERT INTO item VALUES (1, 1)")
        let update = try writer.prepare("UPDATE item SET v = v + 1 WHERE n = ?1")
        try writer.begin()
        let error = failure { () throws(StoreError) in
            try writer.runMany(update, count: 2, expecting: .exactly(1)) { row, statement in statement.bind(1, Int64(row + 1)) }
            try writer.flush()
        }
        #expect(error == .unexpectedRowCount(sql: update.sql, expected: 1, changed: 0))
        #expect(failure { () throws(StoreError) in try writer.commit() } == .transactionAborted)
        #expect(try writer.number("SELECT v FROM item") == 1)
    }

    @Test(arguments: Driver.allCases) func aViolationShowsAtFlushAtTheLatest(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        let insert = try writer.prepare("INSERT INTO item VALUES (?1, 0)")
        try writer.begin()
        let error = failure { () throws(StoreError) in
            try writer.runMany(insert, count: 3) { row, statement in statement.bind(1, Int64(row / 2)) }
            try writer.flush()
        }
        #expect(error?.code == "constraint.primaryKey")
        try writer.rollback()
        #expect(try writer.number("SELECT COUNT(*) FROM item") == 0)
    }

    @Test(arguments: Driver.allCases) func aStatementOfAnotherConnectionIsRefused(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        let reader = try database.configuration.openReader()
        let foreign = try reader.prepare("SELECT v FROM item")
        #expect(failure { () throws(StoreError) in try writer.runMany(foreign, count: 1) { _, _ in } }?.code == "misuse")
    }
}
