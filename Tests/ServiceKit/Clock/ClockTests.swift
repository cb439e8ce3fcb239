import HostedConnection
import Testing

@testable import ServiceKit

@Suite struct ClockTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (1_709_251_199_999_999, "2024-02-29T23:59:59.999Z"), (4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"),
            (1_795_692_562_123_000, "2026-11-26T11:29:22.123Z"), (253_402_300_799_999_999, "9999-12-31T23:59:59.999Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func rfc3339(microseconds: Int64, text: String) {
        #expect(Instant(microseconds: microseconds).rfc3339 == text)
    }

    @Test func monotonicArithmeticDoesNotOverflow() {
        let early = MonotonicInstant(nanoseconds: 10)
        #expect(early + .nanoseconds(5) == MonotonicInstant(nanoseconds: 15))
        #expect(early + .seconds(-5) == early)
        #expect(early + .seconds(Int64.max) == .distantFuture)
        #expect(early - MonotonicInstant(nanoseconds: 25) == .nanoseconds(-15))
        #expect(MonotonicInstant(nanoseconds: 25) - early == .nanoseconds(15))
    }

    @Test func theManualClockMovesOnlyWhenTold() {
        let clock = ManualClock(startingAt: Instant(seconds: 100))
        let start = clock.uptime()
        clock.advance(by: .seconds(2))
        #expect(clock.now() == Instant(seconds: 102))
        #expect(clock.uptime() - start == .seconds(2))
        clock.stepWallClock(to: Instant(seconds: 50))
        #expect(clock.now() == Instant(seconds: 50))
        #expect(clock.uptime() - start == .seconds(2))
    }

    @Test func theSystemClockAgreesWithTheSystem() {
        let clock = SystemClock()
        let first = clock.uptime()
        #expect(clock.uptime() >= first)
        #expect(clock.now() > Instant(seconds: 1_700_000_000))
    }

    @Test func aSeedRepeatsItself() {
        var a = SeededRandom(seed: 7)
        var b = SeededRandom(seed: 7)
        var c = SeededRandom(seed: 8)
        let numbers = (0..<100).map { _ in a.next() }
        #expect(numbers == (0..<100).map { _ in b.next() })
        #expect(numbers != (0..<100).map { _ in c.next() })
        #expect(Set(numbers).count == 100)
        var part = a.split()
        #expect(part.next() != a.next())
    }

    /// First numbers of xoshiro256** from the SplitMix64 states of seed 0, computed with the authors' definition in Python.
    @Test func theSeededNumbersAreXoshiro() {
        var random = SeededRandom(seed: 0)
        #expect((0..<3).map { _ in random.next() } == [0x99ec_5f36_cb75_f2b4, 0xbf6e_1f78_4956_452a, 0x1a5f_849d_4933_e6e0])
    }

    @Test func systemNumbersAreNotRepeatedOverBlocks() {
        let random = SystemRandom()
        let numbers = (0..<1000).map { _ in random.next() }
        #expect(Set(numbers).count == 1000)
        let ones = numbers.reduce(0) { $0 + $1.nonzeroBitCount }
        #expect((30_000...34_000).contains(ones))
    }
}
