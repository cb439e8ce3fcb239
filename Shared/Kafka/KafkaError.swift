import CRdkafka

/// What went wrong between us and Kafka. Never carries a secret.
public struct KafkaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Stable codes: what callers, logs and metrics go by.
    public enum Code: String, Sendable, CaseIterable {
        /// A property is unknown or has no valid value, or a combination of them is impossible.
        case configurationInvalid = "kafka.configuration-invalid"
        /// A property was given that correctness rests on and that therefore can't be set.
        case propertyRefused = "kafka.property-refused"
        /// No broker answers at the bootstrap address.
        case unreachable = "kafka.unreachable"
        /// A broker was reached but the answer did not come in time.
        case timedOut = "kafka.timed-out"
        /// The broker, or its certificate, or our credentials were not accepted.
        case authentication = "kafka.authentication"
        /// Credentials were accepted but don't allow the operation.
        case authorization = "kafka.authorization"
        /// The client can't go on and has to be closed and built again.
        case fatal = "kafka.fatal"
        /// The topic or partition does not exist.
        case topicUnknown = "kafka.topic-unknown"
        /// The record itself can't be taken: too large, or malformed.
        case recordRejected = "kafka.record-rejected"
        /// The client was closed before the record was acknowledged; it may or may not be in the log.
        case abandoned = "kafka.abandoned"
        /// The client takes the record for delivered though no broker has said where it lies in the log.
        case unconfirmed = "kafka.unconfirmed"
        /// This member no longer belongs to the group's current generation.
        case fenced = "kafka.fenced"
        /// The broker does not know the operation.
        case unsupported = "kafka.unsupported"
        /// A bootstrap file can't be read or written, or is not one.
        case bootstrapFile = "kafka.bootstrap-file"
        /// Anything else; see ``KafkaError/libraryName``.
        case other = "kafka.other"
    }

    public let code: Code
    /// librdkafka's number: negative for its own errors, positive for the broker's, 0 for errors of this module.
    public let libraryCode: Int32
    /// librdkafka's name, such as `_TRANSPORT`; empty for errors of this module.
    public let libraryName: String
    public let text: String
    /// The client that said so is of no more use.
    public let isFatal: Bool
    /// The same call may succeed later without anybody's doing.
    public let isRetriable: Bool

    public var isAuthentication: Bool { code == .authentication }

    public var description: String {
        libraryName.isEmpty ? "\(code.rawValue): \(text)" : "\(code.rawValue) (\(libraryName)): \(text)"
    }

    /// An error that librdkafka has no part in.
    public init(_ code: Code, _ text: String, isRetriable: Bool = false, isFatal: Bool = false) {
        self.code = code
        self.text = text
        self.isRetriable = isRetriable
        libraryCode = 0
        libraryName = ""
        self.isFatal = isFatal
    }

    /// Of a record that no broker has confirmed by its place in the log.
    static let unconfirmed = KafkaError(.unconfirmed, "the broker did not say where the record lies in the log", isRetriable: true)

    /// - Parameter text: what the library says beyond the code's general text.
    init(_ error: rd_kafka_resp_err_t, text: String? = nil, isFatal: Bool = false, code: Code? = nil) {
        let classified = Self.classify(error)
        self.code = isFatal ? .fatal : code ?? classified.code
        libraryCode = error.rawValue
        libraryName = rd_kafka_err2name(error).map { String(cString: $0) } ?? ""
        let general = rd_kafka_err2str(error).map { String(cString: $0) } ?? ""
        self.text = text.flatMap { $0.isEmpty ? nil : $0 } ?? general
        self.isFatal = isFatal || error == RD_KAFKA_RESP_ERR__FATAL
        isRetriable = !isFatal && classified.isRetriable
    }

    /// Takes over an error object and destroys it; nil if there is none.
    static func consuming(_ object: OpaquePointer?) -> KafkaError? {
        guard let object else { return nil }
        defer { rd_kafka_error_destroy(object) }
        let text = rd_kafka_error_string(object).map { String(cString: $0) }
        return KafkaError(rd_kafka_error_code(object), text: text, isFatal: rd_kafka_error_is_fatal(object) != 0)
    }

    private static func classify(_ error: rd_kafka_resp_err_t) -> (code: Code, isRetriable: Bool) {
        switch error {
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE:
            (.unreachable, true)
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
            RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
            (.timedOut, true)
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, RD_KAFKA_RESP_ERR__SSL:
            (.authentication, false)
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            (.authorization, false)
        case RD_KAFKA_RESP_ERR__FATAL:
            (.fatal, false)
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
            (.topicUnknown, false)
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE,
            RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR__INVALID_ARG, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
            (.recordRejected, false)
        case RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, RD_KAFKA_RESP_ERR__DESTROY:
            (.abandoned, true)
        case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
            (.fenced, false)
        case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
            (.unsupported, false)
        case RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__RETRY, RD_KAFKA_RESP_ERR__WAIT_COORD,
            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
            (.other, true)
        default:
            (.other, false)
        }
    }
}
