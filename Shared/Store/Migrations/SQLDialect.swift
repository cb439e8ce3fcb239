/// What the markers in migrations stand for, so that one text makes the same tables in every database.
///
/// | marker | means | SQLite | PostgreSQL |
/// |---|---|---|---|
/// | `{int}` | 64-bit integer, time in microseconds, truth as 0 and 1 | `INTEGER` | `BIGINT` |
/// | `{id}` | 16-byte identifier | `BLOB` | `BYTEA` |
/// | `{blob}` | bytes | `BLOB` | `BYTEA` |
/// | `{text}` | UTF-8 text without NUL, ordered by bytes | `TEXT` | `TEXT COLLATE "C"` |
/// | `{table}` | after the closing parenthesis of a table | `STRICT` | |
/// | `{keyed}` | the same, for short rows found only by a primary key that is no single `{int}` | `STRICT, WITHOUT ROWID` | |
public enum SQLDialect: Sendable, Hashable, CaseIterable {
    case sqlite
    case postgreSQL

    private func meaning(_ marker: Substring) -> String? {
        switch (marker, self) {
        case ("int", .sqlite): "INTEGER"
        case ("int", .postgreSQL): "BIGINT"
        case ("id", .sqlite), ("blob", .sqlite): "BLOB"
        case ("id", .postgreSQL), ("blob", .postgreSQL): "BYTEA"
        case ("text", .sqlite): "TEXT"
        case ("text", .postgreSQL): "TEXT COLLATE \"C\""
        case ("table", .sqlite): "STRICT"
        case ("keyed", .sqlite): "STRICT, WITHOUT ROWID"
        case ("table", .postgreSQL), ("keyed", .postgreSQL): ""
        default: nil
        }
    }

    /// The text with its markers replaced; an unknown marker is ``StoreError/misuse(_:)``.
    public func expand(_ sql: String) throws(StoreError) -> String {
        var expanded = ""
        var rest = sql[...]
        while let open = rest.firstIndex(of: "{") {
            expanded += rest[..<open]
            let afterOpen = rest[rest.index(after: open)...]
            guard let close = afterOpen.firstIndex(of: "}") else { throw .misuse("a marker without its closing brace") }
            let marker = afterOpen[..<close]
            guard let text = meaning(marker) else { throw .misuse("unknown marker {\(marker)}") }
            expanded += text
            rest = afterOpen[afterOpen.index(after: close)...]
        }
        return expanded + rest
    }
}
