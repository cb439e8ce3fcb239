public import Schema
import Synchronization

/// One member of a consumer group, on a thread of its own. It only ever commits what it is told to.
public final class KafkaConsumer: Sendable {
    private let control: ConsumerControl

    /// Starts reading; the broker need not be reachable.
    /// - Parameters:
    ///   - delegate: is kept until the consumer has ended.
    /// - Throws: ``KafkaError`` for a configuration that can't be.
    public init(
        _ configuration: KafkaConfiguration, group: String, topics: [Topic], delegate: any ConsumerDelegate
    ) throws(KafkaError) {
        control = try ConsumerLoop.start(configuration, group: group, topics: topics, delegate: delegate)
    }

    deinit { control.stop(within: .zero) }

    /// Asks to commit the next offset to read of some partitions. Done soon, on the consumer's thread; the latest wins,
    /// retriable failures are tried again. Offsets of an earlier epoch, and lower ones than before, are dropped and counted.
    public func commit(_ offsets: [TopicPartition: Int64], epoch: UInt64) {
        control.commits.withLock { $0.note(offsets, epoch: epoch) }
    }

    /// The delegate has room again.
    public func resume() { control.resume() }

    /// What a watch-dog needs to know.
    public var health: ConsumerHealth {
        var health = control.health.withLock { $0 }
        health.commits = control.commits.withLock { $0.counters }
        return health
    }

    /// Revokes (which drains and commits), leaves the group and ends the client. Blocks, at most for `deadline`; false if
    /// it could not be done in that time, which then goes on in the background.
    @discardableResult
    public func close(deadline: Duration) -> Bool {
        control.stop(within: deadline)
        return control.finished.wait(atMost: deadline)
    }
}

/// A consumer's state at one moment.
public struct ConsumerHealth: Sendable {
    /// When the consumer's thread last looked for records; older than a few seconds means that it is stuck, for example
    /// in its delegate.
    public internal(set) var lastPoll: ContinuousClock.Instant = .now
    /// Current assignment; epoch 0 and no partitions while there is none.
    public internal(set) var assignment = Assignment(epoch: 0, partitions: [])
    /// No records come because the delegate was full.
    public internal(set) var isPaused = false
    public internal(set) var commits = CommitCounters()
    /// Why the consumer can't go on, if it can't.
    public internal(set) var fatalError: KafkaError?
}
