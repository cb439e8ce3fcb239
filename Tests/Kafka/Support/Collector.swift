import Kafka
import Schema
import Synchronization

/// A consumer delegate that keeps what it is told.
final class Collector: ConsumerDelegate {
    struct Received: Equatable {
        var place: TopicPartition
        var offset: Int64
        var key: String
        var value: [UInt8]
        var hasValue: Bool
        var headers: [String]
        var timestamp: Int64
    }

    struct Revocation {
        var assignment: Assignment
        var lost: Bool
        var answer: [TopicPartition: Int64]
    }

    struct State {
        var records: [Received] = []
        var batches = 0
        var assignments: [Assignment] = []
        var revocations: [Revocation] = []
        var events: [KafkaEvent] = []
        var next: [TopicPartition: Int64] = [:]
        var isFull = false
        var fullAnswers = 0
    }

    let state = Mutex(State())
    private let starts: [TopicPartition: Int64]

    init(starts: [TopicPartition: Int64] = [:]) { self.starts = starts }

    func assigned(_ assignment: Assignment) -> [TopicPartition: Int64] {
        state.withLock { state in
            state.assignments.append(assignment)
            return starts.merging(state.next) { _, next in next }
        }
    }

    func received(_ batch: RecordBatch) -> Bool {
        state.withLock { state in
            state.batches += 1
            for record in batch.records {
                let place = TopicPartition(record.topic, record.partition)
                let headers = record.headers.map { index in
                    let header = batch.headers[Int(index)]
                    return batch.text(header.name) + "=" + batch.text(header.value)
                }
                state.records.append(
                    Received(
                        place: place, offset: record.offset, key: batch.text(record.key),
                        value: batch.withBytes(record.value) { Array($0) }, hasValue: record.hasValue, headers: headers,
                        timestamp: record.timestamp))
                state.next[place] = record.offset + 1
            }
            if state.isFull { state.fullAnswers += 1 }
            return !state.isFull
        }
    }

    func revoked(_ assignment: Assignment, lost: Bool) -> [TopicPartition: Int64] {
        state.withLock { state in
            let answer = state.next.filter { assignment.partitions.contains($0.key) }
            state.revocations.append(Revocation(assignment: assignment, lost: lost, answer: answer))
            return answer
        }
    }

    func event(_ event: KafkaEvent) { state.withLock { $0.events.append(event) } }

    var records: [Received] { state.withLock { $0.records } }
    var count: Int { state.withLock { $0.records.count } }
    var next: [TopicPartition: Int64] { state.withLock { $0.next } }
    var events: [KafkaEvent] { state.withLock { $0.events } }
    var revocations: [Revocation] { state.withLock { $0.revocations } }
    var assignments: [Assignment] { state.withLock { $0.assignments } }
    var fullAnswers: Int { state.withLock { $0.fullAnswers } }

    func setFull(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    var jumps: [[Int64]] {
        events.compactMap { event in
            guard case .offsetJump(let place, let expected, let actual) = event else { return nil }
            return [Int64(place.partition), expected, actual]
        }
    }
    var assigned: [TopicPartition] { state.withLock { $0.assignments.last?.partitions ?? [] } }
}

/// A producer's sink that keeps what it is told.
final class Deliveries: Sendable {
    struct State {
        var acknowledged: [UInt64] = []
        var failed: [DeliveryBatch.Failure] = []
        var events: [KafkaEvent] = []
    }

    let state = Mutex(State())

    func producer(_ configuration: KafkaConfiguration) throws -> KafkaProducer {
        try KafkaProducer(configuration) { batch in
            self.state.withLock { state in
                state.acknowledged += batch.acknowledged
                state.failed += batch.failed
            }
        } events: { event in
            self.state.withLock { $0.events.append(event) }
        }
    }

    var acknowledged: [UInt64] { state.withLock { $0.acknowledged } }
    var failed: [DeliveryBatch.Failure] { state.withLock { $0.failed } }
    var events: [KafkaEvent] { state.withLock { $0.events } }
    var total: Int { state.withLock { $0.acknowledged.count + $0.failed.count } }
}
