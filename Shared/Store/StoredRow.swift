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
    /// Changes parts of the row of one key. Only a row that is ``isWrittenInParts`` is asked.
    static func updateSQL(of parts: RowParts) -> String
    /// Whether an update writes only those parts of the row that changed: for rows of many columns, of which most writes touch
    /// few. Each column costs on its way, and so does each constraint that names it.
    static var isWrittenInParts: Bool { get }
    static var deleteSQL: String { get }

    static func bindKey(_ key: Key, to statement: any StoreStatement)
    func bindInsert(to statement: any StoreStatement)
    func bindUpdate(to statement: any StoreStatement)
    func bindUpdate(of parts: RowParts, to statement: any StoreStatement)

    /// The parts in which the row is other than it was.
    func changedParts(since original: Self) -> RowParts

    /// Reads the columns of `selectSQL`.
    init(row: any StoreRow) throws(StoreError)
}

extension StoredRow {
    @inlinable public static var isWrittenInParts: Bool { false }
    @inlinable public static func updateSQL(of parts: RowParts) -> String { updateSQL }
    @inlinable public func bindUpdate(of parts: RowParts, to statement: any StoreStatement) { bindUpdate(to: statement) }
    @inlinable public func changedParts(since original: Self) -> RowParts { .all }
}

/// Parts of a row, each a set of columns that change together.
public struct RowParts: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let all = RowParts(rawValue: .max)

    /// The part of this number, from 0.
    @inlinable public static func part(_ number: Int) -> RowParts { RowParts(rawValue: 1 << UInt8(number)) }

    /// `column = ?2, …` for the columns of the parts that are in the set, the row's key being parameter 1.
    /// - Parameter columns: the columns of each part, by its number.
    public func assignments(_ columns: [[String]]) -> String {
        columns.indices.filter { contains(.part($0)) }.flatMap { columns[$0] }.enumerated()
            .map { "\($0.element) = ?\($0.offset + 2)" }.joined(separator: ", ")
    }
}
