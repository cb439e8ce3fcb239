/// A row that is only ever inserted.
public protocol InsertedRow {
    static var insertSQL: String { get }
    /// Whether this row comes before another in the order of the primary key, in which writing is cheapest.
    static func precedes(_ a: Self, _ b: Self) -> Bool
    func bindInsert(to statement: any StoreStatement)
}

/// New rows of one table, kept until the batch writes them together.
///
/// Inlinable, because sorting is many times faster when it knows the rows.
public final class InsertBuffer<Row: InsertedRow> {
    @usableFromInline let connection: any StoreConnection
    @usableFromInline let statement: any StoreStatement
    @usableFromInline var rows: [Row] = []

    @inlinable
    public init(_ connection: any StoreConnection) throws(StoreError) {
        self.connection = connection
        statement = try connection.prepare(Row.insertSQL)
    }

    /// Rows not written yet.
    @inlinable public var count: Int { rows.count }

    @inlinable
    public func append(_ row: Row) { rows.append(row) }

    /// Writes the rows in the order of their keys.
    @inlinable
    public func flush() throws(StoreError) {
        guard !rows.isEmpty else { return }
        // The rows stay where they are: an order of numbers is cheaper to make than to move them about.
        let order = rows.indices.sorted { Row.precedes(rows[$0], rows[$1]) }
        try connection.runMany(statement, count: order.count) { place, statement in rows[order[place]].bindInsert(to: statement) }
        rows.removeAll(keepingCapacity: true)
    }

    /// Forgets the rows not written.
    @inlinable
    public func clear() {
        rows.removeAll(keepingCapacity: true)
    }
}
