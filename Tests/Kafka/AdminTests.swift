import EmbeddedBroker
import Kafka
import Schema
import Testing

@Suite(.timeLimit(.minutes(10)))
struct AdminTests {
    @Test(arguments: BrokerUnderTest.available)
    func theClusterTellsItsIDAndTopics(_ kind: BrokerUnderTest) async throws {
        try await onOwnThread {
            let broker = try kind.start(topics: [.partner, .accounts])
            let admin = try KafkaAdmin(broker.configuration())
            let id = try admin.clusterID(timeout: .seconds(10))
            #expect(!id.isEmpty)
            #expect(try admin.clusterID(timeout: .seconds(10)) == id)
            let topics = try admin.topics(timeout: .seconds(10))
            #expect(Set(topics.keys) == (kind == .embedded ? Set(Topic.allCases) : [.partner, .accounts]))
            #expect(topics[.partner] == TopicDescription(partitions: 6, replicationFactor: 1))
        }
    }

    @Test(arguments: BrokerUnderTest.available)
    func watermarksAreThoseOfTheLog(_ kind: BrokerUnderTest) async throws {
        try await onOwnThread {
            let broker = try kind.start()
            var batch = RecordBatch()
            for _ in 0..<5 { batch.add(key: "k", value: "v", partition: 3) }
            try broker.publish(batch)
            let admin = try KafkaAdmin(broker.configuration())
            let places = [TopicPartition(.partner, 3), TopicPartition(.partner, 4)]
            let found = try admin.watermarks(of: places, timeout: .seconds(10))
            #expect(found == [places[0]: Watermarks(low: 0, high: 5), places[1]: Watermarks(low: 0, high: 0)])
        }
    }

    @Test func nobodyAtTheAddressIsSaidInTime() async throws {
        try await onOwnThread {
            for limit in [Duration.milliseconds(500), .seconds(2)] {
                let admin = try KafkaAdmin(KafkaConfiguration(bootstrap: "127.0.0.1:9", clientID: "test"))
                let time = elapsed {
                    let error = #expect(throws: KafkaError.self) { try admin.clusterID(timeout: limit) }
                    #expect(error?.code == .unreachable && error?.isRetriable == true)
                    #expect(error?.text.contains("no broker answers at 127.0.0.1:9") == true)
                }
                #expect(time < limit + slack)
            }
        }
    }

    @Test func questionsToADeadBrokerEndInTime() async throws {
        try await onOwnThread {
            let broker = try BrokerUnderTest.embedded.start()
            let admin = try KafkaAdmin(broker.configuration())
            _ = try admin.topics(timeout: .seconds(10))
            broker.setReachable(false)
            let time = elapsed {
                #expect(throws: KafkaError.self) { try admin.watermarks(of: [.init(.partner, 0)], timeout: .seconds(1)) }
                #expect(throws: KafkaError.self) {
                    try admin.committedOffsets(group: broker.group, of: [.init(.partner, 0)], timeout: .seconds(1))
                }
                #expect(throws: KafkaError.self) { try admin.topics(timeout: .seconds(1)) }
            }
            #expect(time < .seconds(3) + slack)
        }
    }

    @Test func theEmbeddedBrokerIsAsSpecified() async throws {
        try await onOwnThread {
            let broker = try EmbeddedBroker(topicPrefix: "demo.")
            let good = KafkaConfiguration(bootstrap: broker.bootstrap, clientID: "test", topicPrefix: "demo.", brokerKind: .embedded)
            let specifications = Topic.allCases.map { TopicSpecification($0, replicationFactor: 1) }
            #expect(try KafkaAdmin(good).differences(from: specifications, timeout: .seconds(10)) == [])
            var other = good
            other.topicPrefix = "other."
            let differences = try KafkaAdmin(other).differences(from: specifications, timeout: .seconds(10))
            #expect(differences.map(\.kind) == Topic.allCases.map { _ in .missing })
            #expect(differences.first?.description == "topic other.hosted-connections.partner does not exist")
        }
    }

    @Test(.enabled(if: KafkaProcess.home != nil, "KAFKA_HOME is not set"))
    func topicsAreCreatedAndCheckedOnKafka() async throws {
        try await onOwnThread {
            let broker = try BrokerUnderTest.kafka.start(topics: [.accounts])
            let admin = try KafkaAdmin(broker.configuration())
            let specifications = [Topic.partner, .tenant, .accounts].map {
                TopicSpecification($0, replicationFactor: 1, minimumInSyncReplicas: 1)
            }
            #expect(try admin.differences(from: specifications, timeout: .seconds(20)).map(\.topic) == [.partner, .tenant])
            let outcome = try admin.create(specifications, timeout: .seconds(20))
            #expect(outcome == [.partner: .created, .tenant: .created, .accounts: .existed])
            // Brokers learn of new topics one after the other.
            #expect(eventually { (try? admin.differences(from: specifications, timeout: .seconds(20))) == [] })
            var wanted = TopicSpecification(.partner, replicationFactor: 3)
            wanted.partitions = 24
            wanted.configuration["retention.ms"] = "1000"
            #expect(
                try admin.differences(from: [wanted], timeout: .seconds(20)).map(\.kind) == [
                    .partitions(expected: 24, actual: 6), .replicationFactor(expected: 3, actual: 1),
                    .configuration(name: "retention.ms", expected: "1000", actual: "604800000"),
                ])
            let impossible = try admin.create([TopicSpecification(.networkEvents, replicationFactor: 3)], timeout: .seconds(20))
            guard case .failed(let error) = impossible[.networkEvents] else {
                Issue.record("three replicas on one broker: \(impossible)")
                return
            }
            #expect(error.libraryName == "INVALID_REPLICATION_FACTOR")
        }
    }
}
