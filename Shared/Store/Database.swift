/// Where a service's database is.
public enum DatabaseLocation: Sendable {
    /// An SQLite file; its folder must exist. The file is made with mode 0600.
    case file(String)
    /// An SQLite database in memory, for simulation and tests.
    case memory(MemoryDatabase)
}

/// How to reach a service's database: what each thread opens its own connection from.
public struct StoreConfiguration: Sendable {
    public var location: DatabaseLocation
    /// How long a statement waits for a lock that another process holds.
    public var busyTimeout: Duration = .seconds(5)
    /// The writer's page cache in bytes. It should hold the inner pages of all indexes and the live rows.
    public var writerCacheBytes = 64 << 20
    /// Each reader's page cache in bytes.
    public var readerCacheBytes = 8 << 20

    public init(location: DatabaseLocation) { self.location = location }

    /// Opens the one connection that writes, making the database if there is none. A file stays owned by this connection
    /// until it is closed: a second one gets ``StoreError/owned(path:holder:)``.
    public func openWriter() throws(StoreError) -> any StoreConnection {
        try SQLiteConnection.writer(self)
    }

    /// Opens a connection that only reads. A reader of a file sees what was committed when its transaction (or, without
    /// one, its statement) began, and never waits for the writer. For memory see ``MemoryDatabase``.
    public func openReader() throws(StoreError) -> any StoreConnection {
        try SQLiteConnection.reader(self)
    }
}
