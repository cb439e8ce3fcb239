import CRdkafka

// librdkafka calls these with the opaque given at configuration: an unretained `ConsumerLoopReference`. It is valid whenever
// they run, because the loop owns it and the loop's thread holds the loop until `rd_kafka_destroy` has returned, after which
// no callback comes. All of them but the log callback run inside a poll, on the loop's thread. They are global functions
// since a closure could inherit an actor's isolation and trap on that thread.

/// Stands for a loop that is not yet complete when its client is configured.
final class ConsumerLoopReference {
    /// Set before the first poll, and never changed.
    weak var loop: ConsumerLoop?

    static func loop(of opaque: UnsafeMutableRawPointer?) -> ConsumerLoop? {
        guard let opaque else { return nil }
        return Unmanaged<ConsumerLoopReference>.fromOpaque(opaque).takeUnretainedValue().loop
    }
}

func consumerRebalanced(
    _ client: OpaquePointer?, _ error: rd_kafka_resp_err_t,
    _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, _ opaque: UnsafeMutableRawPointer?
) {
    ConsumerLoopReference.loop(of: opaque)?.rebalance(error, partitions)
}

func consumerCommitted(
    _ client: OpaquePointer?, _ error: rd_kafka_resp_err_t,
    _ offsets: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, _ opaque: UnsafeMutableRawPointer?
) {
    ConsumerLoopReference.loop(of: opaque)?.committed(error, offsets)
}

func consumerFailed(
    _ client: OpaquePointer?, _ error: Int32, _ text: UnsafePointer<CChar>?, _ opaque: UnsafeMutableRawPointer?
) {
    ConsumerLoopReference.loop(of: opaque)?
        .failed(rd_kafka_resp_err_t(rawValue: error), text.map { String(cString: $0) } ?? "")
}

func consumerLogged(
    _ client: OpaquePointer?, _ level: Int32, _ facility: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?
) {
    guard let client, let facility, let text else { return }
    ConsumerLoopReference.loop(of: rd_kafka_opaque(client))?
        .logged(level, String(cString: facility), String(cString: text))
}
