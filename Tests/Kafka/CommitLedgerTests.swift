import Schema
import Testing

@testable import Kafka

@Suite struct CommitLedgerTests {
    private let a = TopicPartition(.partner, 0)
    private let b = TopicPartition(.partner, 1)

    @Test func offsetsOnlyGrowInsideAnEpoch() {
        var ledger = CommitLedger()
        ledger.begin(epoch: 1)
        ledger.note([a: 10, b: 5], epoch: 1)
        ledger.note([a: 8], epoch: 1)
        ledger.note([b: 5], epoch: 1)
        #expect(ledger.take() == [a: 10, b: 5])
        #expect(ledger.take() == [:])
        ledger.settle(.done)
        ledger.note([a: 9], epoch: 1)
        #expect(ledger.take() == [:])
        #expect(ledger.counters == CommitCounters(committed: 2, dropped: 2))
        ledger.begin(epoch: 2)
        ledger.note([a: 9], epoch: 2)
        #expect(ledger.take() == [a: 9])
    }

    @Test func aFenceDropsWhatIsNotCommitted() {
        var ledger = CommitLedger()
        ledger.note([a: 1], epoch: 0)
        ledger.begin(epoch: 1)
        ledger.note([a: 1], epoch: 1)
        #expect(ledger.take() == [a: 1])
        ledger.note([a: 2], epoch: 1)
        ledger.fence()
        // The answer to the commit of the ended epoch comes late, and is not tried again.
        ledger.settle(.retriable)
        ledger.note([a: 3], epoch: 1)
        ledger.begin(epoch: 2)
        ledger.note([a: 4], epoch: 1)
        #expect(ledger.take() == [:])
        #expect(ledger.counters == CommitCounters(retried: 1, dropped: 4))
    }

    @Test func retriableFailuresStayUnlessOvertaken() {
        var ledger = CommitLedger()
        ledger.begin(epoch: 1)
        ledger.note([a: 1, b: 1], epoch: 1)
        _ = ledger.take()
        ledger.note([a: 2], epoch: 1)
        ledger.settle(.retriable)
        #expect(ledger.take() == [a: 2, b: 1])
        ledger.settle(.done, failures: [b: .fenced])
        #expect(!ledger.hasPending)
        #expect(ledger.counters == CommitCounters(committed: 1, retried: 2, failed: 1))
    }

    @Test func aLogThatBeganAnewMayBeCommittedLower() {
        var ledger = CommitLedger()
        ledger.begin(epoch: 1)
        ledger.note([a: 100], epoch: 1)
        _ = ledger.take()
        ledger.settle(.done)
        ledger.forget(a)
        ledger.note([a: 3], epoch: 1)
        #expect(ledger.take() == [a: 3])
    }
}
