/// A row that ``RowCache`` can hold: how it is read and written. It lies in one table, as a ``StoredRow``, or in several, as a
/// ``PartedRow``.
public protocol CachedRow {
    /// The primary key, ordered as the database orders it.
    associatedtype Key: Hashable & Comparable

    var key: Key { get }

    /// The row of one key, which is the first parameter, or the first parameters.
    static var selectSQL: String { get }
    /// The tables that have a row of its key, one that refers to another after that one.
    static var tables: [RowTable] { get }

    static func bindKey(_ key: Key, to statement: any StoreStatement)
    /// Binds what one table's insertion takes.
    /// - Parameter parts: the table's.
    func bindInsert(of parts: RowParts, to statement: any StoreStatement)
    /// Binds what one table's update takes.
    /// - Parameter parts: those of the table that are written.
    func bindUpdate(of parts: RowParts, to statement: any StoreStatement)

    /// Whether an update writes only those parts of the row that changed.
    static var isWrittenInParts: Bool { get }
    /// The parts in which the row is other than it was. Only a row that is ``isWrittenInParts`` is asked.
    func changedParts(since original: Self) -> RowParts

    /// Reads the columns of `selectSQL`.
    init(row: any StoreRow) throws(StoreError)
}
