public import HostedConnection

/// A prepared statement of one connection.
///
/// Every parameter is bound before each run: forgotten ones are an error, never a value left over. Binding itself does not
/// throw; what is wrong with a value is thrown by the run. Parameters count from 1.
public protocol StoreStatement: StoreRow {
    var sql: String { get }

    func bind(_ parameter: Int32, _ value: Int64)
    func bind(_ parameter: Int32, _ value: ID128)
    /// Binds a blob without copying it: the bytes must stay as they are until ``run()`` or ``submit(expecting:)`` returns or
    /// the answer has been read.
    func bind(_ parameter: Int32, _ bytes: UnsafeRawBufferPointer)
    /// Binds UTF-8 text without copying it: the bytes must stay as long as a blob's.
    func bindText(_ parameter: Int32, _ utf8: UnsafeRawBufferPointer)
    func bindText(_ parameter: Int32, _ text: String)
    /// Binds a copy of the bytes.
    func bindCopy(_ parameter: Int32, _ bytes: UnsafeRawBufferPointer)
    func bindNull(_ parameter: Int32)

    /// Runs an INSERT, UPDATE or DELETE now and returns the number of rows changed.
    @discardableResult
    func run() throws(StoreError) -> Int

    /// Runs a write whose count is not needed at once; a driver may hold it back (see ``StoreConnection``).
    func submit(expecting: RowExpectation) throws(StoreError)

    /// Calls `body` with each row of the answer. The statement itself must not be used inside.
    func query(_ body: (any StoreRow) throws(StoreError) -> Void) throws(StoreError)

    /// Moves to the next row of the answer, false at its end, after which the statement can be bound again.
    /// Who stops earlier calls ``reset()``: until then the connection holds its view of the data.
    func next() throws(StoreError) -> Bool

    /// Ends reading and forgets the bound values.
    func reset()
}

/// The current row of an answer, valid until the statement moves on. Columns count from 0.
public protocol StoreRow: AnyObject {
    func isNull(_ column: Int32) -> Bool
    /// The column's integer; 0 for NULL.
    func int64(_ column: Int32) -> Int64
    /// The column's 16-byte id; ``StoreError/corrupt(_:)`` for NULL and any other length.
    func id(_ column: Int32) throws(StoreError) -> ID128
    /// The column's text, empty for NULL; ``StoreError/corrupt(_:)`` if it is not UTF-8.
    func text(_ column: Int32) throws(StoreError) -> String
    /// The column's bytes, empty for NULL, where they lie in the database's memory: gone with the row.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer
}

extension StoreStatement {
    /// The first row's value, nil without a row. Further rows are not read.
    @inlinable
    public func first<Value>(_ read: (any StoreRow) throws(StoreError) -> Value) throws(StoreError) -> Value? {
        guard try next() else { return nil }
        defer { reset() }
        return try read(self)
    }

    /// Runs a write whatever number of rows it changes; a driver may hold it back (see ``StoreConnection``).
    @inlinable public func submit() throws(StoreError) { try submit(expecting: .any) }
}

extension StoreStatement {
    @inlinable
    public func bind(_ parameter: Int32, _ value: Int64?) {
        if let value { bind(parameter, value) } else { bindNull(parameter) }
    }

    @inlinable
    public func bind(_ parameter: Int32, _ value: ID128?) {
        if let value { bind(parameter, value) } else { bindNull(parameter) }
    }

    @inlinable public func bind(_ parameter: Int32, _ value: Bool) { bind(parameter, value ? 1 as Int64 : 0) }
    @inlinable public func bind(_ parameter: Int32, _ value: Instant) { bind(parameter, value.microseconds) }
    @inlinable public func bind(_ parameter: Int32, _ value: Instant?) { bind(parameter, value?.microseconds) }
    @inlinable public func bind(_ parameter: Int32, _ value: AccountID) { bind(parameter, Int64(bitPattern: value.number)) }
    @inlinable public func bind<Kind>(_ parameter: Int32, _ value: Identifier<Kind>) { bind(parameter, value.bits) }
    @inlinable public func bind<Kind>(_ parameter: Int32, _ value: Identifier<Kind>?) { bind(parameter, value?.bits) }
    @inlinable public func bind(_ parameter: Int32, _ value: ConnectionID) { bind(parameter, value.bits) }

    /// Binds a copy of the bytes.
    public func bind(_ parameter: Int32, _ value: [UInt8]) {
        value.withUnsafeBytes { bytes in bindCopy(parameter, bytes) }
    }

    @inlinable
    public func bindText(_ parameter: Int32, _ text: String?) {
        if let text { bindText(parameter, text) } else { bindNull(parameter) }
    }
}

extension StoreRow {
    /// The column's bytes for the length of the call, not copied; empty for NULL.
    @inlinable
    public func withBytes<Value, Failure: Error>(
        _ column: Int32, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try body(bytes(column))
    }

    /// A copy of the column's bytes, empty for NULL.
    public func blob(_ column: Int32) -> [UInt8] { [UInt8](bytes(column)) }

    @inlinable public func optionalInt64(_ column: Int32) -> Int64? { isNull(column) ? nil : int64(column) }
    @inlinable public func optionalID(_ column: Int32) throws(StoreError) -> ID128? { isNull(column) ? nil : try id(column) }
    @inlinable public func optionalText(_ column: Int32) throws(StoreError) -> String? { isNull(column) ? nil : try text(column) }
    @inlinable public func optionalInstant(_ column: Int32) -> Instant? { isNull(column) ? nil : instant(column) }

    @inlinable public func bool(_ column: Int32) -> Bool { int64(column) != 0 }
    @inlinable public func instant(_ column: Int32) -> Instant { Instant(microseconds: int64(column)) }
    @inlinable public func account(_ column: Int32) -> AccountID { AccountID(number: UInt64(bitPattern: int64(column))) }

    /// The column's id as one of the kind the caller's type says.
    @inlinable
    public func identifier<Kind>(_ column: Int32, as kind: Kind.Type = Kind.self) throws(StoreError) -> Identifier<Kind> {
        Identifier<Kind>(bits: try id(column))
    }

    @inlinable
    public func optionalIdentifier<Kind>(_ column: Int32, as kind: Kind.Type = Kind.self) throws(StoreError) -> Identifier<Kind>? {
        isNull(column) ? nil : Identifier<Kind>(bits: try id(column))
    }
}
