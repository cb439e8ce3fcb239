/// What a client has to say beyond records and delivery reports.
public enum KafkaEvent: Sendable {
    /// The client is of no more use: close it, build another, publish again what was not acknowledged.
    case fatal(KafkaError)
    /// Credentials or certificates were not accepted; the client goes on trying.
    case authenticationFailed(KafkaError)
    /// No broker is connected at the moment; the client goes on trying.
    case allBrokersDown
    /// Something failed that the client itself tries again, such as a lost connection.
    case clientError(KafkaError)
    /// A line of librdkafka's log; `level` is syslog's (3 error, 4 warning, 6 information, 7 debug).
    case log(level: Int32, facility: String, text: String)
    /// The log continued at another offset than expected. Forward: records are gone (retention). Backward: the log was
    /// created anew, or records are delivered a second time.
    case offsetJump(TopicPartition, expected: Int64, actual: Int64)
    /// A commit failed; retriable ones are tried again.
    case commitFailed(KafkaError)
}
