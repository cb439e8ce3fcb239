import HostedConnection
import Kafka
import Schema
import ServiceKit
import Store
import Synchronization
import Testing

@testable import Messaging

@Suite struct EngineThreadTests {
    private static func offer(_ sequence: UInt64) -> RecordBatch {
        batch(.offer(from: .partner, port(1), sequence, epoch: 1, after: sequence == 1 ? .beginning : nil), from: Int64(sequence) - 1)
    }

    @Test func commandsOfManyThreadsAreAnsweredOnceEach() async throws {
        try await onOwnThread {
            let toy = try RunningToy()
            let counts = Mutex([Int: Int]())
            let threads = try (0..<4).map { thread in
                try NativeThread.start(named: "caller-\(thread)") {
                    for number in 0..<250 {
                        let key = thread * 1000 + number
                        let request = CommandRequest(ToyCommand.send(port(UInt64(key)), name: ""), actor: "a") { answer in
                            if answer.status == 200 { counts.withLock { $0[key, default: 0] += 1 } }
                        }
                        #expect(toy.mailbox.submit(request))
                    }
                }
            }
            for thread in threads { thread.join() }
            #expect(eventually { counts.withLock { $0.count } == 1000 })
            #expect(toy.thread.stop(until: .patience))
            #expect(counts.withLock { $0.values.allSatisfy { $0 == 1 } })
            let statistics = toy.thread.statistics
            #expect(statistics.commands == 1000)
            #expect(statistics.sent == 1000)
            #expect(statistics.outboxUnacknowledged == 0)
            #expect(toy.thread.fatalFailure == nil)
        }
    }

    @Test func offsetsAreToldAfterWhatWasDeliveredBefore() async throws {
        try await onOwnThread {
            let toy = try RunningToy()
            for sequence in 1...20 as ClosedRange<UInt64> {
                _ = toy.mailbox.deliver(Self.offer(sequence))
                let offsets = toy.mailbox.settledOffsets(until: .patience)
                #expect(offsets?[TopicPartition(.partner, 0)] == Int64(sequence))
            }
            #expect(toy.thread.stop(until: .patience))
        }
    }

