import Store
import Testing

@Suite("Transactions")
struct TransactionConformanceTests {
    static let schema = "CREATE TABLE item (n {int} NOT NULL PRIMARY KEY) {table}; INSERT INTO item VALUES (1)"

    private func insert(_ number: Int64, _ writer: any StoreConnection) throws(StoreError) {
        try writer.run("INSERT INTO item VALUES (?1)", number)
    }

    private func numbers(_ connection: any StoreConnection) throws(StoreError) -> [Int64] {
        try connection.numbers("SELECT n FROM item ORDER BY n")
    }

    @Test(arguments: Driver.allCases) func commitKeepsAndRollbackUndoes(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        try writer.begin()
        #expect(writer.isInTransaction)
        try insert(2, writer)
        try writer.commit()
        #expect(!writer.isInTransaction)
        try writer.begin()
        try insert(3, writer)
        #expect(try numbers(writer) == [1, 2, 3])
        try writer.rollback()
        #expect(try numbers(writer) == [1, 2])
        try writer.rollback()
    }

    @Test(arguments: Driver.allCases) func theClosureFormRollsBackWhenItThrows(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        let answer = try writer.transaction { () throws(StoreError) in
            try insert(2, writer)
            return "kept"
        }
        #expect(answer == "kept")
        let error = failure { () throws(StoreError) in
            try writer.transaction { () throws(StoreError) in
                try insert(3, writer)
                throw .misuse("no")
            }
        }
        #expect(error == .misuse("no"))
        #expect(try numbers(writer) == [1, 2])
        #expect(!writer.isInTransaction)
    }

    @Test(arguments: Driver.allCases) func aFailedStatementAbortsTheTransaction(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        try writer.begin()
        try insert(2, writer)
        #expect(failure { () throws(StoreError) in try insert(1, writer) }?.code == "constraint.primaryKey")
        #expect(failure { () throws(StoreError) in try insert(3, writer) } == .transactionAborted)
        #expect(failure { () throws(StoreError) in _ = try numbers(writer) } == .transactionAborted)
        #expect(failure { () throws(StoreError) in try writer.execute(script: "DELETE FROM item") } == .transactionAborted)
        #expect(failure { () throws(StoreError) in try writer.flush() } == .transactionAborted)
        #expect(failure { () throws(StoreError) in _ = try writer.savepoint() } == .transactionAborted)
        #expect(failure { () throws(StoreError) in try writer.commit() } == .transactionAborted)
        #expect(!writer.isInTransaction)
        #expect(try numbers(writer) == [1])
        try insert(2, writer)
        #expect(try numbers(writer) == [1, 2])
    }

    @Test(arguments: Driver.allCases) func savepoints(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        try writer.begin()
        let outer = try writer.savepoint()
        try insert(2, writer)
        let inner = try writer.savepoint()
        try insert(3, writer)
        #expect(failure { () throws(StoreError) in try insert(3, writer) }?.code == "constraint.primaryKey")
        try writer.rollback(to: inner)
        try insert(4, writer)
        try writer.release(inner)
        #expect(failure { () throws(StoreError) in try writer.rollback(to: inner) }?.code == "misuse")
        #expect(try numbers(writer) == [1, 2, 4])
        try writer.rollback(to: outer)
        #expect(try numbers(writer) == [1])
        try insert(5, writer)
        try writer.release(outer)
        try writer.commit()
        #expect(try numbers(writer) == [1, 5])
        #expect(failure { () throws(StoreError) in _ = try writer.savepoint() }?.code == "misuse")
    }

    @Test(arguments: Driver.allCases) func nestedPartsFailAlone(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        try writer.transaction { () throws(StoreError) in
            for number in [2, 1, 3] as [Int64] {
                do throws(StoreError) {
                    try writer.nested { () throws(StoreError) in
                        try insert(number + 10, writer)
                        try insert(number, writer)
                    }
                } catch {
                    #expect(number == 1)
                    #expect(error.code == "constraint.primaryKey")
                }
            }
        }
        #expect(try numbers(writer) == [1, 2, 3, 12, 13])
    }

    @Test(arguments: Driver.allCases) func misuse(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        #expect(failure { () throws(StoreError) in try writer.commit() }?.code == "misuse")
        try writer.begin()
        #expect(failure { () throws(StoreError) in try writer.begin() }?.code == "misuse")
        #expect(failure { () throws(StoreError) in _ = try writer.prepare("SELECT nothing") }?.code == "invalidSQL")
        #expect(failure { () throws(StoreError) in try writer.commit() } == .transactionAborted)
    }

    @Test(arguments: Driver.allCases) func closingRollsBack(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        try writer.begin()
        try insert(2, writer)
        let select = try writer.prepare("SELECT n FROM item")
        #expect(try select.next())
        try writer.close()
        let again = try database.writer()
        #expect(try numbers(again) == [1])
    }
}

@Suite("Writer and readers")
struct IsolationConformanceTests {
    static let schema = TransactionConformanceTests.schema
    static let count = "SELECT COUNT(*) FROM item"

    @Test(arguments: Driver.allCases) func nothingUncommittedIsSeen(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        let reader = try database.configuration.openReader()
        #expect(try reader.number(Self.count) == 1)
        try writer.begin()
        try writer.run("INSERT INTO item VALUES (?1)", 2)
        do throws(StoreError) {
            #expect(try reader.number(Self.count) == 1)
        } catch {
            // In memory there is no older version to read.
            #expect(driver == .sqliteMemory)
            #expect(error.code == "busy")
            #expect(error.isRetriable)
        }
        try writer.commit()
        #expect(try reader.number(Self.count) == 2)
    }

    @Test(arguments: Driver.allCases) func aReadersTransactionSeesOneState(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        let reader = try database.configuration.openReader()
        try reader.begin()
        #expect(try reader.number(Self.count) == 1)
        do throws(StoreError) {
            try writer.run("INSERT INTO item VALUES (?1)", 2)
        } catch {
            #expect(driver == .sqliteMemory)
            #expect(error.code == "busy")
        }
        #expect(try reader.number(Self.count) == 1)
        try reader.commit()
        if driver == .sqliteMemory { try writer.run("INSERT INTO item VALUES (?1)", 2) }
        #expect(try reader.number(Self.count) == 2)
    }

    @Test(arguments: Driver.allCases) func readersCannotWrite(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        let reader = try database.configuration.openReader()
        #expect(writer.isWriter && !reader.isWriter)
        #expect(failure { () throws(StoreError) in try reader.run("DELETE FROM item") }?.code == "readOnly")
        #expect(failure { () throws(StoreError) in try reader.execute(script: "DROP TABLE item") }?.code == "readOnly")
        #expect(try writer.number(Self.count) == 1)
    }

    @Test(arguments: Driver.allCases) func oneWriterOnly(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        #expect(failure { () throws(StoreError) in _ = try database.configuration.openWriter() }?.code == "owned")
        try writer.close()
        let next = try database.configuration.openWriter()
        #expect(try next.number(Self.count) == 1)
    }

    @Test(arguments: Driver.allCases) func aDroppedWriterGivesUpOwnership(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        var kept: (any StoreStatement)?
        do {
            let writer = try database.writer(Self.schema)
            try writer.begin()
            kept = try writer.prepare("INSERT INTO item VALUES (2)")
            try kept?.run()
        }
        let next = try database.configuration.openWriter()
        #expect(try next.number(Self.count) == 1)
        #expect(failure { () throws(StoreError) in try kept?.run() }?.code == "misuse")
    }
}
