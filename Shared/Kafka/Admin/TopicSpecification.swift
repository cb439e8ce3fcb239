public import Schema

/// How a topic should be.
public struct TopicSpecification: Sendable, Equatable {
    public var topic: Topic
    public var partitions: Int32
    public var replicationFactor: Int32
    /// Topic configuration, by Kafka's names.
    public var configuration: [String: String]

    /// The values of the topic table.
    /// - Parameter minimumInSyncReplicas: nil leaves the broker's default.
    public init(
        _ topic: Topic, partitions: Int32 = Topic.partitionCount, replicationFactor: Int32, minimumInSyncReplicas: Int32? = nil
    ) {
        self.topic = topic
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        configuration = [
            "retention.ms": String(Topic.retentionMilliseconds),
            "max.message.bytes": String(Topic.maximumMessageBytes),
            "cleanup.policy": "delete",
        ]
        if let minimumInSyncReplicas { configuration["min.insync.replicas"] = String(minimumInSyncReplicas) }
    }
}

/// What became of a topic to be created.
public enum TopicCreation: Sendable, Equatable {
    case created
    /// It was there already, perhaps with other settings.
    case existed
    case failed(KafkaError)
}

/// A topic as it is.
public struct TopicDescription: Sendable, Equatable {
    public let partitions: Int32
    /// The smallest of its partitions'.
    public let replicationFactor: Int32

    public init(partitions: Int32, replicationFactor: Int32) {
        self.partitions = partitions
        self.replicationFactor = replicationFactor
    }
}

/// A respect in which a topic is not as specified.
public struct TopicDifference: Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        case missing
        case partitions(expected: Int32, actual: Int32)
        case replicationFactor(expected: Int32, actual: Int32)
        case configuration(name: String, expected: String, actual: String?)
    }

    public let topic: Topic
    /// The topic's name on the broker.
    public let name: String
    public let kind: Kind

    public var description: String {
        switch kind {
        case .missing: "topic \(name) does not exist"
        case .partitions(let expected, let actual): "topic \(name) has \(actual) partitions instead of \(expected)"
        case .replicationFactor(let expected, let actual):
            "topic \(name) has replication factor \(actual) instead of \(expected)"
        case .configuration(let key, let expected, let actual):
            "topic \(name) has \(key)=\(actual ?? "(not set)") instead of \(expected)"
        }
    }
}

/// First offset still there and next offset to be written.
public struct Watermarks: Sendable, Equatable {
    public let low: Int64
    public let high: Int64

    public init(low: Int64, high: Int64) {
        self.low = low
        self.high = high
    }
}
