import Schema
import Testing

@testable import Kafka

@Suite struct ExpectedOffsetsTests {
    private let first = TopicPartition(.partner, 1)
    private let second = TopicPartition(.partner, 2)

    @Test func aRecordInItsPlaceIsNoNews() {
        var offsets = ExpectedOffsets([first: 5])
        #expect(offsets.note(5, of: first) == nil)
        #expect(offsets.note(6, of: first) == nil)
    }

    @Test func aPartitionWithoutAKnownPlaceBeginsAnywhere() {
        var offsets = ExpectedOffsets()
        #expect(offsets.note(40, of: first) == nil)
        #expect(offsets.note(42, of: first) == 41)
    }

    @Test func jumpsAreSeenInEitherDirectionWithinARun() {
        var offsets = ExpectedOffsets([first: 5])
        #expect(offsets.note(8, of: first) == 5)
        #expect(offsets.note(3, of: first) == 9)
        #expect(offsets.note(4, of: first) == nil)
    }

    @Test func aPlaceIsRememberedWhileOtherPartitionsAreRead() {
        var offsets = ExpectedOffsets([first: 5, second: 0])
        #expect(offsets.note(5, of: first) == nil)
        #expect(offsets.note(0, of: second) == nil)
        #expect(offsets.note(1, of: second) == nil)
        #expect(offsets.note(9, of: first) == 6)
        #expect(offsets.note(2, of: second) == nil)
    }
}
