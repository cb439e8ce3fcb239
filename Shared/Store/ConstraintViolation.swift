/// A rule of the schema that a statement broke.
public struct ConstraintViolation: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case unique
        case primaryKey
        case foreignKey
        case check
        case notNull
        /// A value of another type than the column's.
        case type
    }

    public var kind: Kind
    /// The table written to, where the database or the statement tells.
    public var table: String?
    /// The columns concerned, in the order of the index; empty where the database does not tell (CHECK, foreign keys).
    public var columns: [String]
    /// Name of the CHECK constraint or unique index. nil for primary keys, foreign keys, NOT NULL and for uniqueness
    /// declared inside CREATE TABLE: create what must be told apart with `CREATE UNIQUE INDEX name`.
    public var name: String?

    public init(kind: Kind, table: String? = nil, columns: [String] = [], name: String? = nil) {
        self.kind = kind
        self.table = table
        self.columns = columns
        self.name = name
    }

    public var description: String {
        var text = kind.rawValue
        if let name { text += " \(name)" }
        if let table { text += " on \(table)" }
        if !columns.isEmpty { text += " (\(columns.joined(separator: ", ")))" }
        return text
    }
}
