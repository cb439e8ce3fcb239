public import HostedConnection
public import Messaging
public import Schema
public import Store

/// Writes histories: one journal in the order of the commits, in which each line names the one before it of its connection.
public final class HistoryJournal {
    private let lines: InsertBuffer<HistoryLine>
    /// Only grows: numbers that a rollback took back are not given again.
    private var lastID: Int64

    public init(_ connection: any StoreConnection) throws(StoreError) {
        lines = try InsertBuffer(connection)
        lastID = try connection.prepare("SELECT MAX(id) FROM port_history").first { row throws(StoreError) in row.int64(0) } ?? 0
    }

    /// Adds what a step did to a connection, whose row keeps the number of its newest line.
    public func append(_ notes: [HistoryNote], of connection: ConnectionID, newest: inout Int64, in step: Step) {
        for note in notes {
            lastID += 1
            lines.append(
                HistoryLine(id: lastID, connection: connection, previous: newest, at: step.now, actor: step.actor, note: note))
            newest = lastID
        }
    }

    public func flush() throws(StoreError) { try lines.flush() }

    /// Forgets the lines not written.
    public func clear() { lines.clear() }
}

/// One line of a connection's history as it is written.
struct HistoryLine: InsertedRow {
    var id: Int64
    var connection: ConnectionID
    var previous: Int64
    var at: Instant
    var actor: String
    var note: HistoryNote

    static let insertSQL = """
        INSERT INTO port_history (id, connection_id, previous, at, actor, action, subject, amount, detail)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """

    static func precedes(_ a: Self, _ b: Self) -> Bool { a.id < b.id }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, id)
        statement.bind(2, connection)
        statement.bind(3, previous)
        statement.bind(4, at)
        statement.bindText(5, actor)
        statement.bind(6, Int64(note.action.rawValue))
        statement.bind(7, note.subject.isSet ? note.subject : nil)
        statement.bind(8, note.amount)
        statement.bindText(9, note.detail)
    }
}

/// Reads histories.
public struct PortHistoryQuery {
    private let byConnection: any StoreStatement
    private let byRouter: any StoreStatement

    private static let columns = "at, actor, action, subject, amount, detail"
    public init(_ reader: any StoreConnection) throws(StoreError) {
        byConnection = try reader.prepare(
            """
            \(Self.lines(of: "?1"))
            SELECT \(Self.columns) FROM line JOIN port_history USING (id) ORDER BY id LIMIT ?2
            """)
        // A pushed VBR is a connection itself; another one's life begins on its port's.
        let birth =
            "coalesce((SELECT connection_id FROM port_history WHERE subject = ?1 AND action = \(HistoryAction.vbrCreated.rawValue)), ?1)"
        byRouter = try reader.prepare(
            """
            \(Self.lines(of: birth))
            SELECT \(Self.columns), connection_id FROM line JOIN port_history USING (id) WHERE subject = ?1 ORDER BY id LIMIT ?2
            """)
    }

    /// The numbers of a connection's lines as the table `line`: a line names the one before it.
    private static func lines(of connection: String) -> String {
        """
        WITH RECURSIVE line (id, previous) AS (
            SELECT id, previous FROM port_history WHERE id = (
                SELECT newest_line FROM port_state WHERE id = \(connection)
                UNION ALL SELECT newest_line FROM pushed_vbr WHERE id = \(connection))
            UNION ALL
            SELECT earlier.id, earlier.previous FROM line JOIN port_history earlier ON earlier.id = line.previous
        )
        """
    }

    /// The first thousand lines of a connection's history, oldest first.
    public func lines(of connection: ConnectionID) throws(StoreError) -> History {
        byConnection.bind(1, connection)
        byConnection.bind(2, Int64(PageRequest.sizes.upperBound))
        var history = History()
        try byConnection.query { row throws(StoreError) in try history.append(row) }
        return history
    }

    /// The first thousand lines of a connection's history that are about a VBR, and the connection; nil if there is none.
    public func lines(about router: VBRID) throws(StoreError) -> (history: History, connection: ConnectionID)? {
        byRouter.bind(1, router)
        byRouter.bind(2, Int64(PageRequest.sizes.upperBound))
        var history = History()
        var connection: ConnectionID?
        try byRouter.query { row throws(StoreError) in
            try history.append(row)
            connection = ConnectionID(bits: try row.id(6))
        }
        return connection.map { (history, $0) }
    }
}

extension History {
    /// Takes in the next line, from the columns of a query.
    fileprivate mutating func append(_ row: any StoreRow) throws(StoreError) {
        let note = HistoryNote(try row.code(2), subject: try row.optionalID(3) ?? .none, amount: row.int64(4), detail: try row.text(5))
        items.append(
            HistoryEntry(
                entry: UInt32(items.count + 1), at: Timestamp(row.instant(0)), actor: try row.text(1), action: note.action.name,
                detail: note.sentence))
    }
}
