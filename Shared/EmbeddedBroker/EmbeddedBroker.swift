import CRdkafka
public import Kafka
public import Schema
import Synchronization

/// A Kafka-protocol broker inside this process: librdkafka's mock cluster, on loopback, with every topic in place.
///
/// It forgets everything when it stops, takes another port at each start, keeps 5 MiB per partition, and does not wake a
/// waiting fetch; see ``Kafka/KafkaConfiguration/BrokerKind``.
public final class EmbeddedBroker: Sendable {
    /// `@unchecked Sendable`: the mock cluster takes its orders through a queue of its own, from any thread. Both are
    /// destroyed only by whoever took them out of ``handles``.
    private struct Handles: @unchecked Sendable {
        /// The client inside which the cluster runs; it connects to nothing.
        let client: OpaquePointer
        let cluster: OpaquePointer
    }

    private static let brokerID: Int32 = 1
    private let handles: Mutex<Handles?>
    /// `host:port` where it listens.
    public let bootstrap: String
    /// A fresh 128-bit number in 32 hexadecimal digits, by which clients see that the log began anew.
    public let incarnation: String

    /// Starts the broker and creates the topics.
    /// - Parameter partitions: of each topic.
    /// - Throws: ``EmbeddedBrokerError``.
    public init(topicPrefix: String = "", partitions: Int32 = Topic.partitionCount) throws(EmbeddedBrokerError) {
        let configuration = rd_kafka_conf_new()
        // The host's own client has nothing to say; without this it would write to stderr.
        rd_kafka_conf_set_log_cb(configuration, nil)
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0) else {
            rd_kafka_conf_destroy(configuration)
            throw EmbeddedBrokerError(text: "its client can't be made")
        }
        guard let cluster = rd_kafka_mock_cluster_new(client, 1) else {
            rd_kafka_destroy(client)
            throw EmbeddedBrokerError(text: "it can't listen on loopback")
        }
        let handles = Handles(client: client, cluster: cluster)
        for topic in Topic.allCases {
            let error = rd_kafka_mock_topic_create(cluster, topic.name(prefix: topicPrefix), partitions, 1)
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
                Self.destroy(handles)
                let reason = rd_kafka_err2str(error).map { String(cString: $0) } ?? ""
                throw EmbeddedBrokerError(text: "topic \(topic.name(prefix: topicPrefix)) can't be created: \(reason)")
            }
        }
        bootstrap = rd_kafka_mock_cluster_bootstraps(cluster).map { String(cString: $0) } ?? ""
        var random = SystemRandomNumberGenerator()
        incarnation = (0..<4).map { _ in
            let digits = String(UInt32.random(in: 0 ... .max, using: &random), radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
        self.handles = Mutex(handles)
    }

    deinit { stop() }

    /// Closes all connections and forgets everything. Blocks for the moment that takes; harmless if done before.
    public func stop() {
        let taken = handles.withLock { handles in
            let taken = handles
            handles = nil
            return taken
        }
        if let taken { Self.destroy(taken) }
    }

    /// What services need to find the broker.
    public var bootstrapFile: BootstrapFile { BootstrapFile(bootstrap: bootstrap, incarnation: incarnation) }

    /// Writes ``bootstrapFile`` in one step, readable by its owner only.
    /// - Throws: ``Kafka/KafkaError`` with code `bootstrapFile`.
    public func writeBootstrapFile(to path: String) throws(KafkaError) {
        try bootstrapFile.write(to: path)
    }

    private static func destroy(_ handles: Handles) {
        rd_kafka_mock_cluster_destroy(handles.cluster)
        rd_kafka_destroy(handles.client)
    }
}

/// Why the embedded broker can't start.
public struct EmbeddedBrokerError: Error, Sendable, CustomStringConvertible {
    /// Stable code.
    public let code = "embedded-broker.start-failed"
    public let text: String

    public var description: String { "\(code): the embedded broker can't start: \(text)" }
}

// MARK: - Faults

extension EmbeddedBroker {
    /// Requests whose answers can be made to fail, by their number in the protocol.
    public enum Request: Int16, Sendable {
        case produce = 0
        case fetch = 1
        case metadata = 3
        case offsetCommit = 8
        case joinGroup = 11
        case heartbeat = 12
        case initProducerID = 22
    }

    /// Closes the listener and all connections, or listens again on the same port. Nothing is forgotten.
    public func setReachable(_ isReachable: Bool) {
        withCluster { cluster in
            if isReachable {
                rd_kafka_mock_broker_set_up(cluster, Self.brokerID)
            } else {
                rd_kafka_mock_broker_set_down(cluster, Self.brokerID)
            }
        }
    }

    /// Lets the next answers to a kind of request fail with these error numbers of the protocol, in this order. The
    /// request is not carried out. librdkafka's -195 closes the connection instead.
    public func fail(_ request: Request, with errors: [Int32]) {
        withCluster { cluster in
            var codes = errors.map { rd_kafka_resp_err_t(rawValue: $0) }
            rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, codes.count, &codes)
        }
    }

    /// Lets every answer take this many milliseconds.
    public func delayAnswers(milliseconds: Int32) {
        withCluster { cluster in
            rd_kafka_mock_broker_set_rtt(cluster, Self.brokerID, milliseconds)
        }
    }

    private func withCluster(_ body: (OpaquePointer) -> Void) {
        handles.withLock { handles in
            if let handles { body(handles.cluster) }
        }
    }
}
