import HostedConnection
import Schema

/// The messages of one batch: encoded once into one arena, which the outbox rows and the log are both written from.
struct OutgoingEvents {
    /// What the outbox row has besides topic and key.
    struct Entry {
        var id: MessageID
        var type: MessageType
        var body: RecordBatch.Slice
    }

    private(set) var batch = RecordBatch()
    private(set) var entries: [Entry] = []
    private let source: String

    init(source: String) { self.source = source }

    var count: Int { entries.count }

    mutating func append(
        topic: Topic, key: UnsafeRawBufferPointer, id: MessageID, type: MessageType, body: UnsafeRawBufferPointer, tag: UInt64
    ) {
        batch.appendEvent(topic: topic, key: key, id: id, source: source, type: type, body: body, tag: tag)
        entries.append(Entry(id: id, type: type, body: batch.records[batch.records.count - 1].value))
    }

    mutating func removeAll() {
        batch.removeAll()
        entries.removeAll(keepingCapacity: true)
    }

    /// Forgets the events after the first `count`: their step was undone.
    mutating func keep(_ count: Int) {
        guard count < entries.count else { return }
        entries.removeLast(entries.count - count)
        batch.keepRecords(count)
    }

    /// Numbers the records with their outbox ids, so that delivery reports say which rows the log has taken.
    mutating func number(from first: Int64) {
        batch.tagRecords(from: UInt64(first))
    }
}
