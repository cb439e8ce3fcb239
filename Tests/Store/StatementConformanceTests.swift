import Store
import Testing

@Suite("Statements")
struct StatementConformanceTests {
    static let schema = """
        CREATE TABLE item (number {int} NOT NULL PRIMARY KEY, n {int} NOT NULL) {table};
        INSERT INTO item VALUES (1, 10), (2, 20), (3, 30)
        """

    @Test(arguments: Driver.allCases) func sameTextIsTheSameStatement(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer(Self.schema)
        let a = try writer.prepare("SELECT n FROM item")
        #expect(try writer.prepare("SELECT n FROM item") === a)
        #expect(try writer.prepare("SELECT n FROM item ") !== a)
    }

    @Test(arguments: Driver.allCases) func countsChangedRows(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer(Self.schema)
        #expect(try writer.run("UPDATE item SET n = n + 1 WHERE number >= ?1", 2) == 2)
        #expect(try writer.run("UPDATE item SET n = 0 WHERE number = ?1", 9) == 0)
        #expect(try writer.run("INSERT INTO item VALUES (?1, ?2) ON CONFLICT DO NOTHING", 1, 5) == 0)
        #expect(try writer.run("INSERT INTO item VALUES (?1, ?2) ON CONFLICT (number) DO UPDATE SET n = excluded.n", 1, 5) == 1)
        #expect(try writer.run("DELETE FROM item") == 3)
    }

    @Test(arguments: Driver.allCases) func returning(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer(Self.schema)
        #expect(try writer.numbers("UPDATE item SET n = n + 1 WHERE n < 30 RETURNING n").sorted() == [11, 21])
        #expect(failure { () throws(StoreError) in try writer.run("DELETE FROM item RETURNING n") }?.code == "misuse")
    }

    @Test(arguments: Driver.allCases) func parameterUsedTwiceAndOutOfOrder(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer(Self.schema)
        let select = try writer.prepare("SELECT ?2 + n FROM item WHERE n = ?1 OR n = ?1 + ?2 ORDER BY n")
        select.bind(2, 10)
        select.bind(1, 10)
        var found: [Int64] = []
        try select.query { row in found.append(row.int64(0)) }
        #expect(found == [20, 30])
    }

    @Test(arguments: Driver.allCases) func forgottenParameterIsAnError(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer(Self.schema)
        let insert = try writer.prepare("INSERT INTO item VALUES (?1, ?2)")
        insert.bind(1, 4)
        insert.bind(2, 40)
        try insert.run()
        insert.bind(1, 5)
        let error = failure { () throws(StoreError) in try insert.run() }
        #expect(error?.code == "misuse")
        #expect(error?.description.contains("?2") == true)
        insert.bind(1, 5)
        insert.bind(2, 50)
        #expect(try insert.run() == 1)
        #expect(try writer.number("SELECT n FROM item WHERE number = 5") == 50)
    }

    @Test(arguments: Driver.allCases) func unknownParameterIsAnError(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer(Self.schema)
        let select = try writer.prepare("SELECT n FROM item WHERE n = ?1")
        for parameter in [0, 2, -1] as [Int32] {
            select.bind(1, 10)
            select.bind(parameter, 10)
            #expect(failure { () throws(StoreError) in _ = try select.next() }?.code == "misuse")
        }
        select.bind(1, 10)
        #expect(try select.first { row in row.int64(0) } == 10)
    }

    @Test(arguments: Driver.allCases) func usableAgainAfterAnError(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer(Self.schema)
        let insert = try writer.prepare("INSERT INTO item VALUES (?1, ?2)")
        for attempt in 0..<3 {
            insert.bind(1, 1)
            insert.bind(2, 10)
            #expect(failure { () throws(StoreError) in try insert.run() }?.code == "constraint.primaryKey")
            insert.bind(1, Int64(10 + attempt))
            insert.bind(2, 10)
            #expect(try insert.run() == 1)
        }
        #expect(try writer.number("SELECT COUNT(*) FROM item") == 6)
    }

