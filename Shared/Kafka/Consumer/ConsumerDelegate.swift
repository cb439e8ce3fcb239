public import Schema

/// Who receives what a consumer reads. All calls but log events come on the consumer's own thread, one after the other.
public protocol ConsumerDelegate: AnyObject, Sendable {
    /// The group gave this member partitions, perhaps none. Answers where to start each; a partition that is not in the
    /// answer starts at the earliest record.
    func assigned(_ assignment: Assignment) -> [TopicPartition: Int64]

    /// Takes a batch, whatever it answers. False means "full": no more comes until ``KafkaConsumer/resume()``, except
    /// what was under way already.
    func received(_ batch: RecordBatch) -> Bool

    /// The partitions are taken away. Finishes what was handed over, within a limit of its own (2 s at most, the group
    /// waits), and answers the next offset of each partition, which is committed before the partitions are let go.
    /// - Parameter lost: they already belong to others: nothing can be committed.
    func revoked(_ assignment: Assignment, lost: Bool) -> [TopicPartition: Int64]

    /// Anything else. Log events may come from any thread.
    func event(_ event: KafkaEvent)
}
