import HostedConnection
import Kafka
import Messaging
import Schema

extension MemoryBroker {
    /// All records of a topic as they stand in the log.
    func records(of topic: Topic) -> RecordBatch {
        var batch = RecordBatch()
        for number in 0..<Topic.partitionCount { read(TopicPartition(topic, number), from: 0, limit: 1_000_000, into: &batch) }
        return batch
    }

    /// Puts everything a topic holds into it once more.
    func repeatEverything(of topic: Topic) {
        let batch = records(of: topic)
        for record in batch.records { append(record, of: batch, timestamp: record.timestamp) }
    }

    /// Takes over the records of another log, last ones first.
    func takeReversed(_ topic: Topic, from other: MemoryBroker) {
        let batch = other.records(of: topic)
        for record in batch.records.reversed() { append(record, of: batch, timestamp: record.timestamp) }
    }

    /// Adds an event as a billing system writes it.
    func add(_ event: some EventMessage, id: MessageID, source: String = "acme-billing", to topic: Topic = .billingEvents, json: Bool = false) {
        var batch = RecordBatch()
        let key = Array(id.description.utf8)
        let body = json ? event.jsonBytes() : event.protobufBytes()
        key.withUnsafeBytes { key in
            body.withUnsafeBytes { body in
                batch.appendEvent(
                    topic: topic, key: key, id: id, source: source, type: type(of: event).messageType, body: body,
                    encoding: json ? .json : .protobuf)
            }
        }
        append(batch.records[0], of: batch, timestamp: 0)
    }
}

func messageID(_ number: UInt64) -> MessageID {
    MessageID(bits: ID128(milliseconds: number, kind: MessageKind.code, sequence: 0, random: number))
}
