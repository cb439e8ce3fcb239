public import Kafka
public import Schema

/// Where messages go. Two implementations: Kafka, and an ordered list in memory for simulation and tests. What comes in, and
/// what becomes of what went out, is delivered to the engine's ``Mailbox``.
public protocol EventLog: AnyObject {
    /// Takes the records from index `start` on, in order, as far as there is room, and returns how many. What was taken is
    /// acknowledged later by the records' tags.
    func publish(_ batch: borrowing RecordBatch, from start: Int) -> Int

    /// Notes how far partitions have been handled, for tools and lag: what counts is in the database.
    func commit(_ offsets: [TopicPartition: Int64])
}
