/// How to reach a Kafka cluster.
public struct KafkaConfiguration: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// What stands behind the bootstrap address. Only default timings differ.
    public enum BrokerKind: Sendable {
        case kafka
        /// The in-process mock cluster: it does not wake a waiting fetch, so fetches wait 10 ms only.
        case embedded
    }

    /// `host:port`, several of them separated by commas.
    public var bootstrap: String
    /// Name under which the broker's logs and quotas know us.
    public var clientID: String
    /// Text before every topic's base name.
    public var topicPrefix: String
    /// Any property of librdkafka, SASL and TLS included. They win over this module's defaults, except
    /// ``refusedProperties``.
    public var properties: [String: String]
    public var brokerKind: BrokerKind

    public init(
        bootstrap: String, clientID: String, topicPrefix: String = "", properties: [String: String] = [:],
        brokerKind: BrokerKind = .kafka
    ) {
        self.bootstrap = bootstrap
        self.clientID = clientID
        self.topicPrefix = topicPrefix
        self.properties = properties
        self.brokerKind = brokerKind
    }

    /// Property values may be secrets, so only their names are shown.
    public var description: String {
        "KafkaConfiguration(bootstrap: \(bootstrap), clientID: \(clientID), topicPrefix: \(topicPrefix), "
            + "properties: \(properties.keys.sorted()))"
    }

    public var debugDescription: String { description }

    /// Properties that can't be given, with the reason. Correctness rests on our value, or a field of this type sets it.
    public static let refusedProperties: [String: String] = [
        "bootstrap.servers": "it is set by the bootstrap address",
        "metadata.broker.list": "it is set by the bootstrap address",
        "client.id": "it is set by the client id",
        "group.id": "each service has its own group",
        "acks": "records count as sent only when all in-sync replicas have them",
        "request.required.acks": "records count as sent only when all in-sync replicas have them",
        "enable.idempotence": "order per key rests on the idempotent producer",
        "transactional.id": "Kafka transactions are not used",
        "message.timeout.ms": "records never expire inside the client",
        "delivery.timeout.ms": "records never expire inside the client",
        "partitioner": "every producer must send a key to the same partition",
        "enable.auto.commit": "offsets are committed only after the database transaction",
        "auto.commit.enable": "offsets are committed only after the database transaction",
        "enable.auto.offset.store": "offsets are committed only after the database transaction",
        "auto.offset.reset": "a reader without a position starts at the beginning",
        "partition.assignment.strategy": "all members must use the eager range assignor",
        "group.protocol": "only the classic group protocol is supported",
        "enable.partition.eof": "the end of a partition is no event here",
        "allow.auto.create.topics": "topics are created on purpose only",
        "log.queue": "log lines are handed over on the client's own thread",
        "test.mock.num.brokers": "the embedded broker is a process of its own",
    ]
}
