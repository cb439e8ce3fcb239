/// A table that a row lies in, or parts of one: how it is written.
public struct RowTable: Sendable {
    /// The parts of the row that lie in it.
    public let parts: RowParts
    public let insertSQL: String
    /// Deletes the row of one key.
    public let deleteSQL: String
    private let update: @Sendable (RowParts) -> String

    /// A table that is written by these statements, whole rows at a time.
    public init(insertSQL: String, updateSQL: String, deleteSQL: String) {
        parts = .all
        self.insertSQL = insertSQL
        self.deleteSQL = deleteSQL
        update = { _ in updateSQL }
    }

    /// A table of these parts, whose columns are bound after the key, which is parameter 1.
    init(_ name: String, key: String, _ parts: [RowPart]) {
        self.parts = parts.reduce(into: []) { $0.formUnion($1.set) }
        let columns = [key] + parts.flatMap(\.columns)
        let values = columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        insertSQL = "INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES (\(values))"
        deleteSQL = "DELETE FROM \(name) WHERE \(key) = ?1"
        update = { written in
            let columns = parts.filter { written.contains($0.set) }.flatMap(\.columns)
            let assignments = columns.enumerated().map { "\($0.element) = ?\($0.offset + 2)" }.joined(separator: ", ")
            return "UPDATE \(name) SET \(assignments) WHERE \(key) = ?1"
        }
    }

    /// Changes parts of exactly the row of one key.
    /// - Parameter parts: some of those that lie in the table.
    public func updateSQL(of parts: RowParts) -> String { update(parts) }
}
