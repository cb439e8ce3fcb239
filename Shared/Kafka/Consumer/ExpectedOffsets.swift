/// The offset each assigned partition should continue at; unknown until a record or the owner says it.
struct ExpectedOffsets {
    private var offsets: [TopicPartition: Int64]
    /// The partition read last, kept apart: records come in runs of one partition, and a look-up each would cost.
    private var current: (partition: TopicPartition, next: Int64)?

    init(_ offsets: [TopicPartition: Int64] = [:]) { self.offsets = offsets }

    /// Notes that a record was read.
    /// - Returns: the offset that was expected, if it was another one.
    mutating func note(_ offset: Int64, of partition: TopicPartition) -> Int64? {
        let expected: Int64?
        if let current, current.partition == partition {
            expected = current.next
        } else {
            if let current { offsets[current.partition] = current.next }
            expected = offsets[partition]
        }
        current = (partition, offset + 1)
        return expected == offset ? nil : expected
    }
}
