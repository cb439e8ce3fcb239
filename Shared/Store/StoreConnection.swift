/// One connection to a service's database, used by the one thread that opened it.
///
/// A service has a single writer and any number of readers. SQL is what SQLite and PostgreSQL both accept, parameters are
/// written `?1`, `?2` ….
///
/// Writes given with ``StoreStatement/submit(expecting:)`` and ``runMany(_:count:expecting:bind:)`` may be held back by a
/// driver until the next query, ``flush()`` or ``commit()``, so that many travel in one round trip; their errors show at the
/// latest there. SQLite carries them out at once.
///
/// As in PostgreSQL, a statement that fails inside a transaction aborts it: everything but ``rollback()`` and
/// ``rollback(to:)`` then throws ``StoreError/transactionAborted``.
public protocol StoreConnection: AnyObject {
    /// Whether writes are possible.
    var isWriter: Bool { get }
    /// Whether a transaction is open, aborted or not.
    var isInTransaction: Bool { get }
    /// What the migrations' markers stand for in this database.
    var dialect: SQLDialect { get }

    /// The statement of this text, prepared at the first call and kept for the life of the connection.
    ///
    /// The same text gives the same object, so it must not be used again while its rows are being read.
    func prepare(_ sql: String) throws(StoreError) -> any StoreStatement

    /// Runs several statements without parameters, separated by semicolons.
    func execute(script: String) throws(StoreError)

    /// Opens a transaction: on a writer with the write lock, on a reader a view of the data as they stand at the first read.
    func begin() throws(StoreError)
    /// Keeps what the transaction did. When it throws, no transaction is open any more and, unless the error is
    /// ``StoreError/commitUncertain(_:)``, nothing was kept.
    func commit() throws(StoreError)
    /// Undoes the transaction; without one, does nothing.
    func rollback() throws(StoreError)

    /// Marks a point inside the transaction to which it can be rolled back.
    func savepoint() throws(StoreError) -> Savepoint
    /// Forgets the savepoint, and those made after it, and keeps what was done since.
    func release(_ savepoint: Savepoint) throws(StoreError)
    /// Undoes what was done since the savepoint, which stays. An aborted transaction can go on after it.
    func rollback(to savepoint: Savepoint) throws(StoreError)

    /// Waits until everything submitted so far is carried out, and throws the first error among it.
    func flush() throws(StoreError)

    /// Submits one statement `count` times, parameters bound by the closure before each time.
    func runMany(
        _ statement: any StoreStatement, count: Int, expecting: RowExpectation,
        bind: (Int, any StoreStatement) throws(StoreError) -> Void
    ) throws(StoreError)

    /// Queries with one statement `count` times; `row` gets the number of the query and one row of its answer.
    func queryMany(
        _ statement: any StoreStatement, count: Int,
        bind: (Int, any StoreStatement) throws(StoreError) -> Void,
        row: (Int, any StoreRow) throws(StoreError) -> Void
    ) throws(StoreError)

    /// Ends the connection, rolling back an open transaction; statements of it are dead afterwards. A writer leaves a
    /// database that is complete in its one file. Closing again does nothing.
    func close() throws(StoreError)
}

/// A point inside a transaction.
public struct Savepoint: Sendable, Hashable {
    let depth: Int
}

/// How many rows a write must change.
public enum RowExpectation: Sendable, Hashable {
    case any
    case exactly(Int)
}

extension StoreConnection {
    /// Runs `body` in a transaction: committed if it returns, rolled back if it throws.
    public func transaction<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        try begin()
        let value: Value
        do throws(StoreError) {
            value = try body()
        } catch {
            // The first error is the cause; a failing rollback can only follow from it.
            do throws(StoreError) { try rollback() } catch {}
            throw error
        }
        try commit()
        return value
    }

    /// Runs `body` between a savepoint and its release; what it did is undone if it throws, and the transaction can go on.
    public func nested<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        let point = try savepoint()
        let value: Value
        do throws(StoreError) {
            value = try body()
            try flush()
        } catch {
            // Where even this fails the transaction stays aborted; the first error is the cause.
            do throws(StoreError) {
                try rollback(to: point)
                try release(point)
            } catch {}
            throw error
        }
        try release(point)
        return value
    }

    /// Submits one statement `count` times, whatever number of rows each changes.
    public func runMany(
        _ statement: any StoreStatement, count: Int, bind: (Int, any StoreStatement) throws(StoreError) -> Void
    ) throws(StoreError) {
        try runMany(statement, count: count, expecting: .any, bind: bind)
    }
}
