import CRdkafka
import Schema

/// A librdkafka client.
///
/// `@unchecked Sendable`: librdkafka's clients may be used from any thread at once. Whoever owns the handle sees to it
/// that nobody uses it after `destroy`.
struct ClientHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over `configuration`.
    init(_ configuration: OpaquePointer, type: rd_kafka_type_t) throws(KafkaError) {
        let (created, text) = withErrorText { buffer, size in rd_kafka_new(type, configuration, buffer, size) }
        guard let created else {
            rd_kafka_conf_destroy(configuration)
            throw KafkaError(.configurationInvalid, text)
        }
        pointer = created
    }

    /// Joins the client's threads. Blocks, but does not wait for a group to be left: that was tried before, with a limit.
    func destroy() { rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE) }

    /// The error that ended the client, if one did.
    var fatalError: KafkaError? {
        let (error, text) = withErrorText { buffer, size in rd_kafka_fatal_error(pointer, buffer, size) }
        return error == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(error, text: text, isFatal: true)
    }

    /// What a generic client error means. A fatal one may come under its own number.
    func event(for error: rd_kafka_resp_err_t, text: String, isFatal: Bool = false) -> KafkaEvent {
        switch error {
        case _ where isFatal, RD_KAFKA_RESP_ERR__FATAL:
            .fatal(fatalError ?? KafkaError(error, text: text, isFatal: true))
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN: .allBrokersDown
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, RD_KAFKA_RESP_ERR__SSL:
            .authenticationFailed(KafkaError(error, text: text))
        default: .clientError(KafkaError(error, text: text))
        }
    }

    /// One configuration serves producers and consumers, so each is told of properties that are the other's.
    static func isIdle(logFacility: String, text: String) -> Bool {
        logFacility == "CONFWARN" && text.contains("will be ignored by this")
    }
}

/// Milliseconds for a C time-out, never negative.
func milliseconds(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let whole = min(seconds, 1_000_000) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: whole)
}
