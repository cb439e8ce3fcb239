import CRdkafka
import CRdkafkaShims
import Schema

/// Gives records of one batch to librdkafka, which copies them.
struct RecordWriter {
    let handle: ProducerCore.Handle
    /// Start of the batch's bytes. Never null, also for a batch without any: to librdkafka a null value is a tombstone.
    let base: UnsafeRawPointer
    let byteCount: Int
    let headers: UnsafeBufferPointer<RecordBatch.Header>

    func produce(_ record: RecordBatch.Record) -> rd_kafka_resp_err_t {
        guard isInside(record.key), isInside(record.value), record.headers.lowerBound >= 0,
            Int(record.headers.upperBound) <= headers.count, record.partition >= -1
        else { return RD_KAFKA_RESP_ERR__INVALID_ARG }
        var list: OpaquePointer?
        if !record.headers.isEmpty {
            list = rd_kafka_headers_new(record.headers.count)
            for index in record.headers {
                let header = headers[Int(index)]
                guard isInside(header.name), isInside(header.value) else {
                    rd_kafka_headers_destroy(list)
                    return RD_KAFKA_RESP_ERR__INVALID_ARG
                }
                rd_kafka_header_add(
                    list, address(header.name).assumingMemoryBound(to: CChar.self), Int(header.name.count),
                    address(header.value), Int(header.value.count))
            }
        }
        let hasKey = record.key.count > 0
        return hc_rdkafka_produce(
            handle.client.pointer, handle.topics[Int(record.topic.rawValue)], record.partition,
            hasKey ? address(record.key) : nil, Int(record.key.count),
            record.hasValue ? address(record.value) : nil, record.hasValue ? Int(record.value.count) : 0,
            list, max(0, record.timestamp / 1000), UnsafeMutableRawPointer(bitPattern: UInt(record.tag)))
    }

    private func isInside(_ slice: RecordBatch.Slice) -> Bool {
        Int(slice.start) + Int(slice.count) <= byteCount
    }

    private func address(_ slice: RecordBatch.Slice) -> UnsafeRawPointer { base + Int(slice.start) }
}
