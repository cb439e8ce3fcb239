public import HostedConnection

/// Brings a database's schema to what the program knows, and refuses one it does not fit.
///
/// What was applied is kept in `schema_migration` with its whole text, so that a changed text shows.
public enum Migrator {
    private static let table = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            module {text} NOT NULL,
            number {int} NOT NULL,
            name {text} NOT NULL,
            sql {text} NOT NULL,
            applied_at {int} NOT NULL,
            PRIMARY KEY (module, number)
        ) {table}
        """

    /// Applies what is missing, modules in the order in which they are given, each migration in a transaction of its own.
    ///
    /// Everything is checked before anything is applied: a module's numbers without gaps, applied texts unchanged, nothing
    /// applied that this program does not know (``StoreError/schemaTooNew(module:found:known:)``).
    /// - Returns: What was applied now.
    @discardableResult
    public static func apply(
        _ migrations: [Migration], to connection: any StoreConnection, at now: Instant
    ) throws(StoreError) -> [Migration] {
        let modules = try inOrder(migrations)
        try connection.execute(script: try connection.dialect.expand(table))
        var missing: [Migration] = []
        for module in modules {
            missing += try check(module, against: try applied(module[0].module, in: connection))
        }
        for migration in missing { try apply(migration, to: connection, at: now) }
        return missing
    }

    /// Each module's migrations by number.
    private static func inOrder(_ migrations: [Migration]) throws(StoreError) -> [[Migration]] {
        var modules: [[Migration]] = []
        for migration in migrations {
            if let known = modules.firstIndex(where: { $0[0].module == migration.module }) {
                modules[known].append(migration)
            } else {
                modules.append([migration])
            }
        }
        for module in modules.indices {
            modules[module].sort { $0.number < $1.number }
            for (place, migration) in modules[module].enumerated() where migration.number != place + 1 {
                throw .migration(name: migration.fullName, problem: "the number should be \(place + 1): numbers run from 1 without gaps")
            }
        }
        return modules
    }

    private struct Applied {
        var number: Int
        var name: String
        var sql: String
    }

    private static func applied(_ module: String, in connection: any StoreConnection) throws(StoreError) -> [Applied] {
        let statement = try connection.prepare("SELECT number, name, sql FROM schema_migration WHERE module = ?1 ORDER BY number")
        statement.bindText(1, module)
        var applied: [Applied] = []
        try statement.query { row throws(StoreError) in
            applied.append(Applied(number: Int(row.int64(0)), name: try row.text(1), sql: try row.text(2)))
        }
        return applied
    }

    /// The module's migrations that are still to be applied.
    private static func check(_ module: [Migration], against applied: [Applied]) throws(StoreError) -> ArraySlice<Migration> {
        if let last = applied.last, last.number > module.count {
            throw .schemaTooNew(module: module[0].module, found: last.number, known: module.count)
        }
        for (place, (old, migration)) in zip(applied, module).enumerated() {
            guard old.number == place + 1 else {
                throw .migration(name: migration.fullName, problem: "the database has later migrations of the module but not this one")
            }
            guard old.name == migration.name, old.sql == migration.sql else {
                throw .migration(name: migration.fullName, problem: "its text or name was changed after it was applied (as \(old.name))")
            }
        }
        return module[applied.count...]
    }

    private static func apply(_ migration: Migration, to connection: any StoreConnection, at now: Instant) throws(StoreError) {
        do throws(StoreError) {
            let script = try connection.dialect.expand(migration.sql)
            try connection.transaction { () throws(StoreError) in
                try connection.execute(script: script)
                let record = try connection.prepare(
                    "INSERT INTO schema_migration (module, number, name, sql, applied_at) VALUES (?1, ?2, ?3, ?4, ?5)")
                record.bindText(1, migration.module)
                record.bind(2, Int64(migration.number))
                record.bindText(3, migration.name)
                record.bindText(4, migration.sql)
                record.bind(5, now)
                try record.run()
            }
        } catch {
            throw error.isRetriable ? error : .migration(name: migration.fullName, problem: error.description)
        }
    }
}
