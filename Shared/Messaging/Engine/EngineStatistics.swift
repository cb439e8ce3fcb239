/// Counts since the engine started, and where it stands. Read by metrics; written after each batch.
public struct EngineStatistics: Sendable, Equatable {
    public var batches: UInt64 = 0
    /// Batches that failed as a whole and were done again item by item.
    public var isolatedBatches: UInt64 = 0
    public var records: UInt64 = 0
    public var commands: UInt64 = 0
    public var handled: UInt64 = 0
    public var repeated: UInt64 = 0
    public var parked: UInt64 = 0
    public var deadLettered: UInt64 = 0
    /// Foreign events about things this service does not hold.
    public var passedOver: UInt64 = 0
    /// Messages of this service itself, on a topic that both sides write.
    public var ownPassedOver: UInt64 = 0
    /// Unknown types that were marked as skippable.
    public var skipped: UInt64 = 0
    public var refused: UInt64 = 0
    public var sent: UInt64 = 0
    public var timersFired: UInt64 = 0
    public var purgedRows: UInt64 = 0
    public var producersLost: UInt64 = 0
    public var replays: UInt64 = 0
    /// Offsets at which the log had lost records before they were read.
    public var lostRanges: UInt64 = 0

    public var outboxUnacknowledged: Int64 = 0
    public var outboxRows: Int64 = 0
    public var heldChannels = 0
    public var gapsOverdue = 0
    public var parkedNow = 0
    public var openDeadLetters = 0
    public var epoch: UInt64 = 0

    public init() {}
}
