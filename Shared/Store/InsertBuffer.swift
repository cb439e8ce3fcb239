/// A row that is only ever inserted.
public protocol InsertedRow {
    static var insertSQL: String { get }
    /// Whether this row comes before another in the order of the primary key, in which writing is cheapest.
    static func precedes(_ a: Self, _ b: Self) -> Bool
    func bindInsert(to statement: any StoreStatement)
}

/// New rows of one table, kept until the batch writes them together.
public final class InsertBuffer<Row: InsertedRow> {
    private let connection: any StoreConnection
    private let statement: any StoreStatement
    private var rows: [Row] = []

    public init(_ connection: any StoreConnection) throws(StoreError) {
        self.connection = connection
        statement = try connection.prepare(Row.insertSQL)
    }

    /// Rows not written yet.
    public var count: Int { rows.count }

    public func append(_ row: Row) { rows.append(row) }

    /// Writes the rows in the order of their keys.
    public func flush() throws(StoreError) {
        guard !rows.isEmpty else { return }
        rows.sort(by: Row.precedes)
        try connection.runMany(statement, count: rows.count) { number, statement in rows[number].bindInsert(to: statement) }
        rows.removeAll(keepingCapacity: true)
    }

    /// Forgets the rows not written.
    public func clear() {
        rows.removeAll(keepingCapacity: true)
    }
}
