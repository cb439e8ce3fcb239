import Kafka
import Schema
import ServiceKit
import Synchronization

/// What one consumer of a link says to the engine. Each consumer has its own, so that one of the past is not taken for the
/// one of today.
final class ConsumerSeat<Command: Sendable>: ConsumerDelegate {
    private let mailbox: Mailbox<Command>
    private weak let link: KafkaLink<Command>?
    private let number: UInt64

    /// How long the group may wait for the engine when partitions are taken away.
    private static var drainLimit: Duration { .seconds(2) }

    init(_ link: KafkaLink<Command>, number: UInt64) {
        self.link = link
        self.number = number
        mailbox = link.mailbox
    }

    func assigned(_ assignment: Assignment) -> [TopicPartition: Int64] {
        own(assignment.partitions, in: assignment.epoch)
        // Without an answer in time reading starts at the beginning, and the marks drop the repeats.
        let offsets = mailbox.settledOffsets(until: .now + Self.drainLimit) ?? [:]
        return offsets.filter { assignment.partitions.contains($0.key) }
    }

    func received(_ batch: RecordBatch) -> Bool { mailbox.deliver(batch) }

    func revoked(_ assignment: Assignment, lost: Bool) -> [TopicPartition: Int64] {
        let offsets = mailbox.settledOffsets(until: .now + Self.drainLimit) ?? [:]
        own([], in: assignment.epoch)
        return offsets.filter { assignment.partitions.contains($0.key) }
    }

    func event(_ event: KafkaEvent) {
        link?.note(event) { duties, clients in
            if clients.consumers == number { duties.consumerIsBroken = true }
        }
    }

    private func own(_ partitions: [TopicPartition], in epoch: UInt64) {
        link?.clients.withLock { clients in
            guard clients.consumers == number else { return }
            clients.epoch = epoch
            clients.owned = Set(partitions)
        }
    }
}
