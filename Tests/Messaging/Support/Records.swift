import HostedConnection
import Kafka
import Schema

@testable import Messaging

/// Records as a test wants them in the log or in a batch, good ones and broken ones.
struct ToyRecord {
    var topic: Topic
    var key: [UInt8]
    var value: [UInt8]?
    var headers: [(String, String)]

    /// A message of one side's channel with any place.
    static func offer(
        from side: Side, _ port: PortID, _ sequence: UInt64, epoch: UInt64, after: ChannelPosition? = nil, name: String = "",
        id: String? = nil, type: String = MessageType.portOffered.fullName, skippable: Bool = false, source: String? = nil
    ) -> ToyRecord {
        var offer = PortOffered()
        Place(position: ChannelPosition(epoch: epoch, sequence: sequence), after: after).write(to: &offer.common)
        offer.common.skippable = skippable
        offer.portID = port
        offer.connectionID = ConnectionID(port)
        offer.bandwidthMbps = UInt32(sequence)
        offer.name = name
        if name.hasPrefix("account:") { offer.tenantAccountID = AccountID(String(name.dropFirst(8))) ?? .none }
        return ToyRecord(
            topic: side.outgoing, key: Array(port.description.utf8), value: offer.protobufBytes(),
            headers: event(id: id ?? "m-\(epoch)-\(sequence)", source: source ?? side.source, type: type))
    }

    /// An event of the billing system.
    static func charge(
        _ subscription: SubscriptionID, id: String, amount: Int64 = 100, payer: AccountID = ToyApplication.heldAccount,
        source: String = "billing"
    ) -> ToyRecord {
        var charge = ChargeSettled()
        charge.subscriptionID = subscription
        charge.chargeID = subscription.charge(attempt: 1)
        charge.payerAccountID = payer
        charge.amountMinor = amount
        return ToyRecord(
            topic: .billingEvents, key: Array(subscription.description.utf8), value: charge.protobufBytes(),
            headers: event(id: id, source: source, type: MessageType.chargeSettled.fullName))
    }

    static func event(id: String, source: String, type: String, contentType: String = "application/protobuf") -> [(String, String)] {
        [("ce_specversion", "1.0"), ("ce_id", id), ("ce_source", source), ("ce_type", type), ("content-type", contentType)]
    }

    func without(_ header: String) -> ToyRecord {
        var record = self
        record.headers.removeAll { $0.0 == header }
        return record
    }

    func with(_ header: String, _ value: String) -> ToyRecord {
        var record = without(header)
        record.headers.append((header, value))
        return record
    }

    func body(_ value: [UInt8]?) -> ToyRecord {
        var record = self
        record.value = value
        return record
    }

    func key(_ key: [UInt8]) -> ToyRecord {
        var record = self
        record.key = key
        return record
    }
}

/// The records as one batch, offsets from 0 on partition 0 of their topics.
func batch(_ records: ToyRecord..., from offset: Int64 = 0) -> RecordBatch { batch(records, from: offset) }

func batch(_ records: [ToyRecord], from offset: Int64 = 0) -> RecordBatch {
    var batch = RecordBatch()
    for (index, source) in records.enumerated() {
        var record = RecordBatch.Record(topic: source.topic)
        record.partition = 0
        record.offset = offset + Int64(index)
        record.key = source.key.withUnsafeBytes { batch.append($0) }
        if let value = source.value { record.value = value.withUnsafeBytes { batch.append($0) } } else { record.hasValue = false }
        let first = Int32(batch.headers.count)
        for (name, value) in source.headers {
            let name = batch.append(utf8: name)
            batch.headers.append(RecordBatch.Header(name: name, value: batch.append(utf8: value)))
        }
        record.headers = first..<Int32(batch.headers.count)
        batch.records.append(record)
    }
    return batch
}

extension MemoryBroker {
    /// Puts the records at the ends of their partitions.
    func append(_ records: [ToyRecord]) {
        let batch = batch(records)
        for record in batch.records { append(record, of: batch, timestamp: 0) }
    }

    /// Every message of one type that stands in the topic, partition by partition.
    func messages<Message: EventMessage>(_ type: Message.Type, on topic: Topic) throws -> [Message] {
        var batch = RecordBatch()
        for number in 0..<Topic.partitionCount { read(TopicPartition(topic, number), from: 0, limit: .max / 2, into: &batch) }
        return try batch.records.map { record in
            try Message(decoding: try EventEnvelope(record: record, in: batch), in: batch)
        }
    }
}
