import CRdkafka
import Glibc
public import Schema

extension KafkaAdmin {
    /// Creates topics. One that exists is left as it is. Returns when the broker that answers knows the new ones: after
    /// the controller has made them a broker takes a moment to hear of it, in which a service would miss them.
    public func create(_ specifications: [TopicSpecification], timeout: Duration) throws(KafkaError) -> [Topic: TopicCreation] {
        let end = ContinuousClock.now + timeout
        let outcomes = try request(specifications, timeout: timeout)
        let created = outcomes.filter { $0.value == .created }.keys
        while true {
            let known = try topics(timeout: max(.milliseconds(1), end - .now))
            if created.allSatisfy({ known[$0] != nil }) || .now >= end { return outcomes }
            usleep(20_000)
        }
    }

    private func request(_ specifications: [TopicSpecification], timeout: Duration) throws(KafkaError) -> [Topic: TopicCreation] {
        guard !specifications.isEmpty else { return [:] }
        let (prefix, names) = (prefix, topicsByName)
        return try connection.perform(within: timeout) { client, end throws(KafkaError) in
            var requests: [OpaquePointer?] = []
            defer { for request in requests { rd_kafka_NewTopic_destroy(request) } }
            for specification in specifications {
                requests.append(try Self.newTopic(specification, prefix: prefix))
            }
            return try AdminConnection.answer(client, RD_KAFKA_ADMIN_OP_CREATETOPICS, until: end) { options, queue in
                rd_kafka_CreateTopics(client, &requests, requests.count, options, queue)
            } read: { event throws(KafkaError) in
                var count = 0
                let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
                var outcomes: [Topic: TopicCreation] = [:]
                for result in UnsafeBufferPointer(start: results, count: count) {
                    guard let name = rd_kafka_topic_result_name(result), let topic = names[String(cString: name)] else { continue }
                    outcomes[topic] =
                        switch rd_kafka_topic_result_error(result) {
                        case RD_KAFKA_RESP_ERR_NO_ERROR: .created
                        case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: .existed
                        case let error:
                            .failed(KafkaError(error, text: rd_kafka_topic_result_error_string(result).map { String(cString: $0) }))
                        }
                }
                return outcomes
            }
        }
    }

    /// All configuration values of topics, defaults included, by Kafka's names.
    public func configurations(of topics: [Topic], timeout: Duration) throws(KafkaError) -> [Topic: [String: String]] {
        guard !topics.isEmpty else { return [:] }
        let (prefix, names) = (prefix, topicsByName)
        return try connection.perform(within: timeout) { client, end throws(KafkaError) in
            var requests = topics.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0.name(prefix: prefix)) }
            defer { for request in requests { rd_kafka_ConfigResource_destroy(request) } }
            return try AdminConnection.answer(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, until: end) { options, queue in
                rd_kafka_DescribeConfigs(client, &requests, requests.count, options, queue)
            } read: { event throws(KafkaError) in
                var count = 0
                let results = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)
                var found: [Topic: [String: String]] = [:]
                for resource in UnsafeBufferPointer(start: results, count: count) {
                    guard let name = rd_kafka_ConfigResource_name(resource), let topic = names[String(cString: name)]
                    else { continue }
                    let error = rd_kafka_ConfigResource_error(resource)
                    guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
                        throw KafkaError(error, text: "configuration of topic \(String(cString: name))")
                    }
                    found[topic] = Self.values(of: resource)
                }
                return found
            }
        }
    }

    /// In what the cluster's topics are not as specified; empty if they are. The embedded broker knows no configuration,
    /// so there only existence and partitions are compared.
    public func differences(
        from specifications: [TopicSpecification], timeout: Duration
    ) throws(KafkaError) -> [TopicDifference] {
        let end = ContinuousClock.now + timeout
        let existing = try topics(timeout: timeout)
        let present = specifications.map(\.topic).filter { existing[$0] != nil }
        let configurations = isEmbedded ? nil : try configurations(of: present, timeout: max(.milliseconds(1), end - .now))
        var differences: [TopicDifference] = []
        for wanted in specifications {
            func add(_ kind: TopicDifference.Kind) {
                differences.append(.init(topic: wanted.topic, name: wanted.topic.name(prefix: prefix), kind: kind))
            }
            guard let found = existing[wanted.topic] else {
                add(.missing)
                continue
            }
            if found.partitions != wanted.partitions {
                add(.partitions(expected: wanted.partitions, actual: found.partitions))
            }
            guard let configurations else { continue }
            if found.replicationFactor != wanted.replicationFactor {
                add(.replicationFactor(expected: wanted.replicationFactor, actual: found.replicationFactor))
            }
            for (name, expected) in wanted.configuration.sorted(by: { $0.key < $1.key }) {
                let actual = configurations[wanted.topic]?[name]
                if actual != expected { add(.configuration(name: name, expected: expected, actual: actual)) }
            }
        }
        return differences
    }

    /// A request the caller has to destroy.
    private static func newTopic(_ specification: TopicSpecification, prefix: String) throws(KafkaError) -> OpaquePointer {
        let name = specification.topic.name(prefix: prefix)
        let (created, text) = withErrorText { buffer, size in
            rd_kafka_NewTopic_new(name, specification.partitions, specification.replicationFactor, buffer, size)
        }
        guard let created else { throw KafkaError(.configurationInvalid, "topic \(name): \(text)") }
        for (key, value) in specification.configuration.sorted(by: { $0.key < $1.key }) {
            let error = rd_kafka_NewTopic_set_config(created, key, value)
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
                rd_kafka_NewTopic_destroy(created)
                throw KafkaError(error, text: "topic \(name), \(key)", code: .configurationInvalid)
            }
        }
        return created
    }

    private static func values(of resource: OpaquePointer?) -> [String: String] {
        var count = 0
        let entries = rd_kafka_ConfigResource_configs(resource, &count)
        var values: [String: String] = [:]
        for entry in UnsafeBufferPointer(start: entries, count: count) {
            guard let name = rd_kafka_ConfigEntry_name(entry), let value = rd_kafka_ConfigEntry_value(entry) else { continue }
            values[String(cString: name)] = String(cString: value)
        }
        return values
    }
}
