import HostedConnection
import Saga
import Store

/// A line of a saga's journal as it is written.
struct SagaJournalRow: InsertedRow {
    let saga: SagaID
    let entry: SagaJournalEntry

    static let columns = "entry, at, actor, input, reply_to, direction, reason, generation, verdict, step, attempt"
    static let insertSQL = "INSERT INTO saga_journal (saga_id, \(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"

    static func precedes(_ a: Self, _ b: Self) -> Bool { a.saga == b.saga ? a.entry.number < b.entry.number : a.saga < b.saga }

    func bindInsert(to statement: any StoreStatement) {
        let input = StoredInput(entry.input)
        statement.bind(1, saga)
        statement.bind(2, Int64(entry.number))
        statement.bind(3, entry.at)
        statement.bindText(4, entry.actor)
        statement.bind(5, Int64(input.kind.rawValue))
        statement.bindText(6, input.replyTo?.step ?? "")
        statement.bind(7, Int64(input.replyTo?.direction.rawValue ?? 0))
        statement.bindText(8, input.reason)
        statement.bind(9, Int64(input.generation))
        statement.bind(10, Int64(entry.verdict.rawValue))
        statement.bindText(11, entry.step)
        statement.bind(12, Int64(entry.attempt))
    }
}

extension SagaJournalEntry {
    /// Reads ``SagaJournalRow/columns``.
    init(row: any StoreRow) throws(StoreError) {
        guard let kind = UInt8(exactly: row.int64(3)).flatMap(StoredInput.Kind.init(rawValue:)),
            let verdict = UInt8(exactly: row.int64(8)).flatMap(SagaVerdict.init(rawValue:))
        else { throw .corrupt("a saga's journal has input \(row.int64(3)) and verdict \(row.int64(8))") }
        var stored = StoredInput(kind: kind, reason: try row.text(6), generation: UInt32(truncatingIfNeeded: row.int64(7)))
        if let direction = UInt8(exactly: row.int64(5)).flatMap(SagaRequest.Direction.init(rawValue:)) {
            stored.replyTo = SagaRequest(direction, try row.text(4))
        }
        guard let input = stored.input else { throw .corrupt("a reply in a saga's journal does not say to what") }
        self.init(
            UInt32(truncatingIfNeeded: row.int64(0)), at: row.instant(1), by: try row.text(2), input, verdict, step: try row.text(9),
            attempt: UInt32(truncatingIfNeeded: row.int64(10)))
    }
}

/// An input in columns.
private struct StoredInput {
    /// The codes are kept in databases and never change.
    enum Kind: UInt8 {
        case start = 1
        case done = 2
        case refused = 3
        case timer = 4
        case cancel = 5
        case resume = 6
        case markDone = 7
        case skip = 8
        case hindered = 9
    }

    var kind: Kind
    var replyTo: SagaRequest?
    var reason = ""
    var generation: UInt32 = 0
}

extension StoredInput {
    init(_ input: SagaInput) {
        switch input {
        case .start: self.init(kind: .start)
        case .reply(let request, .done): self.init(kind: .done, replyTo: request)
        case .reply(let request, .refused(let reason)): self.init(kind: .refused, replyTo: request, reason: reason)
        case .reply(let request, .hindered(let reason)): self.init(kind: .hindered, replyTo: request, reason: reason)
        case .timer(let generation): self.init(kind: .timer, generation: generation)
        case .cancel(let reason): self.init(kind: .cancel, reason: reason)
        case .resume(let reason): self.init(kind: .resume, reason: reason)
        case .markDone(let reason): self.init(kind: .markDone, reason: reason)
        case .skip(let reason): self.init(kind: .skip, reason: reason)
        }
    }

    /// nil for a reply that does not say to what.
    var input: SagaInput? {
        switch kind {
        case .start: .start
        case .done: replyTo.map { .reply($0, .done) }
        case .refused: replyTo.map { .reply($0, .refused(reason)) }
        case .hindered: replyTo.map { .reply($0, .hindered(reason)) }
        case .timer: .timer(generation: generation)
        case .cancel: .cancel(reason: reason)
        case .resume: .resume(reason: reason)
        case .markDone: .markDone(reason: reason)
        case .skip: .skip(reason: reason)
        }
    }
}
