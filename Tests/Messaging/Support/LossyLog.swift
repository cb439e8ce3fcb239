import Kafka
import Schema

@testable import Messaging

/// A producer with a queue between the engine and the log: what waits in it is lost with the producer.
final class LossyLog: EventLog {
    private let log: MemoryLog
    private var queue: [RecordBatch] = []

    init(_ log: MemoryLog) { self.log = log }

    func publish(_ batch: borrowing RecordBatch, from start: Int) -> Int {
        for index in start..<batch.records.count { queue.append(batch.single(index)) }
        return batch.records.count - start
    }

    func commit(_ offsets: [TopicPartition: Int64]) { log.commit(offsets) }

    /// The first `count` of the queue reach the log.
    func deliver(_ count: Int) {
        for batch in queue.prefix(count) { _ = log.publish(batch, from: 0) }
        queue.removeFirst(min(count, queue.count))
    }

    func loseQueue() { queue.removeAll() }
}

extension RecordBatch {
    /// One of the batch's records in a batch of its own.
    func single(_ index: Int) -> RecordBatch {
        var copy = RecordBatch()
        var record = records[index]
        record.key = withBytes(record.key) { copy.append($0) }
        record.value = withBytes(record.value) { copy.append($0) }
        for header in headers[Int(record.headers.lowerBound)..<Int(record.headers.upperBound)] {
            let name = withBytes(header.name) { copy.append($0) }
            copy.headers.append(Header(name: name, value: withBytes(header.value) { copy.append($0) }))
        }
        record.headers = 0..<Int32(copy.headers.count)
        copy.records.append(record)
        return copy
    }
}
