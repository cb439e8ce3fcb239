public import Kafka
public import Schema
import ServiceKit

/// Reads topics as an outsider would: in a consumer group of its own, from the beginning, nothing committed.
public final class TopicReader: Sendable {
    private let consumer: KafkaConsumer

    /// - Parameter receive: gets each batch, on the reader's own thread; must not block for long.
    public init(
        _ configuration: KafkaConfiguration, topics: [Topic], receive: @escaping @Sendable (RecordBatch) -> Void
    ) throws(ClusterError) {
        let group = "hcctl-" + BinaryText.base32(randomBytes(8))
        do throws(KafkaError) {
            consumer = try KafkaConsumer(configuration, group: group, topics: topics, delegate: Delegate(receive))
        } catch {
            throw ClusterError("\(error)")
        }
    }

    /// Whether the reader has been given its partitions.
    public var isReading: Bool { !consumer.health.assignment.partitions.isEmpty }

    public func close() { consumer.close(deadline: .seconds(5)) }

    private final class Delegate: ConsumerDelegate {
        private let receive: @Sendable (RecordBatch) -> Void

        init(_ receive: @escaping @Sendable (RecordBatch) -> Void) { self.receive = receive }

        func assigned(_ assignment: Assignment) -> [TopicPartition: Int64] { [:] }
        func received(_ batch: RecordBatch) -> Bool {
            receive(batch)
            return true
        }
        func revoked(_ assignment: Assignment, lost: Bool) -> [TopicPartition: Int64] { [:] }
        func event(_ event: KafkaEvent) {}
    }
}

extension LocalCluster {
    /// How an outsider reaches the broker.
    public func kafkaConfiguration(clientID: String) throws(ClusterError) -> KafkaConfiguration {
        KafkaConfiguration(
            bootstrap: try bootstrap(), clientID: clientID, topicPrefix: options.topicPrefix,
            brokerKind: options.broker == .embedded ? .embedded : .kafka)
    }

    /// All partitions of these topics.
    public func partitions(of topics: [Topic]) -> [TopicPartition] {
        topics.flatMap { topic in (0..<options.partitions).map { TopicPartition(topic, $0) } }
    }
}
