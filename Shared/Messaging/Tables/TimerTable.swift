import HostedConnection
import Store

/// Durable timers: arming one again moves it, and what fires is removed in the transaction that handles it.
struct TimerTable {
    private let upsert: any StoreStatement
    private let delete: any StoreStatement
    private let deleteDue: any StoreStatement
    private let due: any StoreStatement
    private let earliest: any StoreStatement

    init(_ connection: any StoreConnection) throws(StoreError) {
        upsert = try connection.prepare(
            """
            INSERT INTO timer (owner, name, generation, due) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (owner, name) DO UPDATE SET due = excluded.due, generation = excluded.generation
            """)
        delete = try connection.prepare("DELETE FROM timer WHERE owner = ?1 AND name = ?2")
        deleteDue = try connection.prepare(
            "DELETE FROM timer WHERE owner = ?1 AND name = ?2 AND generation = ?3 AND due <= ?4")
        due = try connection.prepare(
            "SELECT owner, name, generation FROM timer WHERE due <= ?1 ORDER BY due, owner, name LIMIT ?2")
        earliest = try connection.prepare("SELECT MIN(due) FROM timer")
    }

    func arm(_ key: TimerKey, due instant: Instant, generation: UInt32) throws(StoreError) {
        upsert.bind(1, key.owner)
        upsert.bind(2, Int64(key.name))
        upsert.bind(3, Int64(generation))
        upsert.bind(4, instant)
        try upsert.submit()
    }

    func remove(_ key: TimerKey) throws(StoreError) {
        delete.bind(1, key.owner)
        delete.bind(2, Int64(key.name))
        try delete.submit()
    }

    /// Removes the timer if it is due; false if it was moved or taken back meanwhile.
    func takeDue(_ timer: DueTimer, at now: Instant) throws(StoreError) -> Bool {
        deleteDue.bind(1, timer.key.owner)
        deleteDue.bind(2, Int64(timer.key.name))
        deleteDue.bind(3, Int64(timer.generation))
        deleteDue.bind(4, now)
        return try deleteDue.run() == 1
    }

    func dueTimers(at now: Instant, limit: Int) throws(StoreError) -> [DueTimer] {
        due.bind(1, now)
        due.bind(2, Int64(limit))
        var timers: [DueTimer] = []
        try due.query { row throws(StoreError) in
            timers.append(
                DueTimer(
                    key: TimerKey(owner: try row.id(0), name: UInt8(truncatingIfNeeded: row.int64(1))),
                    generation: UInt32(truncatingIfNeeded: row.int64(2))))
        }
        return timers
    }

    /// When the next timer is due; nil without timers.
    func nextDue() throws(StoreError) -> Instant? {
        try earliest.first { row throws(StoreError) in row.optionalInstant(0) } ?? nil
    }
}
