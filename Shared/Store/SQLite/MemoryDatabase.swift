import CSQLite
import Glibc
import Synchronization

/// An SQLite database in memory that lives as long as this object, however often its writer is closed and opened again.
///
/// Writer and readers share its pages, so it keeps no older versions: reading a table that the writer has changed in its
/// open transaction, or writing one while a reader is still inside a transaction on it, throws ``StoreError/busy(_:)`` at
/// once. Nobody ever sees what is not committed.
public final class MemoryDatabase: Sendable {
    private static let count = Atomic<Int>(0)

    let uri: String
    /// A connection of no use but to keep the shared pages alive.
    private let keeper: Keeper

    public init() throws(StoreError) {
        let number = Self.count.add(1, ordering: .relaxed).newValue
        uri = "file:hosted-connections-\(number)?mode=memory&cache=shared"
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_FULLMUTEX
        keeper = Keeper(connection: try SQLiteHandle.open(uri, flags: flags))
    }

    private let isOwned = Atomic<Bool>(false)

    deinit { sqlite3_close_v2(keeper.connection) }

    /// Unchecked, because the pointer is only ever given to sqlite3_close_v2, once, by the last owner, and the connection is
    /// opened in SQLite's serialized mode, which any thread may use.
    private struct Keeper: @unchecked Sendable {
        let connection: OpaquePointer
    }
}

extension MemoryDatabase {
    /// What the one writer holds, given back with the last reference.
    final class Ownership {
        private let database: MemoryDatabase

        init(_ database: MemoryDatabase) throws(StoreError) {
            guard !database.isOwned.exchange(true, ordering: .acquiringAndReleasing) else {
                throw .owned(path: database.uri, holder: getpid())
            }
            self.database = database
        }

        deinit { database.isOwned.store(false, ordering: .releasing) }
    }
}
