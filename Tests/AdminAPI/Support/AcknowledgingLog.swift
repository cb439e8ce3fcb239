import Kafka
import Messaging
import PartnerService
import Schema

/// A log that takes everything at once and keeps nothing.
final class AcknowledgingLog: EventLog {
    private let mailbox: Mailbox<PartnerCommand>

    init(_ mailbox: Mailbox<PartnerCommand>) { self.mailbox = mailbox }

    func publish(_ batch: borrowing RecordBatch, from start: Int) -> Int {
        let tags = (start..<batch.records.count).map { batch.records[$0].tag }
        mailbox.acknowledge(Delivery(generation: 0, tags: tags))
        return tags.count
    }

    func commit(_ offsets: [TopicPartition: Int64]) {}
}