    @Test func stoppingHandlesWhatHasArrived() async throws {
        try await onOwnThread {
            let toy = try RunningToy()
            let answers = Answers()
            for number in 0..<200 { #expect(toy.submit(.send(port(UInt64(number)), name: ""), answers)) }
            _ = toy.mailbox.deliver(Self.offer(1))
            #expect(toy.thread.stop(until: .patience))
            #expect(answers.statuses == Array(repeating: 200, count: 200))
            #expect(!toy.submit(.send(port(1), name: ""), answers))
            #expect(toy.thread.statistics.handled == 1)
            // Everything is in the database, which is free again.
            let again = try RunningToy(database: toy.database)
            #expect(again.thread.statistics.outboxUnacknowledged == 0)
            #expect(again.thread.stop(until: .patience))
        }
    }

    @Test func stoppingIsQuickWhenAllIsDone() async throws {
        try await onOwnThread {
            // An idle wait is a second, and would be sat out each time; a pause of a loaded machine is not.
            let isQuick = try (0..<10).contains { _ in
                let toy = try RunningToy()
                let answers = Answers()
                for number in 0..<50 { #expect(toy.submit(.send(port(UInt64(number)), name: ""), answers)) }
                let start = MonotonicInstant.now
                #expect(toy.thread.stop(until: .patience))
                return MonotonicInstant.now - start < .milliseconds(900)
            }
            #expect(isQuick, "no idle wait is sat out")
        }
    }

    @Test func stoppingDoesNotWaitForeverForALogThatIsSilent() async throws {
        try await onOwnThread {
            let toy = try RunningToy(acknowledges: false)
            let answers = Answers()
            #expect(toy.submit(.send(port(1), name: ""), answers))
            #expect(toy.thread.stop(until: .patience))
            #expect(answers.statuses == [200])
            let again = try RunningToy(database: toy.database, acknowledges: true)
            #expect(eventually { again.thread.statistics.outboxUnacknowledged == 0 })
            #expect(again.thread.stop(until: .patience))
        }
    }

    @Test func aDatabaseThatFailsForAWhileLosesNothing() async throws {
        try await onOwnThread {
            let toy = try RunningToy()
            toy.faults.fail(.commit, .diskFull("told to"), times: 3)
            let answers = Answers()
            _ = toy.mailbox.deliver(Self.offer(1))
            #expect(eventually { toy.thread.failure == .diskFull("told to") })
            #expect(toy.submit(.send(port(7), name: ""), answers))
            #expect(eventually { toy.faults.isSpent && toy.thread.failure == nil })
            #expect(answers.all.count == 1)
            #expect(eventually { toy.thread.statistics.handled == 1 })
            #expect(toy.submit(.send(port(8), name: ""), answers))
            #expect(eventually { answers.all.count == 2 })
            #expect(answers.statuses.last == 200)
            #expect(toy.thread.stop(until: .patience))
            #expect(toy.thread.fatalFailure == nil)
            #expect(toy.thread.statistics.handled == 1)
        }
    }

    @Test func aCommandOfAFailedBatchIsToldSo() async throws {
        try await onOwnThread {
            let toy = try RunningToy()
            toy.faults.fail(.commit, .busy("told to"))
            let answers = Answers()
            #expect(toy.submit(.send(port(1), name: ""), answers))
            #expect(eventually { answers.all.count == 1 })
            #expect(answers.statuses == [503])
            #expect(eventually { toy.thread.failure == nil })
            #expect(toy.submit(.send(port(1), name: ""), answers))
            #expect(eventually { answers.all.count == 2 })
            #expect(answers.statuses == [503, 200])
            #expect(toy.thread.stop(until: .patience))
            #expect(toy.thread.statistics.sent == 1, "it was carried out once")
        }
    }

    @Test func aDatabaseThatIsBrokenEndsTheThreadAndAnswersEverybody() async throws {
        try await onOwnThread {
            let toy = try RunningToy()
            toy.faults.fail(.commit, .ioError("told to"), times: 100)
            let answers = Answers()
            #expect(toy.submit(.send(port(1), name: ""), answers))
            #expect(eventually { toy.thread.fatalFailure == .ioError("told to") })
            #expect(eventually { answers.all.count == 1 })
            #expect(eventually { !toy.submit(.send(port(2), name: ""), answers) }, "nothing is taken that nobody would answer")
            toy.mailbox.submit(DeadLetterOrder(.retry, deadLetter: 1, actor: "a", reply: answers.add))
            #expect(eventually { Set(answers.statuses) == [503] && answers.all.count >= 2 })
            #expect(toy.thread.stop(until: .patience))
            // The database is free for the next process.
            let again = try RunningToy(database: toy.database)
            #expect(again.thread.statistics.handled == 0)
            #expect(again.thread.stop(until: .patience))
        }
    }

    @Test func aTimerFiresByItself() async throws {
        try await onOwnThread {
            let toy = try RunningToy()
            let answers = Answers()
            let due = SystemClock().now() + .milliseconds(50)
            #expect(toy.submit(.arm(TimerKey(owner: port(1).bits, name: 1), due), answers))
            #expect(eventually { toy.thread.statistics.timersFired == 1 })
            #expect(toy.thread.stop(until: .patience))
        }
    }

    @Test func anEngineThatCantBeMadeSaysWhy() async throws {
        try await onOwnThread {
            let faults = Faults()
            faults.fail(.begin, .corrupt("told to"), times: 100)
            #expect {
                _ = try RunningToy(faults: faults)
            } throws: { error in
                if case EngineStartFailure.store(.corrupt) = error { true } else { false }
            }
        }
    }
}
