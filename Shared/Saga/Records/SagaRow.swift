import HostedConnection
import Saga
import Store

/// A saga as it stands in the database.
struct SagaRow: StoredRow {
    var instance: SagaInstance

    var key: SagaID { instance.id }

    static let fixed = ["id", "definition", "version", "connection_id", "context", "started_at"]
    static let changing = [
        "phase", "step", "attempts", "attempts_before", "generation", "waiting_since", "deadline", "is_overdue", "trouble",
        "is_turned_back", "reason", "late_replies", "repeated_replies", "early_replies", "stray_marks", "entries", "ended_at",
    ]
    static let columns = (fixed + changing).joined(separator: ", ")
    static let selectSQL = "SELECT \(columns) FROM saga WHERE id = ?1"
    static let insertSQL = "INSERT INTO saga (\(columns)) VALUES (\(parameters))"
    static let updateSQL = "UPDATE saga SET \(assignments) WHERE id = ?1"
    static let deleteSQL = "DELETE FROM saga WHERE id = ?1"

    private static let parameters = (1...fixed.count + changing.count).map { "?\($0)" }.joined(separator: ", ")
    private static let assignments = changing.enumerated().map { "\($0.element) = ?\($0.offset + 2)" }.joined(separator: ", ")

    init(_ instance: SagaInstance) { self.instance = instance }

    static func bindKey(_ key: SagaID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, instance.id)
        statement.bindText(2, instance.version.name)
        statement.bind(3, Int64(instance.version.number))
        statement.bind(4, instance.subject)
        statement.bind(5, instance.context)
        statement.bind(6, instance.startedAt)
        bindChanging(to: statement, from: Int32(Self.fixed.count) + 1)
    }

    func bindUpdate(to statement: any StoreStatement) {
        statement.bind(1, instance.id)
        bindChanging(to: statement, from: 2)
    }

    private func bindChanging(to statement: any StoreStatement, from first: Int32) {
        statement.bind(first, Int64(instance.phase.rawValue))
        statement.bind(first + 1, Int64(instance.step))
        statement.bind(first + 2, Int64(instance.attempts))
        statement.bind(first + 3, Int64(instance.attemptsBefore))
        statement.bind(first + 4, Int64(instance.generation))
        statement.bind(first + 5, instance.waitingSince)
        statement.bind(first + 6, instance.deadline)
        statement.bind(first + 7, instance.isOverdue)
        statement.bindText(first + 8, instance.trouble)
        statement.bind(first + 9, instance.isTurnedBack)
        statement.bindText(first + 10, instance.reason)
        statement.bind(first + 11, Int64(instance.strays.late))
        statement.bind(first + 12, Int64(instance.strays.repeated))
        statement.bind(first + 13, Int64(instance.strays.early))
        statement.bind(first + 14, Int64(bitPattern: instance.strayMarks))
        statement.bind(first + 15, Int64(instance.entries))
        statement.bind(first + 16, instance.endedAt)
    }

    init(row: any StoreRow) throws(StoreError) {
        var instance = SagaInstance(
            try row.identifier(0), SagaVersion(name: try row.text(1), number: UInt32(truncatingIfNeeded: row.int64(2))),
            about: ConnectionID(bits: try row.id(3)), context: row.blob(4), at: row.instant(5))
        guard let phase = UInt8(exactly: row.int64(6)).flatMap(SagaPhase.init(rawValue:)), let step = Int(exactly: row.int64(7)),
            step >= 0
        else { throw .corrupt("saga \(instance.id) is at step \(row.int64(7)) of phase \(row.int64(6))") }
        instance.phase = phase
        instance.step = step
        instance.attempts = UInt32(truncatingIfNeeded: row.int64(8))
        instance.attemptsBefore = UInt32(truncatingIfNeeded: row.int64(9))
        instance.generation = UInt32(truncatingIfNeeded: row.int64(10))
        instance.waitingSince = row.instant(11)
        instance.deadline = row.optionalInstant(12)
        instance.isOverdue = row.bool(13)
        instance.trouble = try row.text(14)
        instance.isTurnedBack = row.bool(15)
        instance.reason = try row.text(16)
        instance.strays = StrayReplies(
            late: UInt32(truncatingIfNeeded: row.int64(17)), repeated: UInt32(truncatingIfNeeded: row.int64(18)),
            early: UInt32(truncatingIfNeeded: row.int64(19)))
        instance.strayMarks = UInt64(bitPattern: row.int64(20))
        instance.entries = UInt32(truncatingIfNeeded: row.int64(21))
        instance.endedAt = row.optionalInstant(22)
        self.instance = instance
    }
}
