import Kafka
import LocalCluster
import Schema
import ServiceKit

/// How long librdkafka alone needs to produce and consume the records of a run: the same bytes, keys and headers, through
/// two producers and two consumers at once, in large batches, on a topic nobody else uses.
struct KafkaFloor {
    private let cluster: LocalCluster
    private static let measured: [Topic] = [.partner, .tenant, .billingRequests, .billingEvents]
    private static let target = Topic.networkCommands
    /// Records of a topic that stand for all of it.
    private static let sampleCount = 2_000
    /// Most records produced and not yet consumed: the embedded broker keeps only so much.
    private static let lead = 40_000

    init(_ cluster: LocalCluster) { self.cluster = cluster }

    /// - Parameter share: of the records in the topics that belong to what was measured.
    func seconds(share: Double) throws -> Double {
        var configuration = try cluster.kafkaConfiguration(clientID: "hcctl-floor")
        let admin = try KafkaAdmin(configuration)
        var counts: [Topic: Int64] = [:]
        for (partition, marks) in try admin.watermarks(of: cluster.partitions(of: Self.measured), timeout: .seconds(30)) {
            counts[partition.topic, default: 0] += marks.high
        }
        let samples = try sample(configuration, of: counts)
        configuration.properties["linger.ms"] = "5"
        let received = ConditionLock(Int64(0))
        let reader = try TopicReader(configuration, topics: [Self.target]) { batch in
            received.withLock { $0 += Int64(batch.records.count) }
            received.broadcast()
        }
        defer { reader.close() }
        while !reader.isReading { Pause.briefly() }

        let start = MonotonicInstant.now
        let sent = try produce(samples, counts.mapValues { Int64(Double($0) * share) }, configuration, received)
        guard received.wait(until: .now + .seconds(120), for: { $0 >= sent ? true : nil }) != nil else {
            throw ClusterError("the floor's consumer got \(received.withLock { $0 }) of \(sent) records")
        }
        return (MonotonicInstant.now - start).inSeconds
    }

    /// The first records of each topic, aimed at the target topic.
    private func sample(_ configuration: KafkaConfiguration, of counts: [Topic: Int64]) throws -> [Topic: RecordBatch] {
        let samples = ConditionLock<[Topic: RecordBatch]>([:])
        let reader = try TopicReader(configuration, topics: Self.measured) { batch in
            samples.withLock { samples in
                for record in batch.records where samples[record.topic, default: RecordBatch()].records.count < Self.sampleCount {
                    samples[record.topic, default: RecordBatch()].copy(record, of: batch, to: Self.target)
                }
            }
            samples.broadcast()
        }
        defer { reader.close() }
        _ = samples.wait(until: .now + .seconds(20)) { samples in
            let isComplete = Self.measured.allSatisfy { topic in
                Int64(samples[topic]?.records.count ?? 0) >= min(Int64(Self.sampleCount), counts[topic] ?? 0)
            }
            return isComplete ? true : nil
        }
        return samples.withLock { $0 }
    }

    private func produce(
        _ samples: [Topic: RecordBatch], _ counts: [Topic: Int64], _ configuration: KafkaConfiguration, _ received: ConditionLock<Int64>
    ) throws -> Int64 {
        let producer = try KafkaProducer(configuration, deliveries: { _ in }, events: { _ in })
        defer { producer.close(deadline: .seconds(30)) }
        var sent: Int64 = 0
        for topic in Self.measured {
            guard let sample = samples[topic], !sample.isEmpty else { continue }
            var left = counts[topic] ?? 0
            while left > 0 {
                _ = received.wait(until: .now + .seconds(60)) { sent - $0 < Self.lead ? true : nil }
                let count = min(Int64(sample.records.count), left)
                let start = sample.records.count - Int(count)
                var taken = 0
                while taken < Int(count) {
                    let now = producer.publish(sample, from: start + taken)
                    if now == 0 { Pause.briefly() }
                    taken += now
                }
                left -= count
                sent += count
            }
        }
        return sent
    }
}

extension RecordBatch {
    /// Copies a record of another batch to the end of this one, aimed at another topic.
    fileprivate mutating func copy(_ record: Record, of batch: borrowing RecordBatch, to topic: Topic) {
        var copy = Record(topic: topic)
        copy.key = batch.withBytes(record.key) { append($0) }
        copy.value = batch.withBytes(record.value) { append($0) }
        let first = Int32(headers.count)
        for index in record.headers {
            let header = batch.headers[Int(index)]
            let name = batch.withBytes(header.name) { append($0) }
            let value = batch.withBytes(header.value) { append($0) }
            headers.append(Header(name: name, value: value))
        }
        copy.headers = first..<Int32(headers.count)
        records.append(copy)
    }
}
