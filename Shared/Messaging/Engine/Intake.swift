public import Kafka
public import Schema

/// What arrived while the engine was busy: the next batch.
public struct Intake<Command: Sendable>: Sendable {
    public var batches: [RecordBatch] = []
    /// Records of a log that was replaced before they were handled: handled first, but their offsets say nothing any more.
    public var orphans: [RecordBatch] = []
    public var commands: [CommandRequest<Command>] = []
    public var deliveries: [Delivery] = []
    public var signals: [LogSignal] = []
    /// Dead letters that an operator wants tried again or given up.
    public var orders: [DeadLetterOrder] = []

    public init() {}

    public var isEmpty: Bool {
        batches.isEmpty && orphans.isEmpty && commands.isEmpty && deliveries.isEmpty && signals.isEmpty && orders.isEmpty
    }

    private static func count(_ batches: [RecordBatch]) -> Int { batches.reduce(0) { $0 + $1.records.count } }

    public var recordCount: Int { Self.count(batches) + Self.count(orphans) }
}

/// Outbox rows the log has taken.
public struct Delivery: Sendable {
    /// Which producer says so.
    public var generation: UInt64
    public var tags: [UInt64]

    public init(generation: UInt64, tags: [UInt64]) {
        self.generation = generation
        self.tags = tags
    }
}

/// What happened to the log itself.
public enum LogSignal: Sendable, Equatable {
    /// The producer is gone with what it held; the one of this generation is there instead.
    case producerLost(generation: UInt64)
    /// The log was found at another address. If it is another one than before, or began anew, everything kept is sent again by
    /// the producer of this generation and reading starts at the log's beginning; else the producer is new and no more.
    case incarnation(String, generation: UInt64)
    /// Records between the two offsets were gone before they were read.
    case lost(TopicPartition, from: Int64, to: Int64)
}

extension LogSignal {
    /// Whether offsets of before say nothing from here on.
    var replacesLog: Bool {
        if case .incarnation = self { true } else { false }
    }
}

/// What an operator wants done with a dead letter.
public struct DeadLetterOrder: Sendable {
    public enum Action: Sendable, Equatable {
        case retry
        case discard
    }

    public var deadLetter: Int64
    public var action: Action
    public var actor: String
    public var reply: @Sendable (CommandAnswer) -> Void

    public init(_ action: Action, deadLetter: Int64, actor: String, reply: @escaping @Sendable (CommandAnswer) -> Void) {
        self.deadLetter = deadLetter
        self.action = action
        self.actor = actor
        self.reply = reply
    }
}
