import EmbeddedBroker
import Glibc
import Kafka
import Schema
import Synchronization
import Testing

/// Which broker a conformance test runs against.
enum BrokerUnderTest: String, CustomTestStringConvertible {
    case embedded
    case kafka

    /// A real Kafka takes part when KAFKA_HOME says where one is.
    static let available: [BrokerUnderTest] = KafkaProcess.home == nil ? [.embedded] : [.embedded, .kafka]

    var testDescription: String { rawValue }

    /// A broker with fresh, empty topics.
    func start(topics: [Topic] = [.partner]) throws -> TestBroker {
        switch self {
        case .embedded: return try TestBroker(embedded: EmbeddedBroker())
        case .kafka: return try TestBroker(process: KafkaProcess.shared.get(), topics: topics)
        }
    }
}

/// A broker and how to reach it.
final class TestBroker: Sendable {
    let embedded: EmbeddedBroker?
    let bootstrap: String
    let prefix: String
    /// No two tests share a group, as they may share the broker.
    var group: String { prefix + "group" }

    init(embedded: EmbeddedBroker) {
        self.embedded = embedded
        bootstrap = embedded.bootstrap
        prefix = ""
    }

    init(process: KafkaProcess, topics: [Topic]) throws {
        embedded = nil
        bootstrap = process.bootstrap
        prefix = "t\(UInt64.random(in: 0 ... .max)).".lowercased()
        let admin = try KafkaAdmin(configuration())
        let created = try admin.create(topics.map { TopicSpecification($0, replicationFactor: 1) }, timeout: .seconds(30))
        try #require(created.values.allSatisfy { $0 == .created }, "topics were not created: \(created)")
        // A consumer that joins before the broker knows them would see an extra rebalance.
        try #require(eventually { (try? admin.topics(timeout: .seconds(10)))?.count == topics.count })
    }

    func configuration(_ properties: [String: String] = [:]) -> KafkaConfiguration {
        KafkaConfiguration(
            bootstrap: bootstrap, clientID: "test", topicPrefix: prefix, properties: properties,
            brokerKind: embedded == nil ? .kafka : .embedded)
    }

    /// Closes the embedded broker's listener and connections, or lets it listen again on the same port.
    func setReachable(_ isReachable: Bool) {
        KafkaProcess.spawning.withLock { _ in embedded?.setReachable(isReachable) }
    }

    /// Publishes a batch and waits until all of it is acknowledged.
    func publish(_ batch: RecordBatch) throws {
        let deliveries = Deliveries()
        let producer = try deliveries.producer(configuration())
        try #require(producer.publish(batch) == batch.records.count)
        try #require(eventually { deliveries.acknowledged.count == batch.records.count })
        try #require(producer.close(deadline: .seconds(10)))
    }
}
