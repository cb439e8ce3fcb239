import Glibc
import HostedConnection
import Store
import Testing

/// Which database a conformance test runs on. Every driver must pass the same tests.
enum Driver: String, CaseIterable, CustomTestStringConvertible {
    case sqliteFile = "SQLite file"
    case sqliteMemory = "SQLite in memory"

    var testDescription: String { rawValue }
}

/// A fresh database, gone with this object.
final class TestDatabase {
    let configuration: StoreConfiguration
    private let folder: TemporaryFolder?

    init(_ driver: Driver) throws {
        switch driver {
        case .sqliteFile:
            let folder = try TemporaryFolder()
            self.folder = folder
            configuration = StoreConfiguration(location: .file(folder.path + "/test.sqlite"))
        case .sqliteMemory:
            folder = nil
            configuration = StoreConfiguration(location: .memory(try MemoryDatabase()))
        }
    }

    /// A writer with the tables of `schema`, markers and all.
    func writer(_ schema: String = "") throws -> any StoreConnection {
        let writer = try configuration.openWriter()
        if !schema.isEmpty { try writer.execute(script: try writer.dialect.expand(schema)) }
        return writer
    }
}

final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/store-tests-XXXXXX".utf8CString)
        let made = mkdtemp(&template)
        try #require(made != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        guard let entries = opendir(path) else { return }
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            unlink(path + "/" + name)
        }
        closedir(entries)
        rmdir(path)
    }
}

/// The error that `body` throws; a test that gets none fails.
func failure(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws(StoreError) -> Void
) -> StoreError? {
    do throws(StoreError) {
        try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error
    }
}

extension StoreConnection {
    /// The integer that a query answers.
    func number(_ sql: String) throws(StoreError) -> Int64? {
        try prepare(sql).first { row in row.int64(0) }
    }

    func numbers(_ sql: String) throws(StoreError) -> [Int64] {
        var numbers: [Int64] = []
        try prepare(sql).query { row in numbers.append(row.int64(0)) }
        return numbers
    }

    @discardableResult
    func run(_ sql: String, _ values: Int64...) throws(StoreError) -> Int {
        let statement = try prepare(sql)
        for (place, value) in values.enumerated() { statement.bind(Int32(place + 1), value) }
        return try statement.run()
    }
}

func testID(_ number: Int) -> ID128 { ID128(milliseconds: UInt64(number), kind: 1, sequence: 0, random: 7) }
