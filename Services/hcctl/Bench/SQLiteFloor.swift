import LocalCluster
import ServiceKit
import Store

/// How long SQLite alone needs to commit the rows of a run: inside SQLite itself, the finished databases' rows are inserted
/// into empty ones of the same schema and settings, and the rows that a lifecycle changes are updated as often as it does.
/// One thread for each database, as in the run.
struct SQLiteFloor {
    private let cluster: LocalCluster
    /// Rows in one transaction.
    private static let batch: Int64 = 5_000

    /// - Parameter cluster: a stopped one.
    init(_ cluster: LocalCluster) { self.cluster = cluster }

    /// - Parameter share: of the rows that belong to what was measured.
    func seconds(share: Double) throws -> Double {
        // How often a lifecycle updates its row after it was inserted.
        let services = [(cluster.partner, 3), (cluster.tenant, 4)] + (cluster.simulator.map { [($0, 0)] } ?? [])
        let failure = ConditionLock<String?>(nil)
        let start = MonotonicInstant.now
        let threads = try services.map { node, updates in
            let (name, database) = (node.name, node.databaseFile)
            return try NativeThread.start(named: "floor-\(name.prefix(8))") {
                do {
                    try Self.copy(database, to: "\(database)-floor", updates: updates)
                } catch {
                    failure.withLock { $0 = "\(name): \(error)" }
                }
            }
        }
        for thread in threads { thread.join() }
        if let failure = failure.withLock({ $0 }) { throw ClusterError("the floor of SQLite: \(failure)") }
        return (MonotonicInstant.now - start).inSeconds * share
    }

    private static func copy(_ source: String, to target: String, updates: Int) throws(StoreError) {
        let writer = try StoreConfiguration(location: .file(target)).openWriter()
        try writer.execute(script: "ATTACH DATABASE '\(source)' AS finished")
        var tables: [String] = []
        var definitions: [(name: String, isTable: Bool, sql: String)] = []
        try writer.prepare(
            "SELECT name, type, sql FROM finished.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC"
        )
        .query { row throws(StoreError) in
            definitions.append((try row.text(0), try row.text(1) == "table", try row.text(2)))
        }
        for definition in definitions {
            try writer.execute(script: definition.sql)
            if definition.isTable { tables.append(definition.name) }
        }
        try writer.execute(script: "PRAGMA foreign_keys = OFF")
        let keyed = Set(definitions.filter { $0.sql.contains("WITHOUT ROWID") }.map(\.name))
        for table in tables {
            try inBatches(of: table, isKeyed: keyed.contains(table), writer) { rows in
                "INSERT INTO main.\(table) SELECT * FROM finished.\(table) \(rows)"
            }
        }
        for _ in 0..<updates {
            try inBatches(of: "port_state", isKeyed: keyed.contains("port_state"), writer) { rows in
                "UPDATE main.port_state SET handled_sequence = handled_sequence + 1 \(rows)"
            }
        }
        try writer.close()
    }

    /// Runs a statement for all rows: in batches where rows are numbered, else in one transaction, which is cheaper still.
    private static func inBatches(
        of table: String, isKeyed: Bool, _ writer: any StoreConnection, _ sql: (String) -> String
    ) throws(StoreError) {
        guard !isKeyed else { return try writer.execute(script: sql("")) }
        let (last, count) =
            try writer.prepare("SELECT MAX(rowid), COUNT(*) FROM finished.\(table)").first { row throws(StoreError) in
                (row.int64(0), row.int64(1))
            } ?? (0, 0)
        // Numbers that are no counters, such as account ids.
        guard last < count + 10 * Self.batch else { return try writer.execute(script: sql("")) }
        for first in stride(from: Int64(0), through: last, by: Int64.Stride(Self.batch)) {
            try writer.execute(script: sql("WHERE rowid BETWEEN \(first) AND \(first + Self.batch - 1)"))
        }
    }
}