    @Test(arguments: Driver.allCases) func errorInTheMiddleOfAQueryEndsIt(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer(Self.schema)
        let select = try writer.prepare("SELECT n FROM item ORDER BY n")
        var seen = 0
        let error = failure { () throws(StoreError) in
            try select.query { row throws(StoreError) in
                seen += 1
                throw .misuse("enough")
            }
        }
        #expect(error == .misuse("enough"))
        #expect(seen == 1)
        #expect(try writer.numbers("SELECT n FROM item ORDER BY n") == [10, 20, 30])
    }

    @Test(arguments: Driver.allCases) func useInsideItsOwnQueryIsRefused(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer(Self.schema)
        let select = try writer.prepare("SELECT n FROM item WHERE n >= ?1 ORDER BY n")
        select.bind(1, 10)
        var seen: [Int64] = []
        try select.query { row in
            seen.append(row.int64(0))
            select.bind(1, 20)
            #expect(failure { () throws(StoreError) in try select.run() }?.code == "misuse")
            #expect(failure { () throws(StoreError) in try select.query { _ in } }?.code == "misuse")
        }
        #expect(seen == [10, 20, 30])
    }

    @Test(arguments: Driver.allCases) func stepByStep(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer(Self.schema)
        let select = try writer.prepare("SELECT n FROM item ORDER BY n")
        #expect(try select.next())
        #expect(select.int64(0) == 10)
        #expect(try select.next())
        select.reset()
        #expect(try select.next())
        #expect(select.int64(0) == 10)
        select.reset()
    }

    @Test(arguments: Driver.allCases) func whatTheDatabaseDoesNotUnderstand(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer(Self.schema)
        for sql in ["SELEC 1", "SELECT nothing FROM item", "SELECT n FROM nowhere"] {
            let error = failure { () throws(StoreError) in _ = try writer.prepare(sql) }
            #expect(error?.code == "invalidSQL")
            #expect(error?.description.contains(sql) == true)
        }
    }

    @Test(
        arguments: Driver.allCases,
        ["SELECT 1; SELECT 2", "", "-- nothing", "SELECT ?", "SELECT :a", "SELECT $1", "SELECT ?2"])
    func whatOnlyOneDatabaseWouldTakeIsRefused(_ driver: Driver, _ sql: String) throws {
        let writer = try TestDatabase(driver).writer()
        #expect(failure { () throws(StoreError) in _ = try writer.prepare(sql) }?.code == "misuse")
    }

    @Test(arguments: Driver.allCases) func manyParameters(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer()
        let sum = (1...64).map { "?\($0)" }.joined(separator: " + ")
        let select = try writer.prepare("SELECT \(sum)")
        for parameter in 1...64 { select.bind(Int32(parameter), Int64(parameter)) }
        #expect(try select.first { row in row.int64(0) } == 64 * 65 / 2)
        #expect(failure { () throws(StoreError) in _ = try writer.prepare("SELECT \(sum) + ?65") }?.code == "misuse")
    }

    @Test(arguments: Driver.allCases) func deadAfterClose(_ driver: Driver) throws {
        let writer = try TestDatabase(driver).writer(Self.schema)
        let insert = try writer.prepare("INSERT INTO item VALUES (?1, ?2)")
        let select = try writer.prepare("SELECT n FROM item")
        #expect(try select.next())
        try writer.close()
        try writer.close()
        insert.bind(1, 4)
        insert.bind(2, 4)
        #expect(failure { () throws(StoreError) in try insert.run() }?.code == "misuse")
        #expect(failure { () throws(StoreError) in _ = try select.next() }?.code == "misuse")
        #expect(select.int64(0) == 0)
        #expect(failure { () throws(StoreError) in try writer.begin() }?.code == "misuse")
        #expect(failure { () throws(StoreError) in _ = try writer.prepare("SELECT 1") }?.code == "misuse")
    }
}
