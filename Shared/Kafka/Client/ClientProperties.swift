import CRdkafka

/// Turns a configuration into librdkafka's.
enum ClientProperties {
    enum Role {
        case producer
        case consumer(group: String)
        case admin
    }

    /// A configuration object ready for `rd_kafka_new`. The caller owns it until then.
    static func make(_ configuration: KafkaConfiguration, role: Role) throws(KafkaError) -> OpaquePointer {
        for name in configuration.properties.keys.sorted() {
            if let reason = KafkaConfiguration.refusedProperties[name] {
                throw KafkaError(.propertyRefused, "property \(name) can't be set: \(reason)")
            }
        }
        guard !configuration.bootstrap.isEmpty else {
            throw KafkaError(.configurationInvalid, "the bootstrap address is empty")
        }
        guard let target = rd_kafka_conf_new() else {
            throw KafkaError(.configurationInvalid, "no memory for a client configuration")
        }
        do throws(KafkaError) {
            try set("bootstrap.servers", configuration.bootstrap, on: target)
            try set("client.id", configuration.clientID, on: target)
            for (name, value) in defaults(role, configuration.brokerKind) { try set(name, value, on: target) }
            for (name, value) in configuration.properties.sorted(by: { $0.key < $1.key }) {
                try set(name, value, on: target)
            }
        } catch {
            rd_kafka_conf_destroy(target)
            throw error
        }
        return target
    }

    private static func set(_ name: String, _ value: String, on target: OpaquePointer) throws(KafkaError) {
        let (result, text) = withErrorText { buffer, size in rd_kafka_conf_set(target, name, value, buffer, size) }
        switch result {
        case RD_KAFKA_CONF_OK: return
        case RD_KAFKA_CONF_UNKNOWN: throw KafkaError(.configurationInvalid, "librdkafka has no property \(name)")
        default:
            // The library's text repeats the value, which may be a secret.
            let detail = isSensitive(name) ? "has no valid value" : text
            throw KafkaError(.configurationInvalid, "property \(name): \(detail)")
        }
    }

    private static func isSensitive(_ name: String) -> Bool {
        ["password", "secret", "key", "pem", "sasl", "oauth", "token"].contains { name.contains($0) }
    }

    private static func defaults(_ role: Role, _ kind: KafkaConfiguration.BrokerKind) -> [(String, String)] {
        let common = [
            ("log.queue", "true"),
            ("log.connection.close", "false"),
            ("socket.nagle.disable", "true"),
            ("socket.keepalive.enable", "true"),
            ("socket.connection.setup.timeout.ms", "10000"),
            ("reconnect.backoff.ms", "50"),
            ("reconnect.backoff.max.ms", "1000"),
        ]
        return switch role {
        case .admin: common
        case .producer: common + producer
        case .consumer(let group): common + consumer(group, kind)
        }
    }

    private static let producer = [
        ("enable.idempotence", "true"),
        ("acks", "all"),
        ("message.timeout.ms", "0"),
        ("partitioner", "murmur2_random"),
        ("linger.ms", "0"),
        ("message.max.bytes", "1048576"),
        ("queue.buffering.max.messages", "500000"),
        ("queue.buffering.max.kbytes", "524288"),
        ("retry.backoff.ms", "50"),
    ]

    private static func consumer(_ group: String, _ kind: KafkaConfiguration.BrokerKind) -> [(String, String)] {
        [
            ("group.id", group),
            ("enable.auto.commit", "false"),
            ("enable.auto.offset.store", "false"),
            ("auto.offset.reset", "earliest"),
            ("partition.assignment.strategy", "range"),
            ("allow.auto.create.topics", "false"),
            ("enable.partition.eof", "false"),
            // The shortest session a broker allows by default; the embedded one lets a joining member wait for it.
            ("session.timeout.ms", kind == .embedded ? "4000" : "6000"),
            ("heartbeat.interval.ms", "500"),
            ("fetch.wait.max.ms", kind == .embedded ? "10" : "500"),
            ("fetch.error.backoff.ms", "50"),
        ]
    }
}

/// Calls a function that writes an error text and gives that text with its result.
func withErrorText<Result>(_ body: (UnsafeMutablePointer<CChar>, Int) -> Result) -> (Result, String) {
    let size = 512
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
    defer { buffer.deallocate() }
    buffer.initialize(repeating: 0, count: size)
    let result = body(buffer, size)
    return (result, String(cString: buffer))
}
