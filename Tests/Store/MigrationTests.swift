import HostedConnection
import Store
import Testing

@Suite("Migrations")
struct MigrationTests {
    static let now = Instant(seconds: 1_000)
    static let first = Migration(
        module: "engine", number: 1, name: "outbox", sql: "CREATE TABLE outbox (id {id} NOT NULL PRIMARY KEY) {keyed}")
    static let second = Migration(
        module: "engine", number: 2, name: "inbox",
        sql: "CREATE TABLE inbox (n {int} NOT NULL PRIMARY KEY) {table}; INSERT INTO inbox VALUES (5);")
    static let other = Migration(
        module: "partner", number: 1, name: "circuits", sql: "CREATE TABLE circuit (n {int} NOT NULL PRIMARY KEY) {table}")

    private func apply(_ migrations: [Migration], _ writer: any StoreConnection) throws(StoreError) -> [String] {
        try Migrator.apply(migrations, to: writer, at: Self.now).map(\.fullName)
    }

    @Test(arguments: Driver.allCases) func appliedOnceInOrder(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer()
        #expect(try apply([Self.first], writer) == ["engine/0001_outbox"])
        #expect(try apply([Self.other, Self.second, Self.first], writer) == ["partner/0001_circuits", "engine/0002_inbox"])
        #expect(try apply([Self.other, Self.second, Self.first], writer) == [])
        #expect(try writer.number("SELECT n FROM inbox") == 5)
        #expect(try writer.number("SELECT COUNT(*) FROM schema_migration WHERE applied_at = 1000000000") == 3)
        try writer.close()
        let again = try database.writer()
        #expect(try apply([Self.first, Self.second, Self.other], again) == [])
    }

    @Test(arguments: Driver.allCases) func aChangedTextIsRefused(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer()
        _ = try apply([Self.first], writer)
        let changed = Migration(module: "engine", number: 1, name: "outbox", sql: Self.first.sql + " ")
        let renamed = Migration(module: "engine", number: 1, name: "sent", sql: Self.first.sql)
        for wrong in [changed, renamed] {
            let error = failure { () throws(StoreError) in _ = try apply([wrong, Self.second], writer) }
            #expect(error?.code == "migration")
            #expect(error?.description.contains(wrong.fullName) == true)
        }
        #expect(try writer.number("SELECT COUNT(*) FROM schema_migration") == 1)
    }

    @Test(arguments: Driver.allCases) func gapsAreRefusedBeforeAnythingIsDone(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer()
        for wrong in [[Self.other, Self.second], [Self.other, Self.first, Self.first]] {
            #expect(failure { () throws(StoreError) in _ = try apply(wrong, writer) }?.code == "migration")
        }
        #expect(try writer.number("SELECT COUNT(*) FROM sqlite_master") == 0)
    }

    @Test(arguments: Driver.allCases) func aNewerDatabaseIsRefused(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer()
        _ = try apply([Self.first, Self.second], writer)
        let error = failure { () throws(StoreError) in _ = try apply([Self.other, Self.first], writer) }
        #expect(error == .schemaTooNew(module: "engine", found: 2, known: 1))
        #expect(try writer.number("SELECT COUNT(*) FROM schema_migration WHERE module = 'partner'") == 0)
    }

    @Test(arguments: Driver.allCases) func aFailingOneLeavesNothing(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer()
        let broken = Migration(
            module: "engine", number: 2, name: "broken", sql: "CREATE TABLE half (n {int} PRIMARY KEY) {table}; CREATE TABEL x (n)")
        let error = failure { () throws(StoreError) in _ = try apply([Self.first, broken, Self.other], writer) }
        #expect(error?.code == "migration")
        #expect(error?.description.contains("engine/0002_broken") == true)
        #expect(error?.description.contains("TABEL") == true)
        #expect(!writer.isInTransaction)
        #expect(try writer.number("SELECT COUNT(*) FROM sqlite_master WHERE name = 'half'") == 0)
        #expect(try writer.number("SELECT COUNT(*) FROM schema_migration") == 1)
        #expect(try apply([Self.first, Self.second, Self.other], writer) == ["engine/0002_inbox", "partner/0001_circuits"])
    }

    @Test(arguments: Driver.allCases) func fromAnEmbeddedFile(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer()
        let migration = try Migration(module: "tests", file: "0001_example.sql", content: PackageResources._001_example_sql)
        #expect(migration.fullName == "tests/0001_example")
        #expect(try apply([migration], writer) == ["tests/0001_example"])
        #expect(try writer.number("SELECT COUNT(*) FROM embedded_example") == 0)
    }

    @Test(arguments: ["1_a.sql", "0001.sql", "0001_a.txt", "000x_a.sql", "a"]) func wrongFileNames(_ file: String) {
        #expect(failure { () throws(StoreError) in _ = try Migration(module: "m", file: file, content: []) }?.code == "migration")
    }

    @Test func markers() throws {
        let sql = "CREATE TABLE t (a {int}, b {id}, c {blob}, d {text}) {table}; {keyed}"
        #expect(try SQLDialect.sqlite.expand(sql) == "CREATE TABLE t (a INTEGER, b BLOB, c BLOB, d TEXT) STRICT; STRICT, WITHOUT ROWID")
        #expect(try SQLDialect.postgreSQL.expand(sql) == "CREATE TABLE t (a BIGINT, b BYTEA, c BYTEA, d TEXT COLLATE \"C\") ; ")
        for dialect in SQLDialect.allCases {
            #expect(try dialect.expand("no markers") == "no markers")
            #expect(failure { () throws(StoreError) in _ = try dialect.expand("{integer}") }?.code == "misuse")
            #expect(failure { () throws(StoreError) in _ = try dialect.expand("a { b") }?.code == "misuse")
        }
    }
}
