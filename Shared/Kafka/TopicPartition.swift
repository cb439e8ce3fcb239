public import Schema

/// One partition of one of the process's topics.
public struct TopicPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var topic: Topic
    public var partition: Int32

    public init(_ topic: Topic, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    public static func < (a: Self, b: Self) -> Bool {
        (a.topic.rawValue, a.partition) < (b.topic.rawValue, b.partition)
    }

    public var description: String { "\(topic.baseName)[\(partition)]" }
}

/// What a consumer group member reads from one rebalance to the next.
public struct Assignment: Sendable, Equatable {
    /// Grows with each assignment of the member, from 1 on. Commits of an older epoch are dropped.
    public let epoch: UInt64
    public let partitions: [TopicPartition]

    public init(epoch: UInt64, partitions: [TopicPartition]) {
        self.epoch = epoch
        self.partitions = partitions
    }
}
