/// Rows of one kind as a batch works on them: loaded at the first touch, changed in memory, written once at its end.
///
/// It speaks of rows by primary key only; what a plain statement reads from the same tables does not show unwritten
/// changes. After a rollback, and whenever others may have written, call ``clear()``.
public final class RowCache<Row: CachedRow> {
    public typealias Key = Row.Key

    @usableFromInline
    enum State {
        /// As in the database.
        case clean
        case inserted
        case updated
        /// Gone from memory, still in the database.
        case deleted
        /// In neither.
        case absent
    }

    @usableFromInline
    struct Slot {
        @usableFromInline let key: Key
        @usableFromInline var state: State
        /// Where the row lies in `rows`; -1 if there is none.
        @usableFromInline var row: Int
        /// Where the row as the database has it lies in `originals`; -1 unless it was changed and is written in parts.
        @usableFromInline var original = -1
        /// Whether it is listed in `touched`.
        @usableFromInline var isTouched = false

        @inlinable
        init(key: Key, state: State, row: Int) {
            self.key = key
            self.state = state
            self.row = row
        }
    }

    /// One of the row's tables with the statements that write it.
    @usableFromInline
    struct Table {
        @usableFromInline let layout: RowTable
        @usableFromInline let insertion: any StoreStatement
        @usableFromInline let deletion: any StoreStatement
        /// Those of the parts that were needed so far.
        @usableFromInline var updates: [RowParts: any StoreStatement] = [:]

        @inlinable
        init(_ layout: RowTable, _ connection: any StoreConnection) throws(StoreError) {
            self.layout = layout
            insertion = try connection.prepare(layout.insertSQL)
            deletion = try connection.prepare(layout.deleteSQL)
        }
    }

    @usableFromInline let connection: any StoreConnection
    @usableFromInline let select: any StoreStatement
    /// In the order in which they are inserted into.
    @usableFromInline var tables: [Table]

    @usableFromInline var slots: [Slot] = []
    @usableFromInline var rows: [Row] = []
    /// Rows that were changed since the last flush, as the database has them.
    @usableFromInline var originals: [Row] = []
    @usableFromInline var slotOfKey: [Key: Int] = [:]
    /// Slots that were changed since the last flush, each once.
    @usableFromInline var touched: [Int] = []

    @inlinable
    public init(_ connection: any StoreConnection) throws(StoreError) {
        self.connection = connection
        select = try connection.prepare(Row.selectSQL)
        tables = try Row.tables.map { layout throws(StoreError) in try Table(layout, connection) }
    }

    // MARK: Reading

    /// The row as the batch has left it; nil if there is none. That there is none is remembered too.
    @inlinable
    public func row(_ key: Key) throws(StoreError) -> Row? {
        let slot = slots[try loaded(key)]
        return slot.row < 0 ? nil : rows[slot.row]
    }

    /// What `body` makes of the row, which is not copied; nil if there is none.
    @inlinable
    public func read<Value>(_ key: Key, _ body: (borrowing Row) -> Value) throws(StoreError) -> Value? {
        let slot = slots[try loaded(key)]
        return slot.row < 0 ? nil : body(rows[slot.row])
    }

    /// Loads many rows at once, where the database would otherwise be asked one by one.
    @inlinable
    public func load(_ keys: some Sequence<Key>) throws(StoreError) {
        let first = slots.count
        for key in keys where slotOfKey[key] == nil { add(Slot(key: key, state: .absent, row: -1)) }
        guard slots.count > first else { return }
        let missing = (first..<slots.count).sorted { slots[$0].key < slots[$1].key }
        do throws(StoreError) {
            try connection.queryMany(select, count: missing.count) { number, statement throws(StoreError) in
                Row.bindKey(slots[missing[number]].key, to: statement)
            } row: { number, row throws(StoreError) in
                place(try Row(row: row), in: missing[number], as: .clean)
            }
        } catch {
            // Otherwise rows not yet read would count as absent.
            for slot in missing { slotOfKey[slots[slot].key] = nil }
            slots.removeLast(missing.count)
            throw error
        }
    }

    // MARK: Changing

    /// Adds a new row. A row of that key that the database already has shows as a violated constraint at the flush; one
    /// that is here, now.
    @inlinable
    public func insert(_ row: Row) throws(StoreError) {
        guard let slot = slotOfKey[row.key] else {
            rows.append(row)
            touch(add(Slot(key: row.key, state: .inserted, row: rows.count - 1)))
            return
        }
        switch slots[slot].state {
        case .absent:
            touch(slot)
            place(row, in: slot, as: .inserted)
        case .deleted: place(row, in: slot, as: .updated)
        case .clean, .inserted, .updated: throw .constraint(ConstraintViolation(kind: .primaryKey))
        }
    }

    /// Puts a changed row in the place of the one of the same key.
    /// - Returns: false if there is none.
    @discardableResult @inlinable
    public func replace(_ row: Row) throws(StoreError) -> Bool {
        let slot = try loaded(row.key)
        guard markUpdated(slot) else { return false }
        rows[slots[slot].row] = row
        return true
    }

    /// Changes a row in place. `body` must leave the key as it is and not use this cache.
    /// - Returns: What `body` returns; nil if there is no row, and `body` is not called.
    @discardableResult @inlinable
    public func change<Value>(
        _ key: Key, _ body: (inout Row) throws(StoreError) -> Value
    ) throws(StoreError) -> Value? {
        let slot = try loaded(key)
        guard markUpdated(slot) else { return nil }
        return try body(&rows[slots[slot].row])
    }

