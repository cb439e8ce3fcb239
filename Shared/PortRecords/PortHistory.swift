public import HostedConnection
public import Messaging
public import Schema
public import Store

/// One line of a connection's history as it is written.
public struct HistoryLine: InsertedRow {
    var connection: ConnectionID
    var entry: UInt32
    var at: Instant
    var actor: String
    var note: HistoryNote

    public static var insertSQL: String {
        """
        INSERT INTO port_history (connection_id, entry, at, actor, action, subject, amount, detail)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """
    }

    public static func precedes(_ a: Self, _ b: Self) -> Bool {
        a.connection == b.connection ? a.entry < b.entry : a.connection < b.connection
    }

    public func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, connection)
        statement.bind(2, Int64(entry))
        statement.bind(3, at)
        statement.bindText(4, actor)
        statement.bind(5, Int64(note.action.rawValue))
        statement.bind(6, note.subject.isSet ? note.subject : nil)
        statement.bind(7, note.amount)
        statement.bindText(8, note.detail)
    }
}

extension InsertBuffer<HistoryLine> {
    /// Adds what a step did to a connection, whose row counts the lines.
    public func append(_ notes: [HistoryNote], of connection: ConnectionID, entries: inout UInt32, in step: Step) {
        for note in notes {
            entries += 1
            append(HistoryLine(connection: connection, entry: entries, at: step.now, actor: step.actor, note: note))
        }
    }
}

/// Reads histories.
public struct PortHistoryQuery {
    private let statement: any StoreStatement

    public init(_ reader: any StoreConnection) throws(StoreError) {
        statement = try reader.prepare(
            "SELECT entry, at, actor, action, subject, amount, detail FROM port_history WHERE connection_id = ?1 ORDER BY entry LIMIT ?2")
    }

    /// The first thousand lines of a connection's history, oldest first.
    public func lines(of connection: ConnectionID) throws(StoreError) -> History {
        statement.bind(1, connection)
        statement.bind(2, Int64(PageRequest.sizes.upperBound))
        var history = History()
        try statement.query { row throws(StoreError) in
            let note = HistoryNote(
                try row.code(3), subject: try row.optionalID(4) ?? .none, amount: row.int64(5), detail: try row.text(6))
            history.items.append(
                HistoryEntry(
                    entry: UInt32(truncatingIfNeeded: row.int64(0)), at: Timestamp(row.instant(1)), actor: try row.text(2),
                    action: note.action.name, detail: note.sentence))
        }
        return history
    }
}
