import Glibc
import HostedConnection
import Schema

/// A readable message as it arrived or was read back, before anything is known of its body. Valid while its bytes are lent.
struct Arrival {
    var topic: Topic
    var partition: Int32 = -1
    var offset: Int64 = -1
    var key: UnsafeRawBufferPointer
    var id: String
    var source: String
    /// nil when this version does not know the type.
    var type: MessageType?
    var typeName: String
    var encoding: EventEncoding
    var body: UnsafeRawBufferPointer

    func message(_ type: MessageType, on channel: ChannelKey? = nil, opened: OpenedMessage? = nil) -> InboundMessage {
        InboundMessage(
            topic: topic, channel: channel, type: type, id: id, source: source, encoding: encoding, body: body, opened: opened)
    }
}

extension Arrival {
    /// A record's message; `key` and `body` are the record's.
    init(
        _ envelope: EventEnvelope, record: RecordBatch.Record, in batch: borrowing RecordBatch, key: UnsafeRawBufferPointer,
        body: UnsafeRawBufferPointer
    ) {
        self.init(
            topic: record.topic, partition: record.partition, offset: record.offset, key: key, id: envelope.text(envelope.id, in: batch),
            source: envelope.text(envelope.source, in: batch), type: envelope.type,
            typeName: envelope.type == nil ? envelope.text(envelope.typeName, in: batch) : "", encoding: envelope.encoding, body: body)
        if let type = envelope.type { typeName = type.fullName }
    }
}

extension EventEnvelope {
    /// The attribute that holds a NUL, which no database keeps in a text; nil if none does.
    func attributeWithNUL(in batch: borrowing RecordBatch) -> String? {
        if hasNUL(id, in: batch) { return "id" }
        if hasNUL(source, in: batch) { return "source" }
        if hasNUL(typeName, in: batch) { return "type" }
        return nil
    }

    private func hasNUL(_ slice: RecordBatch.Slice, in batch: borrowing RecordBatch) -> Bool {
        withBytes(slice, in: batch) { bytes in bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false }
    }
}