    /// Removes a row.
    /// - Returns: false if there is none.
    @discardableResult @inlinable
    public func delete(_ key: Key) throws(StoreError) -> Bool {
        let slot = try loaded(key)
        switch slots[slot].state {
        case .absent, .deleted: return false
        case .clean:
            touch(slot)
            slots[slot].state = .deleted
        case .updated: slots[slot].state = .deleted
        case .inserted: slots[slot].state = .absent
        }
        slots[slot].row = -1
        return true
    }

    // MARK: The end of the batch

    /// Writes what changed: deletions, which make room under unique indexes, then insertions, then updates, each in the
    /// order of their keys. The rows stay, as the database now has them.
    @inlinable
    public func flush() throws(StoreError) {
        guard !touched.isEmpty else { return }
        let deleted = touched(as: .deleted)
        for table in tables.reversed() {
            try write(deleted, with: table.deletion, expecting: .exactly(1)) { Row.bindKey(slots[$0].key, to: $1) }
        }
        let inserted = touched(as: .inserted)
        for table in tables {
            try write(inserted, with: table.insertion, expecting: .any) {
                rows[slots[$0].row].bindInsert(of: table.layout.parts, to: $1)
            }
        }
        try writeChangedParts(of: touched(as: .updated))
        for slot in touched {
            slots[slot].state = slots[slot].row < 0 ? .absent : .clean
            slots[slot].original = -1
            slots[slot].isTouched = false
        }
        touched.removeAll(keepingCapacity: true)
        originals.removeAll(keepingCapacity: true)
    }

    /// Forgets all rows, written or not, but keeps the memory.
    @inlinable
    public func clear() {
        slots.removeAll(keepingCapacity: true)
        rows.removeAll(keepingCapacity: true)
        originals.removeAll(keepingCapacity: true)
        slotOfKey.removeAll(keepingCapacity: true)
        touched.removeAll(keepingCapacity: true)
    }

    /// Once twice as many rows are held, forgets all but those that came last. Nothing may wait to be written.
    @inlinable
    public func forgetOldest(keeping limit: Int) {
        guard slots.count >= 2 * limit, touched.isEmpty else { return }
        let youngest = slots.suffix(limit)
        let held = rows
        clear()
        for var slot in youngest {
            if slot.row >= 0 {
                rows.append(held[slot.row])
                slot.row = rows.count - 1
            }
            add(slot)
        }
    }

    /// Whether anything waits to be written.
    @inlinable public var hasChanges: Bool {
        touched.contains { slots[$0].state != .absent }
    }

    /// How many keys are held, those known to be absent among them.
    @inlinable public var count: Int { slots.count }

    // MARK: Inside

    @inlinable
    func loaded(_ key: Key) throws(StoreError) -> Int {
        if let slot = slotOfKey[key] { return slot }
        Row.bindKey(key, to: select)
        let found = try select.first { row throws(StoreError) in try Row(row: row) }
        guard let found else { return add(Slot(key: key, state: .absent, row: -1)) }
        rows.append(found)
        return add(Slot(key: key, state: .clean, row: rows.count - 1))
    }

    @discardableResult @inlinable
    func add(_ slot: Slot) -> Int {
        slotOfKey[slot.key] = slots.count
        slots.append(slot)
        return slots.count - 1
    }

    @inlinable
    func touch(_ slot: Int) {
        guard !slots[slot].isTouched else { return }
        slots[slot].isTouched = true
        touched.append(slot)
    }

    @inlinable
    func place(_ row: Row, in slot: Int, as state: State) {
        slots[slot].state = state
        slots[slot].row = rows.count
        rows.append(row)
    }

    @inlinable
    func markUpdated(_ slot: Int) -> Bool {
        switch slots[slot].state {
        case .absent, .deleted: return false
        case .inserted, .updated: return true
        case .clean:
            touch(slot)
            slots[slot].state = .updated
            if Row.isWrittenInParts {
                slots[slot].original = originals.count
                originals.append(rows[slots[slot].row])
            }
            return true
        }
    }

    /// The touched slots of a state, in the order of their keys.
    @inlinable
    func touched(as state: State) -> [Int] {
        var chosen = touched.filter { slots[$0].state == state }
        chosen.sort { slots[$0].key < slots[$1].key }
        return chosen
    }

    /// Writes into each table the parts in which rows changed, those together that changed in the same ones.
    @inlinable
    func writeChangedParts(of updated: [Int]) throws(StoreError) {
        guard !updated.isEmpty else { return }
        let changed = updated.map { slot in
            let original = slots[slot].original
            return original < 0 ? .all : rows[slots[slot].row].changedParts(since: originals[original])
        }
        for table in tables.indices {
            var groups: [RowParts: [Int]] = [:]
            for (slot, parts) in zip(updated, changed) {
                let parts = parts.intersection(tables[table].layout.parts)
                if !parts.isEmpty { groups[parts, default: []].append(slot) }
            }
            for (parts, slots) in groups.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                try write(slots, with: try update(of: parts, in: table), expecting: .exactly(1)) {
                    rows[self.slots[$0].row].bindUpdate(of: parts, to: $1)
                }
            }
        }
    }

    @inlinable
    func update(of parts: RowParts, in table: Int) throws(StoreError) -> any StoreStatement {
        if let known = tables[table].updates[parts] { return known }
        let statement = try connection.prepare(tables[table].layout.updateSQL(of: parts))
        tables[table].updates[parts] = statement
        return statement
    }

    @inlinable
    func write(
        _ chosen: [Int], with statement: any StoreStatement, expecting: RowExpectation, bind: (Int, any StoreStatement) -> Void
    ) throws(StoreError) {
        guard !chosen.isEmpty else { return }
        try connection.runMany(statement, count: chosen.count, expecting: expecting) { number, statement in
            bind(chosen[number], statement)
        }
    }
}
