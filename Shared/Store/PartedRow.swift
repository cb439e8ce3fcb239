/// A row of many columns, of which most writes touch few: an update writes only those parts of it that changed, and what changes
/// often lies in a table of its own. Each column of a table costs on an update's way, changed or not.
///
/// Its key is one column, of the same name in all its tables.
public protocol PartedRow: CachedRow {
    static var layout: RowLayout { get }

    /// Binds the columns of the parts, which are of one table, in that table's order.
    func bind(_ parts: RowParts, to statement: any StoreStatement, from first: Int32)
}

extension PartedRow {
    public static var selectSQL: String { layout.selectSQL }
    public static var tables: [RowTable] { layout.tables }
    @inlinable public static var isWrittenInParts: Bool { true }

    @inlinable public func bindInsert(of parts: RowParts, to statement: any StoreStatement) { bindUpdate(of: parts, to: statement) }

    @inlinable
    public func bindUpdate(of parts: RowParts, to statement: any StoreStatement) {
        Self.bindKey(key, to: statement)
        bind(parts, to: statement, from: 2)
    }
}

/// A part of a row: columns that change together.
public struct RowPart: Sendable {
    /// The part in a set of parts.
    public let set: RowParts
    public let columns: [String]

    /// The row's part of this number, from 0.
    public init(_ number: Int, _ columns: [String]) {
        set = .part(number)
        self.columns = columns
    }
}

/// Parts of a row, by their numbers.
public struct RowParts: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let all = RowParts(rawValue: .max)

    /// The part of this number, from 0.
    @inlinable public static func part(_ number: Int) -> RowParts { RowParts(rawValue: 1 << UInt16(number)) }
}

/// The tables of a ``PartedRow``, each with its parts.
public struct RowLayout: Sendable {
    public let tables: [RowTable]
    /// The columns, each under its table's name, as the row is read: the key, then those of one table after the other.
    public let columns: String
    public let columnCount: Int32
    public let selectSQL: String

    /// - Parameter tables: one that refers to another after that one. Their columns are written in the order of their parts.
    public init(key: String = "id", _ tables: [(name: String, parts: [RowPart])]) {
        self.tables = tables.map { RowTable($0.name, key: key, $0.parts) }
        let qualified = tables.flatMap { table in table.parts.flatMap(\.columns).map { "\(table.name).\($0)" } }
        let first = tables[0].name
        let others = tables.dropFirst().map { " JOIN \($0.name) ON \($0.name).\(key) = \(first).\(key)" }.joined()
        columns = (["\(first).\(key)"] + qualified).joined(separator: ", ")
        columnCount = Int32(qualified.count) + 1
        selectSQL = "SELECT \(columns) FROM \(first)\(others) WHERE \(first).\(key) = ?1"
    }
}
