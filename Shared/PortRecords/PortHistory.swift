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
    private let byConnection: any StoreStatement
    private let byRouter: any StoreStatement

    private static let columns = "entry, at, actor, action, subject, amount, detail"
    /// What can happen to a VBR. The same stands in the index that finds it.
    private static let routerActions: [HistoryAction] = [
        .vbrCreated, .refused, .vbrChanged, .vbrTerminated, .vbrRecovered, .vbrDeleted, .vbrOrdered,
    ]

    public init(_ reader: any StoreConnection) throws(StoreError) {
        byConnection = try reader.prepare(
            "SELECT \(Self.columns) FROM port_history WHERE connection_id = ?1 ORDER BY entry LIMIT ?2")
        byRouter = try reader.prepare(
            """
            SELECT \(Self.columns), connection_id FROM port_history WHERE subject = ?1 \
            AND action IN (\(Self.routerActions.map { String($0.rawValue) }.joined(separator: ", "))) ORDER BY entry LIMIT ?2
            """)
    }

    /// The first thousand lines of a connection's history, oldest first.
    public func lines(of connection: ConnectionID) throws(StoreError) -> History {
        byConnection.bind(1, connection)
        byConnection.bind(2, Int64(PageRequest.sizes.upperBound))
        var history = History()
        try byConnection.query { row throws(StoreError) in history.items.append(try HistoryEntry(row)) }
        return history
    }

    /// The first thousand lines of a connection's history that are about a VBR, and the connection; nil if there is none.
    public func lines(about router: VBRID) throws(StoreError) -> (history: History, connection: ConnectionID)? {
        byRouter.bind(1, router)
        byRouter.bind(2, Int64(PageRequest.sizes.upperBound))
        var history = History()
        var connection: ConnectionID?
        try byRouter.query { row throws(StoreError) in
            history.items.append(try HistoryEntry(row))
            connection = ConnectionID(bits: try row.id(7))
        }
        return connection.map { (history, $0) }
    }
}

extension HistoryEntry {
    /// Reads the columns of a history's query.
    fileprivate init(_ row: any StoreRow) throws(StoreError) {
        let note = HistoryNote(try row.code(3), subject: try row.optionalID(4) ?? .none, amount: row.int64(5), detail: try row.text(6))
        self.init(
            entry: UInt32(truncatingIfNeeded: row.int64(0)), at: Timestamp(row.instant(1)), actor: try row.text(2),
            action: note.action.name, detail: note.sentence)
    }
}
