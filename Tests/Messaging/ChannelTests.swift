import Testing

@testable import Messaging

@Suite struct ChannelTests {
    private func at(_ epoch: UInt64, _ sequence: UInt64, after: (UInt64, UInt64)? = nil) -> Place {
        Place(
            position: ChannelPosition(epoch: epoch, sequence: sequence),
            after: after.map { ChannelPosition(epoch: $0.0, sequence: $0.1) })
    }

    private func mark(_ epoch: UInt64, _ sequence: UInt64) -> ChannelPosition { ChannelPosition(epoch: epoch, sequence: sequence) }

    @Test func aChannelBeginsWithTheMessageThatComesAfterNothing() {
        #expect(at(5, 1, after: (0, 0)).verdict(mark: .beginning) == .next)
        #expect(at(5, 2).verdict(mark: .beginning) == .gap)
        #expect(at(6, 3, after: (5, 2)).verdict(mark: .beginning) == .gap)
    }

    @Test func withinAnEpochSequencesCount() {
        #expect(at(5, 4).verdict(mark: mark(5, 3)) == .next)
        #expect(at(5, 5).verdict(mark: mark(5, 3)) == .gap)
        #expect(at(5, 3).verdict(mark: mark(5, 3)) == .repeated)
        #expect(at(5, 1, after: (0, 0)).verdict(mark: mark(5, 3)) == .repeated)
    }

    @Test func aNewEpochIsLinkedByWhatItComesAfter() {
        #expect(at(9, 4, after: (5, 3)).verdict(mark: mark(5, 3)) == .next)
        #expect(at(9, 5).verdict(mark: mark(5, 3)) == .gap, "the epoch's first message is missing")
        #expect(at(9, 6, after: (5, 5)).verdict(mark: mark(5, 3)) == .gap)
        #expect(at(9, 6, after: (7, 5)).verdict(mark: mark(5, 3)) == .gap, "a whole epoch is missing")
        #expect(at(9, 4, after: (5, 3)).verdict(mark: mark(9, 4)) == .repeated)
        #expect(at(5, 9).verdict(mark: mark(9, 4)) == .repeated, "of an epoch that is over")
    }

    @Test func aSenderThatHasForgottenIsDiverged() {
        #expect(at(9, 3, after: (5, 2)).verdict(mark: mark(5, 3)) == .diverged)
        #expect(at(9, 1, after: (0, 0)).verdict(mark: mark(5, 3)) == .diverged, "it has forgotten the whole channel")
        #expect(at(9, 9, after: (4, 8)).verdict(mark: mark(5, 3)) == .diverged, "sequences of an older epoch count less")
        #expect(at(9, 4).verdict(mark: mark(5, 3)) == .gap, "what follows a diverged message says nothing by itself")
    }

    @Test func aSenderCountsOnFromEpochToEpochAndLinksEach() {
        var state = ChannelState()
        #expect(state.next(epoch: 5) == at(5, 1, after: (0, 0)))
        #expect(state.next(epoch: 5) == at(5, 2))
        #expect(state.next(epoch: 8) == at(8, 3, after: (5, 2)))
        #expect(state.next(epoch: 8) == at(8, 4))
        #expect(state.sent == mark(8, 4))
        #expect(state.handled == .beginning)
    }

    /// Whatever a sender with restarts sends, a receiver that gets all of it in order never sees anything but the next one,
    /// and one that misses a message sees no next one until it has it.
    @Test(arguments: [1, 2, 3] as [UInt64]) func verdictsFollowASenderThroughItsEpochs(seed: UInt64) {
        var random = Seeded(seed)
        var sender = ChannelState()
        var epoch: UInt64 = 10
        var sent: [Place] = []
        for _ in 0..<300 {
            if random.next() % 4 == 0 { epoch += random.next() % 3 }
            sent.append(sender.next(epoch: epoch))
        }
        var mark = ChannelPosition.beginning
        for (index, place) in sent.enumerated() {
            for later in sent[(index + 1)...].prefix(20) { #expect(later.verdict(mark: mark) == .gap) }
            for earlier in sent[..<index].suffix(20) { #expect(earlier.verdict(mark: mark) == .repeated) }
            #expect(place.verdict(mark: mark) == .next)
            mark = place.position
        }
    }
}
