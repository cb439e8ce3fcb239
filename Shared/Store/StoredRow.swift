/// A row of one table that is written as a whole.
///
/// The key is the first parameter, or the first parameters, of `selectSQL` and `deleteSQL`.
public protocol StoredRow: CachedRow {
    static var insertSQL: String { get }
    /// Changes exactly the row of one key.
    static var updateSQL: String { get }
    static var deleteSQL: String { get }

    func bindInsert(to statement: any StoreStatement)
    func bindUpdate(to statement: any StoreStatement)
}

extension StoredRow {
    public static var tables: [RowTable] { [RowTable(insertSQL: insertSQL, updateSQL: updateSQL, deleteSQL: deleteSQL)] }
    @inlinable public func bindInsert(of parts: RowParts, to statement: any StoreStatement) { bindInsert(to: statement) }
    @inlinable public func bindUpdate(of parts: RowParts, to statement: any StoreStatement) { bindUpdate(to: statement) }
    @inlinable public static var isWrittenInParts: Bool { false }
    @inlinable public func changedParts(since original: Self) -> RowParts { .all }
}
