/// Which offsets are to be committed, are being committed, and may not be any more. Pure.
struct CommitLedger {
    /// What a commit came to.
    enum Outcome: Equatable {
        case done
        /// Try again.
        case retriable
        /// Another member has the partitions.
        case fenced
        /// Will never succeed.
        case failed
    }

    /// Current assignment; 0 while there is none.
    private(set) var epoch: UInt64 = 0
    private(set) var counters = CommitCounters()
    private var pending: [TopicPartition: Int64] = [:]
    private var underWay: [TopicPartition: Int64]?
    /// Highest offset asked for in this epoch.
    private var floor: [TopicPartition: Int64] = [:]

    var hasPending: Bool { !pending.isEmpty }
    var isUnderWay: Bool { underWay != nil }

    mutating func begin(epoch: UInt64) {
        fence()
        self.epoch = epoch
    }

    /// Ends the epoch: what is not yet committed will not be.
    mutating func fence() {
        epoch = 0
        counters.dropped += UInt64(pending.count)
        pending = [:]
        floor = [:]
    }

    /// Offsets of another epoch, and lower ones than before, are dropped.
    mutating func note(_ offsets: [TopicPartition: Int64], epoch: UInt64) {
        guard epoch != 0, epoch == self.epoch else {
            counters.dropped += UInt64(offsets.count)
            return
        }
        for (partition, offset) in offsets {
            if let last = floor[partition], offset <= last {
                if offset < last { counters.dropped += 1 }
                continue
            }
            floor[partition] = offset
            pending[partition] = offset
        }
    }

    /// The partition's log began anew: lower offsets are right from here on.
    mutating func forget(_ partition: TopicPartition) {
        floor[partition] = nil
        pending[partition] = nil
    }

    /// What to commit now; empty while a commit is under way.
    mutating func take() -> [TopicPartition: Int64] {
        guard underWay == nil, !pending.isEmpty else { return [:] }
        underWay = pending
        pending = [:]
        return underWay ?? [:]
    }

    /// - Parameter failures: partitions that did not go the way of the whole.
    mutating func settle(_ outcome: Outcome, failures: [TopicPartition: Outcome] = [:]) {
        guard let taken = underWay else { return }
        underWay = nil
        for (partition, offset) in taken {
            switch failures[partition] ?? outcome {
            case .done: counters.committed += 1
            case .fenced, .failed: counters.failed += 1
            case .retriable:
                counters.retried += 1
                // Kept unless the epoch ended or a higher offset waits already.
                if floor[partition] != nil, pending[partition] == nil { pending[partition] = offset }
            }
        }
    }

    /// Counts a commit made while the partitions were taken away.
    mutating func countFinal(_ count: Int, outcome: Outcome) {
        if outcome == .done { counters.committed += UInt64(count) } else { counters.failed += UInt64(count) }
    }
}

/// Commits by result, one per partition and attempt.
public struct CommitCounters: Sendable, Equatable {
    public internal(set) var committed: UInt64 = 0
    public internal(set) var retried: UInt64 = 0
    public internal(set) var failed: UInt64 = 0
    /// Not tried: of an earlier assignment, or lower than one before.
    public internal(set) var dropped: UInt64 = 0
}
