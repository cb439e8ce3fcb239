import CRdkafka
import Synchronization

/// The client behind ``KafkaAdmin``. Each call into librdkafka runs on a thread of its own: some ignore their time-out when
/// a broker is away, and then the thread is left behind, with the reference it holds.
final class AdminConnection: Sendable {
    /// `@unchecked Sendable`: librdkafka's queues may be used from any thread; it lives as long as the connection.
    private struct Queue: @unchecked Sendable { let pointer: OpaquePointer }

    let client: ClientHandle
    private let queue: Queue
    private let bootstrap: String
    private let state = Mutex(State())

    private struct State {
        var hasAnswered = false
        var refusal: KafkaError?
        var lastError: String?
    }

    init(_ configuration: KafkaConfiguration) throws(KafkaError) {
        bootstrap = configuration.bootstrap
        let properties = try ClientProperties.make(configuration, role: .admin)
        rd_kafka_conf_set_events(properties, RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG)
        client = try ClientHandle(properties, type: RD_KAFKA_PRODUCER)
        rd_kafka_set_log_queue(client.pointer, nil)
        guard let main = rd_kafka_queue_get_main(client.pointer) else {
            client.destroy()
            throw KafkaError(.other, "the client has no queue")
        }
        queue = Queue(pointer: main)
    }

    deinit {
        rd_kafka_queue_destroy(queue.pointer)
        client.destroy()
    }

    typealias Call<Answer> = @Sendable (_ client: OpaquePointer, _ end: ContinuousClock.Instant) throws(KafkaError) -> Answer

    /// Runs a blocking call and waits for its answer, a refusal of our credentials, or the end of the time.
    func perform<Answer: Sendable>(within limit: Duration, _ call: @escaping Call<Answer>) throws(KafkaError) -> Answer {
        let end = ContinuousClock.now + limit
        let outcome = Outcome<Answer>()
        try NativeThread.start("kafka-admin") {
            let result: Result<Answer, KafkaError>
            do throws(KafkaError) {
                result = .success(try call(self.client.pointer, end))
            } catch {
                result = .failure(error)
            }
            outcome.value.withLock { $0 = result }
            outcome.isThere.open()
        }
        while true {
            let isThere = outcome.isThere.wait(atMost: min(.milliseconds(20), max(.zero, end - .now)))
            listen()
            let refusal = state.withLock { $0.refusal }
            if let result = outcome.value.withLock({ $0 }), isThere {
                switch result {
                case .success(let answer):
                    state.withLock { $0.hasAnswered = true }
                    return answer
                case .failure(let error): throw refusal ?? explained(error)
                }
            }
            if let refusal { throw refusal }
            if ContinuousClock.now >= end { throw explained(KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)) }
        }
    }

    private final class Outcome<Answer: Sendable>: Sendable {
        let value = Mutex<Result<Answer, KafkaError>?>(nil)
        let isThere = Gate()
    }

    /// A time-out before any answer means that nobody is there.
    private func explained(_ error: KafkaError) -> KafkaError {
        let (hasAnswered, last) = state.withLock { ($0.hasAnswered, $0.lastError) }
        guard error.code == .unreachable || (error.code == .timedOut && !hasAnswered) else { return error }
        let detail = last.map { ": \($0)" } ?? ""
        let text = "no broker answers at \(bootstrap)\(detail)"
        return KafkaError(rd_kafka_resp_err_t(rawValue: error.libraryCode), text: text, code: .unreachable)
    }

    /// Takes what the client says meanwhile.
    private func listen() {
        while let event = rd_kafka_queue_poll(queue.pointer, 0) {
            defer { rd_kafka_event_destroy(event) }
            guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR else { continue }
            let text = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
            switch client.event(for: rd_kafka_event_error(event), text: text) {
            case .authenticationFailed(let error), .fatal(let error): state.withLock { $0.refusal = error }
            case .clientError(let error): state.withLock { $0.lastError = error.text }
            default: break
            }
        }
    }

    /// Waits for the answer to an admin request made with `request`.
    static func answer<Answer>(
        _ client: OpaquePointer, _ operation: rd_kafka_admin_op_t, until end: ContinuousClock.Instant,
        request: (_ options: OpaquePointer?, _ queue: OpaquePointer) -> Void,
        read: (_ event: OpaquePointer) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        guard let queue = rd_kafka_queue_new(client) else { throw KafkaError(.other, "the client gives no queue") }
        defer { rd_kafka_queue_destroy(queue) }
        let options = rd_kafka_AdminOptions_new(client, operation)
        defer { rd_kafka_AdminOptions_destroy(options) }
        let limit = max(1, milliseconds(end - .now))
        _ = withErrorText { rd_kafka_AdminOptions_set_request_timeout(options, limit, $0, $1) }
        request(options, queue)
        guard let event = rd_kafka_queue_poll(queue, limit + 100) else { throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT) }
        defer { rd_kafka_event_destroy(event) }
        let error = rd_kafka_event_error(event)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw KafkaError(error, text: rd_kafka_event_error_string(event).map { String(cString: $0) })
        }
        return try read(event)
    }
}
