/// A row that ``RowCache`` can hold: how it is read and written.
///
/// The key is the first parameter, or the first parameters, of `selectSQL` and `deleteSQL`.
public protocol StoredRow {
    /// The primary key, ordered as the database orders it.
    associatedtype Key: Hashable & Comparable

    var key: Key { get }

    /// The row of one key.
    static var selectSQL: String { get }
    static var insertSQL: String { get }
    /// Changes exactly the row of one key.
    static var updateSQL: String { get }
    static var deleteSQL: String { get }

    static func bindKey(_ key: Key, to statement: any StoreStatement)
    func bindInsert(to statement: any StoreStatement)
    func bindUpdate(to statement: any StoreStatement)

    /// Reads the columns of `selectSQL`.
    init(row: any StoreRow) throws(StoreError)
}
