import Glibc
import Testing

@testable import ServiceKit

@Suite struct ThreadTests {
    @Test func aThreadHasItsNameAndStackAndCanBeJoined() throws {
        let seen = ConditionLock("")
        let thread = try NativeThread.start(named: "partner-engine-of-this-test") {
            // Uses more stack than a default thread of a task would bear comfortably.
            let name = withUnsafeTemporaryAllocation(byteCount: 6 << 20, alignment: 1) { buffer in
                buffer[buffer.count - 1] = 1
                return (try? readFile("/proc/thread-self/comm", maximumBytes: 64)) ?? []
            }
            seen.withLock { $0 = String(decoding: name, as: UTF8.self) }
        }
        #expect(thread.join(until: .patience))
        #expect(thread.isFinished)
        #expect(seen.withLock { $0 } == "partner-engine-\n")
    }

    @Test func joiningGivesUpAtTheDeadline() throws {
        let gate = ConditionLock(false)
        let thread = try NativeThread.start(named: "waits") { _ = gate.wait { $0 ? true : nil } }
        let start = MonotonicInstant.now
        #expect(!thread.join(until: start + .milliseconds(30)))
        #expect(MonotonicInstant.now - start >= .milliseconds(30))
        gate.withLock { $0 = true }
        gate.signal()
        #expect(thread.join(until: .patience))
    }

    @Test func anImpossibleStackIsAnError() {
        let error = #expect(throws: ThreadError.self) { _ = try NativeThread.start(named: "huge", stackBytes: 1 << 50) {} }
        #expect(error?.description.hasPrefix("thread huge could not be started: ") == true)
    }

    @Test func manyThreadsCountRight() throws {
        let box = ConditionLock(0)
        let threads = try (0..<8).map { index in
            try NativeThread.start(named: "count-\(index)") {
                for _ in 0..<10_000 { box.withLock { $0 += 1 } }
                box.broadcast()
            }
        }
        #expect(box.wait(until: .patience) { $0 == 80_000 ? $0 : nil } == 80_000)
        for thread in threads { #expect(thread.join(until: .patience)) }
    }

    @Test func aWaitPassesValuesFromThreadToThread() throws {
        let queue = ConditionLock<[Int]>([])
        let thread = try NativeThread.start(named: "producer") {
            for number in 0..<1000 {
                queue.withLock { $0.append(number) }
                queue.signal()
            }
        }
        var received: [Int] = []
        while received.count < 1000 {
            let batch = queue.wait(until: .patience) { items -> [Int]? in
                guard !items.isEmpty else { return nil }
                defer { items = [] }
                return items
            }
            received += try #require(batch)
        }
        #expect(received == Array(0..<1000))
        #expect(thread.join(until: .patience))
    }

    @Test func aPassedDeadlineStillTakesWhatIsThere() {
        let box = ConditionLock(5)
        #expect(box.wait(until: MonotonicInstant(nanoseconds: 0)) { $0 } == 5)
        #expect(box.wait(until: MonotonicInstant(nanoseconds: 0)) { _ in Int?.none } == nil)
    }

    struct Fault: Error {}

    @Test func anErrorLeavesTheLockFree() {
        let box = ConditionLock(1)
        #expect(throws: Fault.self) { try box.withLock { _ throws(Fault) in throw Fault() } }
        #expect(throws: Fault.self) { try box.wait { _ throws(Fault) -> Int? in throw Fault() } }
        #expect(box.withLock { $0 } == 1)
    }
}
