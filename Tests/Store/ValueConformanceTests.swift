import HostedConnection
import Store
import Testing

@Suite("Values go in and come out the same")
struct ValueConformanceTests {
    static let schema = "CREATE TABLE item (number {int} NOT NULL PRIMARY KEY, n {int}, b {blob}, t {text}) {table}"

    private func roundTrip<Value>(
        _ driver: Driver, column: String, bind: (any StoreStatement) -> Void, read: (any StoreRow) throws(StoreError) -> Value
    ) throws -> Value? {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        let insert = try writer.prepare("INSERT INTO item (number, \(column)) VALUES (?1, ?2)")
        insert.bind(1, 1)
        bind(insert)
        #expect(try insert.run() == 1)
        return try writer.prepare("SELECT \(column) FROM item").first(read)
    }

    @Test(arguments: Driver.allCases, [0, 1, -1, .max, .min, 1 << 53 + 1] as [Int64])
    func integers(_ driver: Driver, _ value: Int64) throws {
        #expect(try roundTrip(driver, column: "n", bind: { $0.bind(2, value) }, read: { $0.int64(0) }) == value)
    }

    @Test(arguments: Driver.allCases, [ID128(.max), ID128.none, testID(5)])
    func ids(_ driver: Driver, _ value: ID128) throws {
        #expect(try roundTrip(driver, column: "b", bind: { $0.bind(2, value) }, read: { row throws(StoreError) in try row.id(0) }) == value)
    }

    @Test(arguments: Driver.allCases) func idsSortAsInMemory(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer("CREATE TABLE item (id {id} NOT NULL PRIMARY KEY) {keyed}")
        let ids = [ID128(1), ID128(255), ID128(256), ID128(1 << 64), ID128(.max), ID128(1 << 127)]
        let insert = try writer.prepare("INSERT INTO item (id) VALUES (?1)")
        for id in ids.reversed() {
            insert.bind(1, id)
            try insert.run()
        }
        var found: [ID128] = []
        try writer.prepare("SELECT id FROM item ORDER BY id").query { row throws(StoreError) in found.append(try row.id(0)) }
        #expect(found == ids.sorted())
    }

    @Test(arguments: Driver.allCases, [0, 1, 15, 16, 17, 200, 8_192, 1 << 20]) func blobs(_ driver: Driver, _ count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try roundTrip(driver, column: "b", bind: { $0.bind(2, bytes) }, read: { $0.blob(0) }) == bytes)
        let kept = try bytes.withUnsafeBytes { pointer in
            try roundTrip(driver, column: "b", bind: { $0.bind(2, pointer) }, read: { row in row.withBytes(0) { [UInt8]($0) } })
        }
        #expect(kept == bytes)
    }

    @Test(arguments: Driver.allCases) func emptyIsNotNull(_ driver: Driver) throws {
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(try roundTrip(driver, column: "b", bind: { $0.bind(2, [] as [UInt8]) }, read: { $0.isNull(0) }) == false)
        #expect(try roundTrip(driver, column: "b", bind: { $0.bind(2, empty) }, read: { $0.isNull(0) }) == false)
        #expect(try roundTrip(driver, column: "t", bind: { $0.bindText(2, "") }, read: { $0.isNull(0) }) == false)
        #expect(try roundTrip(driver, column: "t", bind: { $0.bindText(2, empty) }, read: { $0.isNull(0) }) == false)
        #expect(try roundTrip(driver, column: "b", bind: { $0.bindNull(2) }, read: { $0.isNull(0) }) == true)
    }

    @Test(arguments: Driver.allCases) func nulls(_ driver: Driver) throws {
        #expect(try roundTrip(driver, column: "n", bind: { $0.bind(2, nil as Int64?) }, read: { $0.optionalInt64(0) }) == .some(nil))
        #expect(try roundTrip(driver, column: "n", bind: { $0.bindNull(2) }, read: { $0.int64(0) }) == 0)
        #expect(
            try roundTrip(
                driver, column: "b", bind: { $0.bind(2, nil as ID128?) }, read: { row throws(StoreError) in try row.optionalID(0) })
                == .some(nil))
        #expect(
            try roundTrip(
                driver, column: "t", bind: { $0.bindText(2, nil as String?) }, read: { row throws(StoreError) in try row.optionalText(0) })
                == .some(nil))
        let column = failure { () throws(StoreError) in
            do {
                _ = try roundTrip(driver, column: "b", bind: { $0.bindNull(2) }, read: { row throws(StoreError) in try row.id(0) })
            } catch let error as StoreError { throw error } catch {}
        }
        #expect(column?.code == "corrupt")
    }

    @Test(
        arguments: Driver.allCases, ["a", "Zürich – 東京 👩‍👩‍👧 🇨🇭", String(repeating: "x", count: 100_000), "fifteen bytes !", "\u{1}\u{10ffff}"])
    func texts(_ driver: Driver, _ text: String) throws {
        #expect(
            try roundTrip(driver, column: "t", bind: { $0.bindText(2, text) }, read: { row throws(StoreError) in try row.text(0) }) == text)
        let bytes = Array(text.utf8)
        let kept = try bytes.withUnsafeBytes { pointer in
            try roundTrip(driver, column: "t", bind: { $0.bindText(2, pointer) }, read: { row throws(StoreError) in try row.text(0) })
        }
        #expect(kept == text)
    }

    @Test(arguments: Driver.allCases) func textThatPostgreSQLCannotKeepIsRefused(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        let insert = try writer.prepare("INSERT INTO item (number, t) VALUES (?1, ?2)")
        for text in ["a\0b", "\0", String(repeating: "long enough to be on the heap ", count: 3) + "\0"] {
            insert.bind(1, 1)
            insert.bindText(2, text)
            #expect(failure { () throws(StoreError) in try insert.run() } == .invalidText(parameter: 2))
        }
        for bytes in [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0x61, 0]] as [[UInt8]] {
            insert.bind(1, 1)
            bytes.withUnsafeBytes { insert.bindText(2, $0) }
            #expect(failure { () throws(StoreError) in try insert.run() } == .invalidText(parameter: 2))
        }
        #expect(try writer.number("SELECT COUNT(*) FROM item") == 0)
    }

    @Test(arguments: Driver.allCases) func ourOwnTypes(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(
            "CREATE TABLE item (port {id} NOT NULL PRIMARY KEY, account {int} NOT NULL, at {int} NOT NULL, yes {int} NOT NULL, vbr {id}) {table}"
        )
        let port = PortID(bits: testID(1))
        let account = AccountID(number: 9_999_999_999_999_999)
        let insert = try writer.prepare("INSERT INTO item VALUES (?1, ?2, ?3, ?4, ?5)")
        insert.bind(1, port)
        insert.bind(2, account)
        insert.bind(3, Instant(microseconds: -5))
        insert.bind(4, true)
        insert.bind(5, nil as VBRID?)
        try insert.run()
        let read: Void? = try writer.prepare("SELECT port, account, at, yes, vbr FROM item").first { row throws(StoreError) in
            #expect(try row.identifier(0) == port)
            #expect(row.account(1) == account)
            #expect(row.instant(2) == Instant(microseconds: -5))
            #expect(row.bool(3))
            #expect(try row.optionalIdentifier(4, as: VBRKind.self) == nil)
        }
        #expect(read != nil)
    }
}
