public import HostedConnection
import Kafka
public import Messaging
public import Schema

extension MemoryBroker {
    /// All records of a topic as they stand in the log.
    public func records(of topic: Topic) -> RecordBatch {
        var batch = RecordBatch()
        for number in 0..<Topic.partitionCount { read(TopicPartition(topic, number), from: 0, limit: 1_000_000, into: &batch) }
        return batch
    }

    /// Puts everything a topic holds into it once more.
    public func repeatEverything(of topic: Topic) {
        let batch = records(of: topic)
        for record in batch.records { append(record, of: batch, timestamp: record.timestamp) }
    }

    /// Takes over the records of another log, last ones first.
    public func takeReversed(_ topic: Topic, from other: MemoryBroker) {
        let batch = other.records(of: topic)
        for record in batch.records.reversed() { append(record, of: batch, timestamp: record.timestamp) }
    }

    /// Adds an event as another system writes it.
    public func add(
        _ event: some EventMessage, id: MessageID, source: String = "acme-billing", to topic: Topic = .billingEvents, key: String = "k",
        json: Bool = false
    ) {
        add(
            body: json ? event.jsonBytes() : event.protobufBytes(), type: type(of: event).messageType, id: id, source: source, to: topic,
            key: key, json: json)
    }

    /// Adds an event with any body.
    public func add(
        body: [UInt8], type: MessageType, id: MessageID, source: String, to topic: Topic, key: String, json: Bool = false
    ) {
        var batch = RecordBatch()
        Array(key.utf8).withUnsafeBytes { key in
            body.withUnsafeBytes { body in
                batch.appendEvent(
                    topic: topic, key: key, id: id, source: source, type: type, body: body, encoding: json ? .json : .protobuf)
            }
        }
        append(batch.records[0], of: batch, timestamp: 0)
    }
}

extension EventMessage {
    /// The message with a place on its channel.
    public func placed(_ sequence: UInt64, epoch: UInt64 = 1) -> Self {
        var message = self
        message.common.epoch = epoch
        message.common.sequence = sequence
        if sequence == 1 { message.common.after = Position() }
        return message
    }
}

public func messageID(_ number: UInt64) -> MessageID {
    MessageID(bits: ID128(milliseconds: number, kind: MessageKind.code, sequence: 0, random: number))
}
