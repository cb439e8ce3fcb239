import HostedConnection
import Saga
import Store

/// A saga as it stands in the database.
struct SagaRow: StoredRow {
    var instance: SagaInstance

    var key: SagaID { instance.id }

    static let fixed = ["id", "definition", "version", "connection_id", "context", "started_at", "time_limits"]
    static let changing = [
        "phase", "step", "attempts", "attempts_before", "generation", "waiting_since", "deadline", "is_overdue", "trouble",
        "is_turned_back", "reason", "late_replies", "repeated_replies", "early_replies", "stray_marks", "entries", "ended_at", "kept_from",
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
        statement.bindText(7, instance.timeLimits.text)
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
        statement.bind(first + 17, Int64(instance.keptFrom))
    }

    init(row: any StoreRow) throws(StoreError) {
        guard let timeLimits = [String: Duration](text: try row.text(6)) else { throw .corrupt("a saga's time limits: \(try row.text(6))") }
        var instance = SagaInstance(
            try row.identifier(0), SagaVersion(name: try row.text(1), number: UInt32(truncatingIfNeeded: row.int64(2))),
            about: ConnectionID(bits: try row.id(3)), context: row.blob(4), timeLimits: timeLimits, at: row.instant(5))
        guard let phase = UInt8(exactly: row.int64(7)).flatMap(SagaPhase.init(rawValue:)), let step = Int(exactly: row.int64(8)),
            step >= 0
        else { throw .corrupt("saga \(instance.id) is at step \(row.int64(8)) of phase \(row.int64(7))") }
        instance.phase = phase
        instance.step = step
        instance.attempts = UInt32(truncatingIfNeeded: row.int64(9))
        instance.attemptsBefore = UInt32(truncatingIfNeeded: row.int64(10))
        instance.generation = UInt32(truncatingIfNeeded: row.int64(11))
        instance.waitingSince = row.instant(12)
        instance.deadline = row.optionalInstant(13)
        instance.isOverdue = row.bool(14)
        instance.trouble = try row.text(15)
        instance.isTurnedBack = row.bool(16)
        instance.reason = try row.text(17)
        instance.strays = StrayReplies(
            late: UInt32(truncatingIfNeeded: row.int64(18)), repeated: UInt32(truncatingIfNeeded: row.int64(19)),
            early: UInt32(truncatingIfNeeded: row.int64(20)))
        instance.strayMarks = UInt64(bitPattern: row.int64(21))
        instance.entries = UInt32(truncatingIfNeeded: row.int64(22))
        instance.endedAt = row.optionalInstant(23)
        instance.keptFrom = UInt32(truncatingIfNeeded: row.int64(24))
        self.instance = instance
    }
}

extension [String: Duration] {
    /// The limits in a column: `acceptance=604800000 payment=86400000`, milliseconds.
    fileprivate var text: String {
        if isEmpty { return "" }
        return keys.sorted().map { step in "\(step)=\(self[step, default: .zero].milliseconds)" }.joined(separator: " ")
    }

    /// nil for a text that is none of limits.
    fileprivate init?(text: String) {
        self.init()
        for part in text.split(separator: " ") {
            let sides = part.split(separator: "=")
            guard sides.count == 2, let milliseconds = Int64(sides[1]) else { return nil }
            self[String(sides[0])] = .milliseconds(milliseconds)
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
