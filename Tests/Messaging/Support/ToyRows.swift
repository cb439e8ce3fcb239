import HostedConnection
import Messaging
import Schema
import Store

/// One connection as the toy service keeps it: both channel positions, and in which order it has handled what.
struct ToyRow: StoredRow, Equatable {
    var id: ID128
    var channel = ChannelState()
    /// The numbers of the messages handled, four bytes each, in the order of their handling.
    var history: [UInt8] = []
    /// Unique in the table, so that a test can break a rule of the schema.
    var label: String?
    /// How often a timer has fired.
    var fired: Int64 = 0

    var key: ID128 { id }

    init(id: ID128) { self.id = id }

    static let schema = """
        CREATE TABLE toy (
            id {id} NOT NULL PRIMARY KEY,
            sent_epoch {int} NOT NULL,
            sent_sequence {int} NOT NULL,
            handled_epoch {int} NOT NULL,
            handled_sequence {int} NOT NULL,
            history {blob} NOT NULL,
            label {text} UNIQUE,
            fired {int} NOT NULL
        ) {table};
        CREATE TABLE toy_fact (
            id {id} NOT NULL PRIMARY KEY,
            number {int} NOT NULL
        ) {table};
        """
    static let selectSQL = """
        SELECT id, sent_epoch, sent_sequence, handled_epoch, handled_sequence, history, label, fired FROM toy WHERE id = ?1
        """
    static let insertSQL = """
        INSERT INTO toy (id, sent_epoch, sent_sequence, handled_epoch, handled_sequence, history, label, fired)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """
    static let updateSQL = """
        UPDATE toy SET sent_epoch = ?2, sent_sequence = ?3, handled_epoch = ?4, handled_sequence = ?5, history = ?6, label = ?7,
            fired = ?8
        WHERE id = ?1
        """
    static let deleteSQL = "DELETE FROM toy WHERE id = ?1"

    static func bindKey(_ key: ID128, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, id)
        statement.bind(2, Int64(channel.sent.epoch))
        statement.bind(3, Int64(channel.sent.sequence))
        statement.bind(4, Int64(channel.handled.epoch))
        statement.bind(5, Int64(channel.handled.sequence))
        statement.bind(6, history)
        statement.bindText(7, label)
        statement.bind(8, fired)
    }

    func bindUpdate(to statement: any StoreStatement) { bindInsert(to: statement) }

    init(row: any StoreRow) throws(StoreError) {
        id = try row.id(0)
        channel = ChannelState(
            sent: ChannelPosition(epoch: UInt64(row.int64(1)), sequence: UInt64(row.int64(2))),
            handled: ChannelPosition(epoch: UInt64(row.int64(3)), sequence: UInt64(row.int64(4))))
        history = row.blob(5)
        label = try row.optionalText(6)
        fired = row.int64(7)
    }

    mutating func note(_ number: UInt32) { withUnsafeBytes(of: number.littleEndian) { history.append(contentsOf: $0) } }

    /// The numbers handled, in order.
    var numbers: [UInt32] {
        stride(from: 0, to: history.count, by: 4).map { start in
            history[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}

/// Something else the toy keeps: an account it knows, or how often a subscription was charged.
struct ToyFact: StoredRow, Equatable {
    var id: ID128
    var number: Int64

    var key: ID128 { id }

    init(id: ID128, number: Int64) {
        self.id = id
        self.number = number
    }

    static let selectSQL = "SELECT id, number FROM toy_fact WHERE id = ?1"
    static let insertSQL = "INSERT INTO toy_fact (id, number) VALUES (?1, ?2)"
    static let updateSQL = "UPDATE toy_fact SET number = ?2 WHERE id = ?1"
    static let deleteSQL = "DELETE FROM toy_fact WHERE id = ?1"

    static func bindKey(_ key: ID128, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, id)
        statement.bind(2, number)
    }

    func bindUpdate(to statement: any StoreStatement) { bindInsert(to: statement) }

    init(row: any StoreRow) throws(StoreError) {
        id = try row.id(0)
        number = row.int64(1)
    }
}
